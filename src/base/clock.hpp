// Time as the library sees it, in nanoseconds. None of these functions fails; all may be called by any
// thread.
#pragma once

#include <cstdint>

namespace remora::base {

inline constexpr int64_t kNanosPerMicrosecond = 1'000;
inline constexpr int64_t kNanosPerMillisecond = 1'000'000;
inline constexpr int64_t kNanosPerSecond = 1'000'000'000;
inline constexpr int64_t kNanosPerMinute = 60 * kNanosPerSecond;
inline constexpr int64_t kNanosPerHour = 60 * kNanosPerMinute;
inline constexpr int64_t kNanosPerDay = 24 * kNanosPerHour;

// Some times are kept in seconds of 32 bits, which end in the year 2106.
inline constexpr int64_t kLatestTimeNs = int64_t{UINT32_MAX} * kNanosPerSecond;

// Whether a host's time is one: 0 (it gives none) or nanoseconds since 1970, not other units.
constexpr bool is_time(int64_t ns) { return static_cast<uint64_t>(ns) <= uint64_t{kLatestTimeNs}; }

// Wall clock since 1970, in steps of the kernel's tick (1 to 10 ms): the hot path's clock, read without a
// system call.
int64_t coarse_now_ns();

// Wall clock since 1970, as fine as the machine has it. May jump when the clock is set.
int64_t now_ns();

// Never goes back, counts suspended time too; compares within one boot of one machine, in all its processes.
int64_t monotonic_ns();

// Sleeps at least this long, also when signals arrive.
void sleep_ns(int64_t duration_ns);

// Tells one boot of the machine from the next; never 0, except when it cannot be found out.
uint64_t boot_id();

}  // namespace remora::base
