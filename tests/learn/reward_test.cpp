#include "learn/reward.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace remora::learn {
namespace {

// Weights whose terms can be told apart in a sum, far from the limits of the total.
RewardWeights small_weights() {
  RewardWeights weights;
  weights.success = 0.5F;
  weights.quality = 0.25F;
  weights.time = -0.125F;
  weights.error = -0.0625F;
  weights.cost = -0.03125F;
  weights.tokens = -0.015625F;
  return weights;
}

float sum_of_terms(const Reward& r) { return r.success + r.quality + r.time + r.error + r.cost + r.tokens; }

TEST(RewardTest, OfNothingReportedIsZero) {
  const Reward reward = compute_reward({}, small_weights());
  EXPECT_EQ(reward.total, 0.0F);
  EXPECT_EQ(sum_of_terms(reward), 0.0F);
}

TEST(RewardTest, SuccessCountsItsWeightOrNothing) {
  EXPECT_EQ(compute_reward({.success = true}, small_weights()).success, 0.5F);
  EXPECT_EQ(compute_reward({.success = true}, small_weights()).total, 0.5F);
  EXPECT_EQ(compute_reward({.success = false, .graded = true, .quality = 1}, small_weights()).success, 0.0F);
}

TEST(RewardTest, QualityCountsOnlyWhenItWasGraded) {
  EXPECT_EQ(compute_reward({.graded = true, .quality = 0.5F}, small_weights()).quality, 0.125F);
  EXPECT_EQ(compute_reward({.graded = false, .quality = 0.5F}, small_weights()).quality, 0.0F);
}

TEST(RewardTest, AnAmountOfOneScaleCountsHalfItsWeight) {
  const RewardWeights weights = small_weights();
  EXPECT_FLOAT_EQ(compute_reward({.duration_ns = weights.time_scale_ns}, weights).time, weights.time / 2);
  EXPECT_FLOAT_EQ(compute_reward({.errors = 3}, weights).error, weights.error / 2);
  EXPECT_FLOAT_EQ(compute_reward({.cost_micros = weights.cost_scale_micros}, weights).cost, weights.cost / 2);
  EXPECT_FLOAT_EQ(compute_reward({.tokens = 10'000}, weights).tokens, weights.tokens / 2);
}

TEST(RewardTest, MoreOfAnAmountNeverCountsLessAndNeverPassesItsWeight) {
  const RewardWeights weights = small_weights();
  Reward before;
  for (int64_t amount = 1; amount > 0 && amount <= std::numeric_limits<int64_t>::max() / 4; amount *= 4) {
    const auto errors = static_cast<uint32_t>(std::min<int64_t>(amount, UINT32_MAX));
    const Reward now = compute_reward({.duration_ns = amount,
                                       .errors = errors,
                                       .cost_micros = amount,
                                       .tokens = static_cast<uint64_t>(amount)},
                                      weights);
    EXPECT_LE(now.time, before.time);
    EXPECT_LE(now.error, before.error);
    EXPECT_LE(now.cost, before.cost);
    EXPECT_LE(now.tokens, before.tokens);
    before = now;
  }
  EXPECT_FLOAT_EQ(before.time, weights.time);
  EXPECT_GE(before.time, weights.time);
  EXPECT_FLOAT_EQ(before.error, weights.error);
  EXPECT_GE(before.error, weights.error);
  EXPECT_FLOAT_EQ(before.cost, weights.cost);
  EXPECT_GE(before.cost, weights.cost);
}

TEST(RewardTest, AmountsThatWereNotMeasuredCountNothing) {
  const Reward reward = compute_reward({.duration_ns = 0, .errors = 0, .cost_micros = 0}, small_weights());
  EXPECT_EQ(reward.time, 0.0F);
  EXPECT_EQ(reward.error, 0.0F);
  EXPECT_EQ(reward.cost, 0.0F);
}

TEST(RewardTest, TotalIsTheSumOfItsTerms) {
  const Reward reward = compute_reward({.success = true,
                                        .graded = true,
                                        .quality = 0.75F,
                                        .duration_ns = 5'000'000'000,
                                        .errors = 2,
                                        .cost_micros = 9'000},
                                       small_weights());
  EXPECT_FLOAT_EQ(reward.total, sum_of_terms(reward));
  EXPECT_GT(reward.success, 0.0F);
  EXPECT_GT(reward.quality, 0.0F);
  EXPECT_LT(reward.time, 0.0F);
  EXPECT_LT(reward.error, 0.0F);
  EXPECT_LT(reward.cost, 0.0F);
}

TEST(RewardTest, TotalIsClippedAndTheTermsAreNot) {
  RewardWeights heavy;
  heavy.success = 50;
  heavy.error = -50;
  const Reward high = compute_reward({.success = true}, heavy);
  EXPECT_EQ(high.total, kHighestReward);
  EXPECT_EQ(high.success, 50.0F);
  const Reward low = compute_reward({.errors = 1'000'000}, heavy);
  EXPECT_EQ(low.total, kLowestReward);
  EXPECT_LT(low.error, -49.0F);
}

TEST(RewardTest, WithTheDefaultsSuccessPaysMoreThanFailure) {
  const RewardWeights weights;
  const RewardInput slow_success{.success = true, .duration_ns = 3'600'000'000'000, .errors = 1};
  const RewardInput quick_failure{.success = false, .duration_ns = 1'000'000, .errors = 1};
  EXPECT_GT(compute_reward(slow_success, weights).total, compute_reward(quick_failure, weights).total);
}

}  // namespace
}  // namespace remora::learn
