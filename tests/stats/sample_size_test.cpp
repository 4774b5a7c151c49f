#include "stats/sample_size.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace remora::stats {
namespace {

// R's documentation of power.prop.test: 50 an arm give power 0.740; power 0.90 takes n = 76.7.
TEST(SampleSizeTest, MatchesThePublishedExamples) {
  EXPECT_NEAR(power_of(0.50, 0.75, 50), 0.740, 5e-4);
  EXPECT_EQ(samples_per_arm(0.50, 0.75, {.power = 0.90}), 77U);
  // Fleiss, Levin and Paik, table A.4 before its correction for continuity: 0.5 against 0.6.
  EXPECT_EQ(samples_per_arm(0.5, 0.6), 388U);
}

TEST(SampleSizeTest, TheSamplesReachThePowerAndOneLessDoesNot) {
  for (const double alpha : {0.01, 0.05, 0.2}) {
    for (const double power : {0.5, 0.8, 0.95}) {
      for (const bool two_sided : {false, true}) {
        const PowerSettings settings{alpha, power, two_sided};
        const uint64_t samples = samples_per_arm(0.7, 0.75, settings);
        EXPECT_GE(power_of(0.7, 0.75, samples, settings), power - 1e-12);
        EXPECT_LT(power_of(0.7, 0.75, samples - 1, settings), power);
      }
    }
  }
}

TEST(SampleSizeTest, TheOrderOfTheRatesDoesNotMatter) {
  EXPECT_EQ(samples_per_arm(0.2, 0.3), samples_per_arm(0.3, 0.2));
  EXPECT_EQ(power_of(0.2, 0.3, 100), power_of(0.3, 0.2, 100));
}

TEST(SampleSizeTest, OneSideNeedsFewerThanTwo) {
  EXPECT_LT(samples_per_arm(0.5, 0.6, {.two_sided = false}), samples_per_arm(0.5, 0.6));
}

TEST(SampleSizeTest, CertainOutcomesNeedFew) {
  EXPECT_GE(samples_per_arm(0, 1), 1U);
  EXPECT_LT(samples_per_arm(0, 1), 10U);
  EXPECT_EQ(power_of(0, 1, 10), 1);
}

TEST(SampleSizeTest, WhatCannotBeSeenIsNeverReached) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(samples_per_arm(0.5, 0.5), kUnreachable);
  EXPECT_EQ(samples_per_arm(0.5, 0.5 + 1e-12), kUnreachable);
  EXPECT_EQ(samples_per_arm(-0.1, 0.5), kUnreachable);
  EXPECT_EQ(samples_per_arm(0.5, 1.1), kUnreachable);
  EXPECT_EQ(samples_per_arm(kNaN, 0.5), kUnreachable);
  EXPECT_EQ(samples_per_arm(0.4, 0.5, {.alpha = 0}), kUnreachable);
  EXPECT_EQ(samples_per_arm(0.4, 0.5, {.alpha = kNaN}), kUnreachable);
  EXPECT_EQ(samples_per_arm(0.4, 0.5, {.power = 1}), kUnreachable);
  EXPECT_EQ(power_of(0.5, 0.5, 100), 0);
  EXPECT_EQ(power_of(0.4, 0.5, 0), 0);
  EXPECT_EQ(power_of(0.4, 0.5, 100, {.alpha = 1}), 0);
}

}  // namespace
}  // namespace remora::stats
