#include "stats/proportion.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <initializer_list>
#include <limits>

#include "stats/normal.hpp"

namespace remora::stats {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
const double kZ = z_two_sided(0.95);

// Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998),
// table I, method 3.
TEST(WilsonTest, MatchesThePublishedIntervals) {
  const struct {
    Count count;
    double low, high;
  } kCases[] = {{{81, 263}, 0.2553, 0.3662},
                {{15, 148}, 0.0624, 0.1605},
                {{0, 20}, 0.0000, 0.1611},
                {{1, 29}, 0.0061, 0.1718}};
  for (const auto& [count, low, high] : kCases) {
    EXPECT_NEAR(wilson(count, kZ).low, low, 5e-5) << count.successes;
    EXPECT_NEAR(wilson(count, kZ).high, high, 5e-5) << count.successes;
  }
}

TEST(WilsonTest, EndsSolveTheScoreEquation) {
  // By definition the ends are the rates that are exactly z standard errors away from the one seen.
  for (uint64_t n = 1; n <= 60; n += 7) {
    for (uint64_t k = 1; k < n; ++k) {
      const Interval interval = wilson({k, n}, kZ);
      const double p = static_cast<double>(k) / static_cast<double>(n);
      for (const double end : {interval.low, interval.high}) {
        ASSERT_NEAR(std::fabs(p - end), kZ * std::sqrt(end * (1 - end) / static_cast<double>(n)), 1e-12);
      }
    }
  }
}

TEST(WilsonTest, StaysWithinZeroAndOneAndHoldsTheRate) {
  for (const uint64_t n : std::initializer_list<uint64_t>{1, 2, 10, 1000, uint64_t{1} << 40, UINT64_MAX}) {
    for (const uint64_t k : {uint64_t{0}, n / 3, n}) {
      const Interval interval = wilson({k, n}, kZ);
      EXPECT_GE(interval.low, 0);
      EXPECT_LE(interval.high, 1);
      EXPECT_LE(interval.low, Count({k, n}).rate());
      EXPECT_GE(interval.high, Count({k, n}).rate());
    }
  }
  EXPECT_EQ(wilson({0, 7}, kZ).low, 0);
  EXPECT_EQ(wilson({7, 7}, kZ).high, 1);
}

TEST(WilsonTest, KnowsNothingWithoutTrialsOrSense) {
  for (const auto& [count, z] : {std::pair{Count{0, 0}, kZ},
                                 {Count{3, 0}, kZ},
                                 {Count{1, 2}, kNaN},
                                 {Count{1, 2}, -1.0},
                                 {Count{1, 2}, std::numeric_limits<double>::infinity()}}) {
    EXPECT_EQ(wilson(count, z).low, 0);
    EXPECT_EQ(wilson(count, z).high, 1);
  }
  EXPECT_EQ(wilson({9, 5}, kZ).high, 1) << "more successes than trials count as all";
  EXPECT_EQ(wilson({9, 5}, kZ).low, wilson({5, 5}, kZ).low);
}

TEST(WilsonTest, OneSidedBoundsAreTheEnds) {
  const double z = z_one_sided(0.95);
  EXPECT_EQ(wilson_lower({8, 10}, z), wilson({8, 10}, z).low);
  EXPECT_EQ(wilson_upper({8, 10}, z), wilson({8, 10}, z).high);
  EXPECT_GT(wilson_lower({8, 10}, z), wilson_lower({8, 10}, kZ));
  EXPECT_NEAR(wilson_lower({10, 10}, z), 1 / (1 + z * z / 10), 1e-15);  // what the formula becomes there
}

// Newcombe 1998 (the one of method 10), table II.
TEST(NewcombeTest, MatchesThePublishedIntervals) {
  const struct {
    Count treatment, control;
    double low, high;
  } kCases[] = {
      {{56, 70}, {48, 80}, 0.0524, 0.3339}, {{9, 10}, {3, 10}, 0.1705, 0.8090},
      {{6, 7}, {2, 7}, 0.0582, 0.8062},     {{5, 56}, {0, 29}, -0.0381, 0.1926},
      {{0, 10}, {0, 20}, -0.1611, 0.2775},  {{0, 10}, {0, 10}, -0.2775, 0.2775},
      {{10, 10}, {0, 20}, 0.6791, 1.0000},  {{10, 10}, {0, 10}, 0.6075, 1.0000},
  };
  for (const auto& [treatment, control, low, high] : kCases) {
    const Difference found = newcombe(control, treatment, kZ);
    EXPECT_NEAR(found.difference, treatment.rate() - control.rate(), 1e-15);
    EXPECT_NEAR(found.low, low, 5e-5) << treatment.successes << "/" << treatment.trials;
    EXPECT_NEAR(found.high, high, 5e-5) << treatment.successes << "/" << treatment.trials;
  }
}

TEST(NewcombeTest, SwappingTheArmsTurnsTheSign) {
  const Difference one = newcombe({48, 80}, {56, 70}, kZ);
  const Difference other = newcombe({56, 70}, {48, 80}, kZ);
  EXPECT_DOUBLE_EQ(one.low, -other.high);
  EXPECT_DOUBLE_EQ(one.high, -other.low);
}

TEST(NewcombeTest, KnowsNothingWhileAnArmIsEmpty) {
  for (const Difference& found :
       {newcombe({0, 0}, {5, 9}, kZ), newcombe({5, 9}, {0, 0}, kZ), newcombe({1, 2}, {1, 2}, kNaN)}) {
    EXPECT_EQ(found.low, -1);
    EXPECT_EQ(found.high, 1);
  }
}

TEST(TwoProportionTest, IsTheSquareRootOfThePearsonStatistic) {
  // Pearson's chi-squared of the 2x2 table without correction equals z squared.
  const double a = 77, b = 225, c = 131, d = 171, n = a + b + c + d;
  const double chi = n * std::pow(a * d - b * c, 2) / ((a + b) * (c + d) * (a + c) * (b + d));
  const ProportionTest test = two_proportion_z_test({77, 302}, {131, 302});
  EXPECT_TRUE(test.defined);
  EXPECT_NEAR(test.z * test.z, chi, 1e-10);
  EXPECT_GT(test.z, 0);
  EXPECT_NEAR(test.p_two_sided, 2 * test.p_greater, 1e-18);
  EXPECT_NEAR(test.p_greater + test.p_less, 1, 1e-15);
}

TEST(TwoProportionTest, EqualRatesGiveNoEvidence) {
  const ProportionTest test = two_proportion_z_test({5, 10}, {50, 100});
  EXPECT_TRUE(test.defined);
  EXPECT_EQ(test.z, 0);
  EXPECT_EQ(test.p_two_sided, 1);
  EXPECT_EQ(test.p_greater, 0.5);
}

TEST(TwoProportionTest, IsUndefinedWithoutSpread) {
  for (const ProportionTest& test :
       {two_proportion_z_test({0, 0}, {1, 2}), two_proportion_z_test({1, 2}, {0, 0}),
        two_proportion_z_test({0, 5}, {0, 9}), two_proportion_z_test({5, 5}, {9, 9})}) {
    EXPECT_FALSE(test.defined);
    EXPECT_EQ(test.z, 0);
    EXPECT_EQ(test.p_two_sided, 1);
    EXPECT_EQ(test.p_greater, 1);
    EXPECT_EQ(test.p_less, 1);
  }
}

}  // namespace
}  // namespace remora::stats
