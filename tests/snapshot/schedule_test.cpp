// When a snapshot of the schedule is due, whatever the clock does.
#include "snapshot/schedule.hpp"

#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "support/test_state.hpp"

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

TEST(Schedule, ADamagedTimeMakesOneDueAtOnce) {
  EXPECT_TRUE(is_due(INT64_MIN, kNow, kHour));
  EXPECT_TRUE(is_due(INT64_MAX, kNow, kHour));
}

TEST(Schedule, NoIntervalMeansNoSchedule) {
  EXPECT_FALSE(is_due(0, kNow, 0));
  EXPECT_FALSE(is_due(0, kNow, -1));
}

TEST(Schedule, WhoRecordsLeavesItForAWhileToOthers) {
  const test::TestState state;
  const Settings settings{.interval_ns = kHour};
  state.history().control->last_snapshot_ns.store(static_cast<uint64_t>(kNow));
  EXPECT_TRUE(snapshot_due(state.history(), settings, kNow + kHour));
  EXPECT_FALSE(snapshot_due(state.history(), settings, kNow + kHour, kHour / 20));
  EXPECT_TRUE(snapshot_due(state.history(), settings, kNow + kHour + kHour / 20, kHour / 20));
  EXPECT_FALSE(snapshot_due(state.history(), {.interval_ns = 0}, kNow + 10 * kHour, kHour / 20));
}

}  // namespace
}  // namespace remora::snapshot
