#include "stats/moments.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace remora::stats {
namespace {

Moments of(const std::vector<double>& values) {
  Moments moments;
  for (const double value : values) {
    moments.add(value);
  }
  return moments;
}

TEST(MomentsTest, MeanAndVarianceOfKnownNumbers) {
  const Moments moments = of({2, 4, 4, 4, 5, 5, 7, 9});
  EXPECT_EQ(moments.count, 8U);
  EXPECT_DOUBLE_EQ(moments.mean, 5);
  EXPECT_DOUBLE_EQ(moments.variance(), 32.0 / 7);
  EXPECT_DOUBLE_EQ(moments.standard_deviation(), std::sqrt(32.0 / 7));
}

TEST(MomentsTest, NoneAndOneHaveNoVariance) {
  EXPECT_EQ(Moments().mean, 0);
  EXPECT_EQ(Moments().variance(), 0);
  EXPECT_EQ(of({3}).mean, 3);
  EXPECT_EQ(of({3}).variance(), 0);
}

TEST(MomentsTest, ASmallSpreadSurvivesALargeMean) {
  // The textbook formula E[x^2] - E[x]^2 gives 0 or a negative number here.
  EXPECT_NEAR(of({1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16}).variance(), 30, 1e-6);
}

TEST(MomentsTest, MergingEqualsAddingAll) {
  std::mt19937_64 random(5);
  std::normal_distribution<double> normal(3, 2);
  Moments all;
  Moments parts[3];
  for (int i = 0; i < 3000; ++i) {
    const double value = normal(random);
    all.add(value);
    parts[i % 7 == 0 ? 0 : i % 5 == 0 ? 1 : 2].add(value);
  }
  Moments merged;
  for (const Moments& part : parts) {
    merged.merge(part);
  }
  merged.merge(Moments());
  EXPECT_EQ(merged.count, all.count);
  EXPECT_NEAR(merged.mean, all.mean, 1e-12);
  EXPECT_NEAR(merged.variance(), all.variance(), 1e-10);
}

TEST(MomentsTest, WhatIsNoNumberIsIgnored) {
  Moments moments = of({1, 2});
  moments.add(std::numeric_limits<double>::quiet_NaN());
  moments.add(std::numeric_limits<double>::infinity());
  EXPECT_EQ(moments.count, 2U);
  EXPECT_EQ(moments.mean, 1.5);
}

TEST(MomentsTest, BinaryMomentsEqualThoseOfTheirOnesAndZeros) {
  std::vector<double> values(77, 1);
  values.insert(values.end(), 225, 0);
  const Moments added = of(values);
  const Moments counted = Moments::of_binary(77, 225);
  EXPECT_EQ(counted.count, 302U);
  EXPECT_NEAR(counted.mean, added.mean, 1e-14);
  EXPECT_NEAR(counted.m2, added.m2, 1e-11);
  EXPECT_EQ(Moments::of_binary(0, 0).count, 0U);
  EXPECT_EQ(Moments::of_binary(5, 0).variance(), 0);
}

}  // namespace
}  // namespace remora::stats
