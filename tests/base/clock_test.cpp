#include "base/clock.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>

namespace remora::base {
namespace {

TEST(ClockTest, WallClocksAgreeWithTheStandardLibrary) {
  const auto standard = std::chrono::system_clock::now().time_since_epoch();
  const int64_t expected = std::chrono::duration_cast<std::chrono::nanoseconds>(standard).count();
  EXPECT_LT(std::abs(now_ns() - expected), kNanosPerMinute);
  EXPECT_LT(std::abs(coarse_now_ns() - expected), kNanosPerMinute);
}

TEST(ClockTest, MonotonicTimeNeverGoesBack) {
  int64_t before = monotonic_ns();
  for (int i = 0; i < 100'000; ++i) {
    const int64_t now = monotonic_ns();
    ASSERT_GE(now, before);
    before = now;
  }
}

TEST(ClockTest, SleepLastsAtLeastAsLongAsAsked) {
  const int64_t before = monotonic_ns();
  sleep_ns(2 * kNanosPerMillisecond);
  EXPECT_GE(monotonic_ns() - before, 2 * kNanosPerMillisecond);
  sleep_ns(0);
  sleep_ns(-kNanosPerHour);
}

TEST(ClockTest, TheBootHasOneNumber) {
  EXPECT_NE(boot_id(), 0U);
  EXPECT_EQ(boot_id(), boot_id());
}

TEST(ClockTest, UnitsFitTogether) {
  EXPECT_EQ(kNanosPerSecond, 1000 * kNanosPerMillisecond);
  EXPECT_EQ(kNanosPerDay, 86'400 * kNanosPerSecond);
}

}  // namespace
}  // namespace remora::base
