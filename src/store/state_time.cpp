#include "store/state_time.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "base/clock.hpp"

namespace remora::store {
namespace {

constexpr int64_t kStep = 5 * base::kNanosPerSecond;  // less is a clock that is being kept right
constexpr int64_t kDrift = 1'000;                     // part that the clocks may differ by besides
constexpr int64_t kLatest = base::kLatestTimeNs;

// What the boot clock has counted since the last time; 0 when that is not known, as after another boot.
int64_t elapsed_ns(uint64_t paced, int64_t boot_ns) {
  return paced == 0 ? 0 : std::max<int64_t>(0, boot_ns - static_cast<int64_t>(paced >> 1));
}

}  // namespace

int64_t highest_ns(const History& history) {
  const auto highest = static_cast<int64_t>(history.control->highest_wall_ns.load(std::memory_order_relaxed));
  return std::clamp<int64_t>(highest, 0, kLatest);
}

int64_t paced_ns(const History& history, int64_t boot_ns) {
  const uint64_t paced = history.control->highest_wall_boot.load(std::memory_order_acquire);
  // A host that gives the time moves it by itself.
  return highest_ns(history) + ((paced & 1) != 0 ? 0 : elapsed_ns(paced, boot_ns));
}

StateTime advance_time(const History& history, int64_t given_ns, int64_t wall_ns, int64_t boot_ns) {
  ControlPage& control = *history.control;
  const uint64_t paced = control.highest_wall_boot.load(std::memory_order_relaxed);
  const bool own = std::llabs(given_ns - wall_ns) >= kStep;
  const int64_t elapsed = own ? 0 : elapsed_ns(paced, boot_ns);
  const int64_t expected = highest_ns(history) + elapsed;
  StateTime time{std::clamp(given_ns, std::min(expected, kLatest), kLatest), 0};
  const bool comparable = paced != 0 && (paced & 1) == 0 && !own;
  if (comparable && given_ns - expected > kStep + elapsed / kDrift) {
    time.set_ahead_ns = given_ns - expected;
  }
  // A process that dies between these makes the time stand still once, or go twice as far: by what lies
  // between two ticks.
  control.highest_wall_ns.store(static_cast<uint64_t>(time.now_ns), std::memory_order_relaxed);
  control.highest_wall_boot.store(static_cast<uint64_t>(boot_ns) << 1 | (own ? 1U : 0U),
                                  std::memory_order_release);
  control.ahead_ns.store(own ? 0 : static_cast<uint64_t>(time.now_ns - given_ns), std::memory_order_relaxed);
  return time;
}

}  // namespace remora::store
