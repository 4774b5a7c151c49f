// The change alarm: what it does number by number, how seldom it is false, and how soon it comes.
#include "stats/page_hinkley.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <random>

namespace remora::stats {
namespace {

constexpr uint64_t kSeed = 20'261;
constexpr ChangeRules kDefaults;

// Numbers until the alarm; 0 when it did not come within `limit`.
int numbers_to_alarm(ChangeState& state, double rate, int limit, std::mt19937_64& random, Change* change) {
  std::bernoulli_distribution outcome(rate);
  for (int i = 1; i <= limit; ++i) {
    *change = advance(state, outcome(random) ? 1.0F : 0.0F, kDefaults);
    if (change->found) {
      return i;
    }
  }
  return 0;
}

// Worked out by hand: a mean of 0.5 from four numbers, then zeros. Each adds mean - tolerance, the mean
// sinking.
TEST(PageHinkley, EvidenceIsTheSumOfWhatLiesBeyondTheTolerance) {
  const ChangeRules rules{0.1F, 1.0F, 4};
  ChangeState state;
  for (const float x : {1.0F, 0.0F, 1.0F, 0.0F}) {
    EXPECT_FALSE(advance(state, x, rules).found);
    EXPECT_EQ(state.fallen, 0);
  }
  EXPECT_FALSE(advance(state, 0, rules).found);
  EXPECT_FLOAT_EQ(state.fallen, 0.4F);
  EXPECT_FLOAT_EQ(state.mean, 0.4F);
  EXPECT_FALSE(advance(state, 0, rules).found);
  EXPECT_FLOAT_EQ(state.fallen, 0.7F);
  EXPECT_FALSE(advance(state, 0, rules).found);
  EXPECT_NEAR(state.fallen, 0.9333333F, 1e-6);
  const Change change = advance(state, 0, rules);
  ASSERT_TRUE(change.found);
  EXPECT_NEAR(change.before, 2.0F / 7, 1e-6);
  EXPECT_NEAR(change.after, 2.0F / 7 - 0.1F - (0.9333333F + 2.0F / 7 - 0.1F) / 4, 1e-6);
  EXPECT_EQ(state.count, 0U) << "begins anew";
}

TEST(PageHinkley, ARiseIsFoundAsAFallIs) {
  const ChangeRules rules{0.1F, 2.0F, 10};
  ChangeState fall;
  ChangeState rise;
  bool found = false;
  for (int i = 0; i < 40 && !found; ++i) {
    const float x = i < 20 ? 0.25F : 0.75F;
    const Change risen = advance(rise, x, rules);
    const Change fallen = advance(fall, 1 - x, rules);
    ASSERT_EQ(risen.found, fallen.found) << i;
    found = risen.found;
    if (found) {
      EXPECT_LT(risen.before, risen.after);
      EXPECT_NEAR(risen.after, 1 - fallen.after, 1e-5);
    }
  }
  EXPECT_TRUE(found);
}

TEST(PageHinkley, WhatIsNoNumberAndDamagedStateBeginAnew) {
  ChangeState state{0.5F, 50, 3, 2, 4, 4};
  EXPECT_FALSE(advance(state, std::nanf(""), kDefaults).found);
  EXPECT_EQ(state.count, 0U);
  state = {std::numeric_limits<float>::infinity(), 50, 0, 0, 0, 0};
  EXPECT_FALSE(advance(state, 1, kDefaults).found);
  EXPECT_FALSE(advance(state, 1, kDefaults).found);
  EXPECT_FLOAT_EQ(state.mean, 1);
}

TEST(PageHinkley, AStationaryStreamOfTenThousandRaisesAFalseAlarmLessThanOnceInFifty) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  std::mt19937_64 random(kSeed);
  constexpr int kStreams = 200;
  for (const double rate : {0.1, 0.3, 0.5, 0.7, 0.9}) {
    int false_alarms = 0;
    for (int i = 0; i < kStreams; ++i) {
      ChangeState state;
      Change change;
      false_alarms += numbers_to_alarm(state, rate, 10'000, random, &change) != 0 ? 1 : 0;
    }
    std::printf("rate %.1f: %d of %d streams of 10,000 raised a false alarm\n", rate, false_alarms, kStreams);
    EXPECT_LT(false_alarms, kStreams / 50) << rate;
  }
}

TEST(PageHinkley, AFallFromNineTenthsToThreeIsFoundWithinFortyOutcomesOnAverage) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  std::mt19937_64 random(kSeed);
  constexpr int kStreams = 300;
  double delay = 0;
  double before = 0;
  double after = 0;
  int longest = 0;
  for (int i = 0; i < kStreams; ++i) {
    ChangeState state;
    Change change;
    ASSERT_EQ(numbers_to_alarm(state, 0.9, 500, random, &change), 0);
    const int late = numbers_to_alarm(state, 0.3, 500, random, &change);
    ASSERT_NE(late, 0);
    longest = std::max(longest, late);
    delay += static_cast<double>(late) / kStreams;
    before += static_cast<double>(change.before) / kStreams;
    after += static_cast<double>(change.after) / kStreams;
  }
  std::printf("0.9 -> 0.3: found after %.1f outcomes on average, %d at most\n", delay, longest);
  EXPECT_LT(delay, 40);
  EXPECT_NEAR(before, 0.87, 0.03) << "the mean has followed a little";
  EXPECT_NEAR(after, 0.3, 0.06);
}

}  // namespace
}  // namespace remora::stats
