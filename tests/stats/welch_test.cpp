#include "stats/welch.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "stats/effect_size.hpp"

namespace remora::stats {
namespace {

Moments of(const std::vector<double>& values) {
  Moments moments;
  for (const double value : values) {
    moments.add(value);
  }
  return moments;
}

// A real comparison of 302 tasks with and without a spending limit: 77 and 131 of them solved.
TEST(WelchTest, MatchesTheSoftwareIssuesComparison) {
  const Moments control = Moments::of_binary(77, 302 - 77);
  const Moments treatment = Moments::of_binary(131, 302 - 131);
  EXPECT_NEAR(control.mean, 0.2550, 5e-5);
  EXPECT_NEAR(treatment.mean, 0.4338, 5e-5);
  const WelchResult result = welch_t_test(control, treatment);
  EXPECT_TRUE(result.defined);
  EXPECT_NEAR(result.t, 4.7005, 5e-5);
  EXPECT_NEAR(result.degrees, 592.33, 5e-3);
  EXPECT_NEAR(cohens_d(control, treatment), 0.3825, 5e-5);
}

// Student's sleep data ("The probable error of a mean", 1908) as R's documentation of t.test has them:
// t = -1.8608, df = 17.776, p-value = 0.07939.
TEST(WelchTest, MatchesStudentsSleepData) {
  const Moments first = of({0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0});
  const Moments second = of({1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4});
  const WelchResult result = welch_t_test(first, second);
  EXPECT_NEAR(result.t, 1.8608, 5e-5);
  EXPECT_NEAR(result.degrees, 17.776, 5e-4);
  EXPECT_NEAR(result.p_two_sided, 0.07939, 5e-6);
  EXPECT_NEAR(result.p_greater, 0.07939 / 2, 5e-6);
  EXPECT_NEAR(result.p_less, 1 - 0.07939 / 2, 5e-6);
}

TEST(WelchTest, SwappingTheSamplesTurnsTheSign) {
  const Moments a = of({1, 2, 4, 8});
  const Moments b = of({3, 5, 9, 11, 20});
  const WelchResult one = welch_t_test(a, b);
  const WelchResult other = welch_t_test(b, a);
  EXPECT_DOUBLE_EQ(one.t, -other.t);
  EXPECT_DOUBLE_EQ(one.degrees, other.degrees);
  EXPECT_DOUBLE_EQ(one.p_greater, other.p_less);
  EXPECT_DOUBLE_EQ(one.p_two_sided, other.p_two_sided);
}

TEST(WelchTest, OneSampleMayBeConstant) {
  const WelchResult result = welch_t_test(of({1, 1, 1}), of({1, 2, 3, 4}));
  EXPECT_TRUE(result.defined);
  EXPECT_DOUBLE_EQ(result.degrees, 3);  // those of the sample that varies
}

TEST(WelchTest, IsUndefinedWithoutSamplesOrSpread) {
  const Moments constant = of({1, 1, 1});
  for (const WelchResult& result :
       {welch_t_test(Moments(), of({1, 2, 3})), welch_t_test(of({1, 2, 3}), of({1})),
        welch_t_test(constant, constant), welch_t_test(constant, of({2, 2}))}) {
    EXPECT_FALSE(result.defined);
    EXPECT_EQ(result.t, 0);
    EXPECT_EQ(result.degrees, 0);
    EXPECT_EQ(result.p_two_sided, 1);
    EXPECT_EQ(result.p_greater, 1);
    EXPECT_EQ(result.p_less, 1);
  }
}

TEST(WelchTest, ExtremeNumbersGiveNoException) {
  const double huge = std::numeric_limits<double>::max();
  EXPECT_FALSE(welch_t_test(of({-huge, huge}), of({-huge, huge})).defined);
  const WelchResult far = welch_t_test(of({0, 1e-9}), of({1e9, 1e9 + 1e-6}));
  EXPECT_TRUE(far.defined);
  EXPECT_GE(far.p_greater, 0);
  EXPECT_LT(far.p_greater, 1e-6);
  Moments broken;
  broken.count = 5;
  broken.mean = std::numeric_limits<double>::quiet_NaN();
  broken.m2 = 1;
  EXPECT_FALSE(welch_t_test(broken, of({1, 2})).defined);
}

TEST(EffectSizeTest, DIsTheDifferenceInStandardDeviations) {
  // Both variances are 1, so the pooled one is.
  EXPECT_DOUBLE_EQ(cohens_d(of({1, 2, 3}), of({3, 4, 5})), 2);
  EXPECT_DOUBLE_EQ(cohens_d(of({3, 4, 5}), of({1, 2, 3})), -2);
}

TEST(EffectSizeTest, GTakesTheBiasOfSmallSamplesAway) {
  const Moments a = of({1, 2, 3});
  const Moments b = of({3, 4, 5});
  // With 4 degrees of freedom J = gamma(2) / (sqrt(2) gamma(3/2)) = sqrt(2 / pi).
  EXPECT_NEAR(hedges_g(a, b), 2 * std::sqrt(2 / 3.14159265358979323846), 1e-14);
  // For many degrees of freedom m, Stirling's series gives J = 1 - 3/(4m) - 7/(32m^2) + ...
  const Moments c = Moments::of_binary(77, 225);
  const Moments d = Moments::of_binary(131, 171);
  const double m = 602;
  EXPECT_NEAR(hedges_g(c, d) / cohens_d(c, d), 1 - 3 / (4 * m) - 7 / (32 * m * m), 1e-8);
}

TEST(EffectSizeTest, TheCorrectionVanishesForHugeSamples) {
  const Moments c = Moments::of_binary(1'000'000'000, 3'000'000'000);
  const Moments d = Moments::of_binary(2'000'000'000, 2'000'000'000);
  EXPECT_NEAR(hedges_g(c, d) / cohens_d(c, d), 1, 1e-8);
}

TEST(EffectSizeTest, IsZeroWhereItIsNotDefined) {
  EXPECT_EQ(cohens_d(Moments(), of({1, 2})), 0);
  EXPECT_EQ(cohens_d(of({1}), of({1, 2})), 0);
  EXPECT_EQ(cohens_d(of({1, 1}), of({2, 2})), 0);
  EXPECT_EQ(hedges_g(of({1, 1}), of({2, 2})), 0);
}

}  // namespace
}  // namespace remora::stats
