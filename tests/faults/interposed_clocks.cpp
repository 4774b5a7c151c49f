// The clocks and waits of the C library, in its place: the plugin's time is the test's, and its waits take
// none.
#include <pthread.h>
#include <time.h>

#include <algorithm>
#include <cerrno>

#include "faults/interposition.hpp"

using remora::test::from_plugin;
using remora::test::Function;
using remora::test::next;
using remora::test::verdict;

namespace {

constexpr int64_t kSecond = 1'000'000'000;

int64_t nanoseconds(const timespec& time) {
  return static_cast<int64_t>(time.tv_sec) * kSecond + time.tv_nsec;
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

int clock_gettime(clockid_t clock, timespec* time) noexcept {
  static auto* const real = next<int(clockid_t, timespec*)>("clock_gettime");
  const int result = real(clock, time);
  if (result == 0 && from_plugin(__builtin_return_address(0))) {
    *time = remora::test::shifted(clock, *time);
  }
  return result;
}

int clock_nanosleep(clockid_t clock, int flags, const timespec* time, timespec* left) {
  static auto* const real = next<int(clockid_t, int, const timespec*, timespec*)>("clock_nanosleep");
  if (!from_plugin(__builtin_return_address(0)) || flags != 0) {
    return real(clock, flags, time, left);
  }
  const int wrong = verdict({.function = Function::kClockNanosleep});
  if (wrong > 0) {
    if (wrong == EINTR && left != nullptr) {
      *left = *time;
    }
    return wrong;
  }
  remora::test::advance_clocks(nanoseconds(*time));
  return 0;
}

int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock,
                           const timespec* until) {
  static auto* const real =
      next<int(pthread_cond_t*, pthread_mutex_t*, clockid_t, const timespec*)>("pthread_cond_clockwait");
  if (!from_plugin(__builtin_return_address(0))) {
    return real(condition, mutex, clock, until);
  }
  // A millisecond stands for the whole wait: the plugin's clock is then where it would have been.
  timespec now{};
  clock_gettime(clock, &now);
  const int64_t left = nanoseconds(*until) - nanoseconds(now) - remora::test::clock_shift(clock);
  const int64_t soon = nanoseconds(now) + std::clamp<int64_t>(left, 0, 1'000'000);
  const timespec shortened{static_cast<time_t>(soon / kSecond), static_cast<long>(soon % kSecond)};
  const int result = real(condition, mutex, clock, &shortened);
  if (result == ETIMEDOUT && left > 0) {
    remora::test::advance_clocks(left);
  }
  return result;
}

}  // extern "C"
#pragma GCC visibility pop
