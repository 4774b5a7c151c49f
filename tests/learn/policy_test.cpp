// What every policy promises.
#include "learn/policy.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "learn/beliefs.hpp"

namespace remora::learn {
namespace {

using test::beliefs_of;
using test::count;
using test::Counts;
using test::kTolerance;

class EveryPolicy : public ::testing::TestWithParam<Policy> {
 protected:
  void SetUp() override { settings_.policy = GetParam(); }

  Settings settings_;
};

INSTANTIATE_TEST_SUITE_P(Policies, EveryPolicy,
                         ::testing::Values(Policy::kEpsilonGreedy, Policy::kUcb1, Policy::kThompson,
                                           Policy::kThompsonBeta, Policy::kSoftmax),
                         [](const auto& tested) -> std::string {
                           switch (tested.param) {
                             case Policy::kEpsilonGreedy:
                               return "EpsilonGreedy";
                             case Policy::kUcb1:
                               return "Ucb1";
                             case Policy::kThompson:
                               return "Thompson";
                             case Policy::kThompsonBeta:
                               return "ThompsonBeta";
                             case Policy::kSoftmax:
                               return "Softmax";
                           }
                           return "Unknown";
                         });

TEST_P(EveryPolicy, NeverLeavesTheEligibleMask) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 20'000; ++round) {
    Beliefs beliefs{};
    beliefs.count = 64;
    for (int v = 0; v < 64; ++v) {
      beliefs.mean[v] = static_cast<float>(random() % 100) / 50 - 1;
      beliefs.variance[v] = 1.0F / static_cast<float>(random() % 100 + 1);
    }
    const uint64_t eligible = random() & random() & random();
    if (eligible == 0) {
      continue;
    }
    const uint64_t draw = round % 3 == 0 ? UINT64_MAX : round % 3 == 1 ? 0 : random();
    const PolicyChoice choice = choose(settings_, beliefs, eligible, draw);
    ASSERT_LT(choice.variant, 64U);
    ASSERT_NE(eligible >> choice.variant & 1, 0U);
    ASSERT_GT(choice.propensity, 0.0F);
    ASSERT_LE(choice.propensity, 1.0F);
  }
}

TEST_P(EveryPolicy, StatesThePropensityThatAVariantReallyGets) {
  const Beliefs beliefs =
      beliefs_of({{0.5F, 0.1F}, {0.7F, 0.02F}, {0.65F, 0.2F}, {0.1F, 1.0F}, {0.7F, 0.02F}});
  const Counts counts = count(settings_, beliefs, 0b11111);
  for (uint32_t v = 0; v < beliefs.count; ++v) {
    EXPECT_NEAR(counts.share(v), counts.propensity[v], kTolerance) << "variant " << v;
  }
}

TEST_P(EveryPolicy, StatesPropensitiesThatAddUpToOne) {
  const Beliefs beliefs =
      beliefs_of({{0.5F, 0.1F}, {0.6F, 0.02F}, {0.55F, 0.2F}, {0.4F, 1.0F}, {0.6F, 0.05F}});
  const Counts counts = count(settings_, beliefs, 0b11101);
  EXPECT_NEAR(std::accumulate(counts.propensity.begin(), counts.propensity.end(), 0.0), 1, 1e-5);
}

TEST_P(EveryPolicy, LeavesTheOnlyVariantCertain) {
  const Beliefs beliefs = beliefs_of({{0.5F, 0.1F}, {0.9F, 0.02F}, {0.1F, 0.2F}, {0.2F, 1.0F}, {0.3F, 1.0F}});
  for (uint32_t v = 0; v < beliefs.count; ++v) {
    const PolicyChoice choice = choose(settings_, beliefs, 1ULL << v, 0x1234567890ABCDEF);
    EXPECT_EQ(choice.variant, v);
    EXPECT_FLOAT_EQ(choice.propensity, 1.0F);
  }
}

TEST_P(EveryPolicy, SharesEvenlyBetweenEquals) {
  const Beliefs beliefs = beliefs_of({{0.5F, 0.1F}, {0.5F, 0.1F}, {0.9F, 0.1F}, {0.5F, 0.1F}});
  const Counts counts = count(settings_, beliefs, 0b1011);
  for (const uint32_t v : {0U, 1U, 3U}) {
    EXPECT_NEAR(counts.share(v), 1.0 / 3, kTolerance);
    EXPECT_NEAR(counts.propensity[v], 1.0 / 3, 1e-4);
  }
}

TEST_P(EveryPolicy, PrefersTheSmallestLossWhenAllMeansAreNegative) {
  settings_.epsilon = 0;
  settings_.temperature = 0.01F;
  // Beta posteriors know no negative rewards: all are the same to them.
  const float shift = GetParam() == Policy::kThompsonBeta ? 1.0F : 0.0F;
  const Beliefs beliefs =
      beliefs_of({{-0.7F + shift, 0.001F}, {-0.2F + shift, 0.001F}, {-0.9F + shift, 0.001F}});
  EXPECT_GT(count(settings_, beliefs, 0b111).share(1), 0.999);
}

TEST_P(EveryPolicy, GivesTheSameChoiceForTheSameDraw) {
  std::mt19937_64 random(17);
  const Beliefs beliefs = beliefs_of({{0.5F, 0.1F}, {0.7F, 0.02F}, {0.65F, 0.2F}});
  for (int i = 0; i < 1'000; ++i) {
    const uint64_t draw = random();
    const PolicyChoice first = choose(settings_, beliefs, 0b111, draw);
    const PolicyChoice second = choose(settings_, beliefs, 0b111, draw);
    ASSERT_EQ(first.variant, second.variant);
    ASSERT_EQ(first.explored, second.explored);
    ASSERT_EQ(first.propensity, second.propensity);
  }
}

TEST_P(EveryPolicy, CallsOnlyALowerMeanExploration) {
  settings_.epsilon = 0;
  const Beliefs beliefs = beliefs_of({{0.5F, 0.1F}, {0.7F, 0.02F}, {0.65F, 0.2F}});
  std::mt19937_64 random(19);
  for (int i = 0; i < 1'000; ++i) {
    const PolicyChoice choice = choose(settings_, beliefs, 0b111, random());
    ASSERT_EQ(choice.explored, choice.variant != 1);
  }
}

}  // namespace
}  // namespace remora::learn
