#include "evaluate/estimators.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>
#include <string>

namespace remora::evaluate {
namespace {

using base::Code;
using base::Problem;

Options few_are_enough() {
  Options options;
  options.least_effective = 1;
  return options;
}

// Five decisions between two actions, with propensities 0.8 and 0.2. The model's means are 0.5 and 0.75.
Log small_log() {
  Log log;
  const auto add = [&log](uint32_t action, double reward, double first) {
    log.add({0, 0, action, reward, action == 0 ? 0.8 : 0.2}, std::array{first, 1 - first});
  };
  add(0, 1, 0.8);
  add(0, 0, 0.4);
  add(0, 0.5, 0.6);
  add(1, 0.5, 0.8);
  add(1, 1, 0.6);
  return log;
}

TEST(Estimators, AreThoseComputedByHand) {
  Evaluation e;
  Problem problem;
  ASSERT_EQ(evaluate(small_log(), few_are_enough(), &e, problem), Code::kOk) << problem.text();
  // The weights are 1, 0.5, 0.75, 1 and 2.
  EXPECT_EQ(e.decisions, 5U);
  EXPECT_NEAR(e.largest_weight, 2, 1e-12);
  EXPECT_NEAR(e.mean_weight, 5.25 / 5, 1e-12);
  EXPECT_NEAR(e.effective, 5.25 * 5.25 / 6.8125, 1e-12);
  EXPECT_NEAR(e.logged.value, 0.6, 1e-12);
  EXPECT_NEAR(e.ips.value, 3.875 / 5, 1e-12);
  EXPECT_NEAR(e.self_normalised.value, 3.875 / 5.25, 1e-12);
  EXPECT_NEAR(e.direct.value, 0.59, 1e-12);
  EXPECT_NEAR(e.doubly_robust.value, 0.59 + 0.5 / 5, 1e-12);
}

// It would take minutes.
TEST(Estimators, MoreDrawsThanTheLimitAreRefusedWithWhatWouldDo) {
  Log log;
  for (int i = 0; i < 50'000; ++i) {
    log.add({0, 0, 0, 1, 1}, std::array{1.0});
  }
  Options options = few_are_enough();
  options.resamples = 100'000;
  Evaluation e;
  Problem problem;
  EXPECT_EQ(evaluate(log, options, &e, problem), Code::kInvalid);
  EXPECT_NE(std::string(problem.text()).find("at most 20000 resamples"), std::string::npos) << problem.text();
}

TEST(Estimators, TheModelOfAContextLeansOnItsPool) {
  Log log;
  const std::array target = {1.0};
  log.add({1, 0, 0, 1, 1}, target);
  log.add({2, 0, 0, 0, 1}, target);
  log.add({2, 0, 0, 0, 1}, target);
  log.add({3, 1, 0, 1, 1}, target);  // another pool's
  Evaluation e;
  Problem problem;
  ASSERT_EQ(evaluate(log, few_are_enough(), &e, problem), Code::kOk) << problem.text();
  const double of_pool = 12 * (1.0 / 3);
  EXPECT_NEAR(e.direct.value, ((1 + of_pool) / 13 + 2 * (of_pool / 14) + 1) / 4, 1e-12);
}

TEST(Estimators, TheSameSeedGivesTheSameIntervals) {
  Evaluation first;
  Evaluation again;
  Evaluation other;
  Problem problem;
  Options options = few_are_enough();
  ASSERT_EQ(evaluate(small_log(), options, &first, problem), Code::kOk);
  ASSERT_EQ(evaluate(small_log(), options, &again, problem), Code::kOk);
  EXPECT_EQ(first.ips.low, again.ips.low);
  EXPECT_EQ(first.doubly_robust.high, again.doubly_robust.high);
  EXPECT_LT(first.ips.low, first.ips.value);
  EXPECT_GT(first.ips.high, first.ips.value);
  options.seed = 2;
  options.resamples = 50;
  ASSERT_EQ(evaluate(small_log(), options, &other, problem), Code::kOk);
  EXPECT_NE(first.doubly_robust.low, other.doubly_robust.low);
}

// Three actions of known success under a skewed log; the target's true value is 0.1 x 0.2 + 0.2 x 0.5 + 0.7 x
// 0.8.
Log random_log(std::mt19937_64& random, int decisions) {
  constexpr std::array kPropensity = {0.5, 0.3, 0.2};
  constexpr std::array kSuccess = {0.2, 0.5, 0.8};
  std::uniform_real_distribution<> unit(0, 1);
  Log log;
  for (int i = 0; i < decisions; ++i) {
    const double drawn = unit(random);
    const uint32_t action = drawn < 0.5 ? 0 : drawn < 0.8 ? 1 : 2;
    log.add({0, 0, action, unit(random) < kSuccess[action] ? 1.0 : 0.0, kPropensity[action]},
            std::array{0.1, 0.2, 0.7});
  }
  return log;
}

TEST(Estimators, AreRightOnAverageAndTheirIntervalsHoldTheTruth) {
  constexpr double kTruth = 0.1 * 0.2 + 0.2 * 0.5 + 0.7 * 0.8;
  constexpr int kLogs = 200;
  constexpr uint64_t kSeed = 77;
  std::mt19937_64 random(kSeed);
  Options options;
  options.resamples = 200;
  std::array<double, 4> sum{};
  std::array<int, 4> covered{};
  for (int i = 0; i < kLogs; ++i) {
    Evaluation e;
    Problem problem;
    ASSERT_EQ(evaluate(random_log(random, 500), options, &e, problem), Code::kOk) << problem.text();
    const std::array estimates = {e.ips, e.self_normalised, e.direct, e.doubly_robust};
    for (size_t k = 0; k < estimates.size(); ++k) {
      sum[k] += estimates[k].value;
      covered[k] += estimates[k].low <= kTruth && kTruth <= estimates[k].high ? 1 : 0;
    }
  }
  for (size_t k = 0; k < sum.size(); ++k) {
    EXPECT_NEAR(sum[k] / kLogs, kTruth, 0.01) << "estimator " << k << ", seed " << kSeed;
    // 95 % on average; the direct method's interval leaves out that its model is fitted to the same log.
    if (k != 2) {
      EXPECT_GE(covered[k], kLogs * 88 / 100) << "estimator " << k << ", seed " << kSeed;
    }
  }
}

// The log nearly always took the first action, and the target wants the second.
TEST(Estimators, ATargetThatTheLogHardlyShowsIsRefused) {
  Log log;
  for (int i = 0; i < 1000; ++i) {
    const uint32_t action = i % 100 == 0 ? 1 : 0;
    log.add({0, 0, action, 1, action == 0 ? 0.99 : 0.01}, std::array{0.0, 1.0});
  }
  Evaluation e;
  Problem problem;
  EXPECT_EQ(evaluate(log, {}, &e, problem), Code::kState);
  EXPECT_NEAR(e.effective, 10, 1e-9);
  EXPECT_NEAR(e.largest_weight, 100, 1e-9);
  EXPECT_EQ(e.ips.value, 0);
  EXPECT_NE(std::string(problem.text()).find("weigh as 10.0"), std::string::npos) << problem.text();
}

// All weights are 0.4, so all decisions count alike: the effective number alone would let this pass.
TEST(Estimators, ALogThatNeverShowsWhatTheTargetDoesIsRefused) {
  Log log;
  for (int i = 0; i < 1000; ++i) {
    log.add({0, 0, 0, 1, 1}, std::array{0.4, 0.6});
  }
  Evaluation e;
  Problem problem;
  EXPECT_EQ(evaluate(log, {}, &e, problem), Code::kState);
  EXPECT_NEAR(e.effective, 1000, 1e-6);
  EXPECT_NE(std::string(problem.text()).find("mean weight"), std::string::npos) << problem.text();
}

TEST(Estimators, NothingToWeighIsRefused) {
  Evaluation e;
  Problem problem;
  EXPECT_EQ(evaluate({}, {}, &e, problem), Code::kState);
}

TEST(Estimators, RowsThatMakeNoSenseAreNamed) {
  const auto code_of = [](const Logged& row, double first, double second) {
    Log log;
    log.add(row, std::array{first, second});
    Evaluation e;
    Problem problem;
    return evaluate(log, few_are_enough(), &e, problem);
  };
  EXPECT_EQ(code_of({0, 0, 0, 1, 0.5}, 0.5, 0.5), Code::kOk);
  EXPECT_EQ(code_of({0, 0, 0, 1, 0}, 0.5, 0.5), Code::kInvalid);
  EXPECT_EQ(code_of({0, 0, 0, 1, 1.1}, 0.5, 0.5), Code::kInvalid);
  EXPECT_EQ(code_of({0, 0, 0, std::nan(""), 0.5}, 0.5, 0.5), Code::kInvalid);
  EXPECT_EQ(code_of({0, 0, 0, 1, 0.5}, 0.5, 0.6), Code::kInvalid);
  EXPECT_EQ(code_of({0, 0, 0, 1, 0.5}, 1.5, -0.5), Code::kInvalid);
}

}  // namespace
}  // namespace remora::evaluate
