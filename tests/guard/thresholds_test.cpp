#include "guard/thresholds.hpp"

#include <gtest/gtest.h>

#include "stats/proportion.hpp"

namespace remora::guard {
namespace {

TEST(Thresholds, BlockByWindowAndIntervalUnlessToldOtherwise) {
  const Thresholds usual = Thresholds::of({});
  EXPECT_TRUE(usual.trips(10, 1));
  EXPECT_FALSE(usual.trips(10, 2)) << "2 of 10: the interval reaches 51 %";
  Settings plain;
  plain.require_interval = false;
  EXPECT_TRUE(Thresholds::of(plain).trips(10, 4));
  EXPECT_FALSE(Thresholds::of(plain).trips(10, 5)) << "50 % is not below 50 %";
}

TEST(Thresholds, NeverTripBeforeTheWindowIsFull) {
  const Thresholds t = Thresholds::of({});
  for (uint32_t count = 0; count < 10; ++count) {
    EXPECT_FALSE(t.trips(count, 0)) << count;
  }
}

TEST(Thresholds, AgreeWithTheIntervalForEveryLookback) {
  for (uint32_t lookback = 1; lookback <= 64; ++lookback) {
    Settings settings;
    settings.lookback = lookback;
    const Thresholds t = Thresholds::of(settings);
    for (uint32_t s = 0; s <= lookback; ++s) {
      const bool below = 2 * s < lookback && stats::wilson({s, lookback}, t.z).high < 0.5;
      EXPECT_EQ(t.trips(lookback, s), below) << s << " of " << lookback;
    }
  }
}

TEST(Thresholds, TakeADecimalMinimumAsItIsWritten) {
  Settings settings;
  settings.require_interval = false;
  settings.minimum_success_rate = 0.6F;  // a little above 0.6 in binary
  EXPECT_FALSE(Thresholds::of(settings).trips(10, 6));
  EXPECT_TRUE(Thresholds::of(settings).trips(10, 5));
  settings.minimum_success_rate = 0.7F;  // a little below
  EXPECT_FALSE(Thresholds::of(settings).trips(10, 7));
  EXPECT_TRUE(Thresholds::of(settings).trips(10, 6));
}

TEST(Thresholds, CallARelapseAsSoonAsTheWindowIsLost) {
  const Thresholds t = Thresholds::of({});
  EXPECT_FALSE(t.relapses(5, 0)) << "five successes would still make 50 %";
  EXPECT_TRUE(t.relapses(6, 0));
  EXPECT_FALSE(t.relapses(9, 4));
  EXPECT_TRUE(t.relapses(9, 3));
  EXPECT_TRUE(t.relapses(10, 4)) << "on probation the window alone decides";
  EXPECT_FALSE(t.relapses(10, 5));
}

TEST(Thresholds, BlockNothingWhenSwitchedOff) {
  Settings settings;
  settings.enabled = false;
  const Thresholds t = Thresholds::of(settings);
  for (uint32_t count = 0; count <= 64; ++count) {
    EXPECT_FALSE(t.trips(count, 0));
    EXPECT_FALSE(t.relapses(count, 0));
  }
}

TEST(Thresholds, StaySaneWithSettingsThatAreNot) {
  Settings settings;
  settings.lookback = 1'000;
  settings.confidence = 7.0F;
  const Thresholds t = Thresholds::of(settings);
  EXPECT_EQ(t.lookback, 64U);
  EXPECT_NEAR(t.z, 1.96, 0.01);
  EXPECT_FALSE(t.trips(65, 0));
}

}  // namespace
}  // namespace remora::guard
