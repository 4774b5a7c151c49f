// When a snapshot of the schedule is due, whatever the clock does.
#include "snapshot/schedule.hpp"

#include <gtest/gtest.h>

#include "base/clock.hpp"

namespace remora::snapshot {
namespace {

constexpr int64_t kHour = base::kNanosPerHour;
constexpr int64_t kNow = 1'700'000'000'000'000'000;

TEST(Schedule, IsDueAfterTheInterval) {
  EXPECT_FALSE(is_due(kNow, kNow, kHour));
  EXPECT_FALSE(is_due(kNow, kNow + kHour - 1, kHour));
  EXPECT_TRUE(is_due(kNow, kNow + kHour, kHour));
  EXPECT_TRUE(is_due(kNow, kNow + 1'000 * kHour, kHour));
}

TEST(Schedule, AClockSetBackALittleDelaysByNoMore) {
  EXPECT_FALSE(is_due(kNow, kNow - kHour, kHour));
  EXPECT_FALSE(is_due(kNow, kNow - 1, kHour));
}

TEST(Schedule, AClockSetBackFarMakesOneDueAtOnce) {
  EXPECT_TRUE(is_due(kNow, kNow - kHour - 1, kHour));
  EXPECT_TRUE(is_due(kNow, kNow - 10'000 * kHour, kHour));
}

TEST(Schedule, NoIntervalMeansNoSchedule) {
  EXPECT_FALSE(is_due(0, kNow, 0));
  EXPECT_FALSE(is_due(0, kNow, -1));
}

}  // namespace
}  // namespace remora::snapshot
