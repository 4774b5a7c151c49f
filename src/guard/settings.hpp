// What the safety check asks of a variant. Defaults are the production values.
#pragma once

#include <cstdint>

namespace remora::guard {

struct Settings {
  bool enabled = true;
  uint32_t lookback = 10;             // outcomes of the window, 1 .. 64
  float minimum_success_rate = 0.5F;  // of the window
  // true: block only when the upper end of the window's Wilson interval lies below the minimum too.
  // false: block as soon as the rate of a full window is below the minimum.
  bool require_interval = true;
  float confidence = 0.95F;  // of that interval, two-sided
  bool block_on_critical_error = true;
  bool block_on_safety_violation = true;
  int64_t probation_ns = 3'600'000'000'000;  // let back in after this time; 0 = by an operator only
};

}  // namespace remora::guard
