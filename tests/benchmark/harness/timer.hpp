// Times one operation alone: the processor's time-stamp counter, fenced on both sides so that nothing of the
// operation slips out of the interval, with the cost of an empty interval taken off afterwards.
#pragma once

#include <time.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace remora::bench {

// Seconds of the monotonic clock; for lengths of rounds, never for single operations.
inline double now_seconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

#if defined(__x86_64__)
inline std::uint64_t interval_begin() {
  _mm_lfence();
  const std::uint64_t ticks = __rdtsc();
  _mm_lfence();
  return ticks;
}

inline std::uint64_t interval_end() {
  unsigned core = 0;
  const std::uint64_t ticks = __rdtscp(&core);
  _mm_lfence();
  return ticks;
}
#else
inline std::uint64_t interval_begin() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u + static_cast<std::uint64_t>(now.tv_nsec);
}

inline std::uint64_t interval_end() { return interval_begin(); }
#endif

// What a tick is worth on this machine, measured once. Some virtual machines move the counter in steps of
// many ticks: an interval is then right on average but not singly, so the step is kept and percentiles are
// interpolated within it.
class Timer {
 public:
  static const Timer& instance() {
    static const Timer timer;
    return timer;
  }

  double ns_per_tick() const { return ns_per_tick_; }
  double overhead_ticks() const { return overhead_ticks_; }
  std::uint64_t step_ticks() const { return step_ticks_; }

  // Nanoseconds of an interval of so many raw ticks, without the timer's own share.
  double ns(double raw_ticks) const { return std::max(0.0, (raw_ticks - overhead_ticks_) * ns_per_tick_); }

 private:
  Timer() {
    const double start_seconds = now_seconds();
    const std::uint64_t start_ticks = interval_begin();
    while (now_seconds() - start_seconds < 0.05) {
    }
    const double seconds = now_seconds() - start_seconds;
    ns_per_tick_ = seconds * 1e9 / static_cast<double>(interval_end() - start_ticks);

    constexpr std::size_t kIntervals = 40'000;
    constexpr std::size_t kKept = 39'000;  // the slowest 2.5 % are interrupts
    std::vector<std::uint64_t> empty(kIntervals);
    for (std::uint64_t& ticks : empty) {
      const std::uint64_t begin = interval_begin();
      ticks = interval_end() - begin;
    }
    std::sort(empty.begin(), empty.end());
    std::uint64_t sum = 0;
    std::uint64_t step = 0;
    for (std::size_t i = 0; i < kKept; ++i) {
      sum += empty[i];
      step = std::gcd(step, empty[i]);
    }
    overhead_ticks_ = static_cast<double>(sum) / static_cast<double>(kKept);
    step_ticks_ = std::max<std::uint64_t>(1, step);
  }

  double ns_per_tick_ = 1;
  double overhead_ticks_ = 0;
  std::uint64_t step_ticks_ = 1;
};

}  // namespace remora::bench
