// The safety rule as tables, made once when settings change: judging an outcome is then one look-up. With
// settings.enabled off no table blocks anything; what is blocked already stays so.
#pragma once

#include <cstdint>

#include "guard/settings.hpp"

namespace remora::guard {

// Immutable once made; may be copied and shared by threads.
struct Thresholds {
  static Thresholds of(const Settings& settings);

  // Whether a variant with these outcomes in its window (count <= lookback of them looked at) must not run. A
  // window that is not full never trips. [hot]
  bool trips(uint32_t count, uint32_t successes) const {
    return count <= kMaxLookback && static_cast<int32_t>(successes) <= blocked_up_to[count];
  }

  // The same for a variant on probation, whose window began empty: trips as soon as the window, once full,
  // cannot reach the minimum any more, however the outcomes to come turn out. [hot]
  bool relapses(uint32_t count, uint32_t successes) const {
    return count <= kMaxLookback && static_cast<int32_t>(successes) <= relapsed_up_to[count];
  }

  static constexpr uint32_t kMaxLookback = 64;

  Settings settings;
  uint32_t lookback = 10;  // settings.lookback, within 1 .. 64
  double minimum = 0.5;    // settings.minimum_success_rate
  double z = 1.959964;     // of settings.confidence, two-sided
  // By outcomes in the window: the most successes that block; -1 = none do.
  int8_t blocked_up_to[kMaxLookback + 1] = {};
  int8_t relapsed_up_to[kMaxLookback + 1] = {};
};

}  // namespace remora::guard
