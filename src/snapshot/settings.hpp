// What snapshots may be told. Defaults are the production values.
#pragma once

#include <cstdint>

namespace remora::snapshot {

struct Settings {
  int64_t interval_ns = 3'600'000'000'000;  // between two snapshots of the schedule; 0 = none are taken
  uint32_t keep_hourly = 24;                // newest of the schedule
  uint32_t keep_daily = 7;                  // and the last one of each of the newest so many days (UTC)
  uint32_t keep_manual = 20;                // newest of each other kind
  uint32_t keep_stage = 10;
  uint32_t keep_restore = 5;
};

}  // namespace remora::snapshot
