// The time that housekeeping goes by: the wall clock's as long as that runs evenly. Set back, it goes on from
// where it was at the pace of the boot clock, which nobody sets and which counts suspension too: nothing that
// was over begins again, and nothing that is due waits until the clock is there again.
#pragma once

#include <cstdint>

#include "store/history.hpp"

namespace remora::store {

// The last such time. One that cannot be, as in a damaged file, is brought within what can.
int64_t highest_ns(const History& history);

// The last such time, and what the boot clock has counted since unless a host gave that time.
int64_t paced_ns(const History& history, int64_t boot_ns);

struct StateTime {
  int64_t now_ns = 0;
  int64_t set_ahead_ns = 0;  // how far somebody set the wall clock ahead since the last time; 0 = nobody did
};

// Moves the time on. `given_ns` is what the caller says it is: a time far from the wall clock is a host's
// own, and is taken as it is unless it lies behind. The caller holds the housekeeping lock.
StateTime advance_time(const History& history, int64_t given_ns, int64_t wall_ns, int64_t boot_ns);

}  // namespace remora::store
