#include <gtest/gtest.h>

#include <bit>
#include <random>
#include <vector>

#include "learn/policy.hpp"

namespace remora::learn {
namespace {

using store::QCell;

constexpr uint32_t kDraws = 200'000;
// Five standard deviations of a share in kDraws draws: the draws are the same in each run, so this is no
// luck.
constexpr double kTolerance = 5 * 0.5 / 447.2;

struct Counts {
  std::vector<uint32_t> chosen = std::vector<uint32_t>(64);
  uint32_t explored = 0;
};

Counts count(float epsilon, const Candidates& candidates) {
  std::mt19937_64 random(11);
  Counts counts;
  for (uint32_t i = 0; i < kDraws; ++i) {
    const PolicyChoice choice = choose_epsilon_greedy(epsilon, candidates, random());
    ++counts.chosen[choice.variant];
    counts.explored += choice.explored ? 1U : 0U;
  }
  return counts;
}

double share(uint32_t part) { return static_cast<double>(part) / kDraws; }

// The propensity that the policy states for a variant, found by drawing until it is chosen.
float stated_propensity(float epsilon, const Candidates& candidates, uint32_t variant) {
  std::mt19937_64 random(5);
  for (uint32_t i = 0; i < kDraws; ++i) {
    const PolicyChoice choice = choose_epsilon_greedy(epsilon, candidates, random());
    if (choice.variant == variant) {
      return choice.propensity;
    }
  }
  return 0;
}

const std::vector<QCell> kCells = {{0.2F, 5}, {0.9F, 8}, {-0.4F, 2}, {0.9F, 1}, {0.5F, 40}};

TEST(EpsilonGreedy, WithoutExplorationTakesTheHighestValue) {
  const Candidates candidates{kCells, 0b10111, 0};
  const Counts counts = count(0, candidates);
  EXPECT_EQ(counts.chosen[1], kDraws);
  EXPECT_EQ(counts.explored, 0U);
}

TEST(EpsilonGreedy, SharesTiesEvenly) {
  const Counts counts = count(0, {kCells, 0b11111, 0});
  EXPECT_NEAR(share(counts.chosen[1]), 0.5, kTolerance);
  EXPECT_NEAR(share(counts.chosen[3]), 0.5, kTolerance);
}

TEST(EpsilonGreedy, ExploringAlwaysIsUniformOverTheEligible) {
  const Counts counts = count(1, {kCells, 0b11010, 0});
  EXPECT_EQ(counts.explored, kDraws);
  for (const uint32_t v : {1U, 3U, 4U}) {
    EXPECT_NEAR(share(counts.chosen[v]), 1.0 / 3, kTolerance) << v;
  }
}

TEST(EpsilonGreedy, NeverLeavesTheEligibleMask) {
  std::mt19937_64 random(3);
  std::vector<QCell> cells(64);
  for (int round = 0; round < 20'000; ++round) {
    for (QCell& cell : cells) {
      cell = {static_cast<float>(random() % 100), static_cast<uint32_t>(random() % 3)};
    }
    const uint64_t eligible = random() & random() & random();
    if (eligible == 0) {
      continue;
    }
    const uint64_t draw = round % 3 == 0 ? UINT64_MAX : round % 3 == 1 ? 0 : random();
    const PolicyChoice choice = choose_epsilon_greedy(0.5F, {cells, eligible, 50}, draw);
    ASSERT_LT(choice.variant, 64U);
    ASSERT_NE(eligible >> choice.variant & 1, 0U);
    ASSERT_GT(choice.propensity, 0.0F);
    ASSERT_LE(choice.propensity, 1.0F);
  }
}

TEST(EpsilonGreedy, PropensityIsTheShareThatAVariantReallyGets) {
  for (const float epsilon : {0.0F, 0.1F, 0.5F, 1.0F}) {
    const Candidates candidates{kCells, 0b11111, 0};
    const Counts counts = count(epsilon, candidates);
    for (uint32_t v = 0; v < kCells.size(); ++v) {
      EXPECT_NEAR(share(counts.chosen[v]), stated_propensity(epsilon, candidates, v), kTolerance)
          << "variant " << v << ", epsilon " << epsilon;
    }
  }
}

TEST(EpsilonGreedy, ExploresAtItsRate) {
  EXPECT_NEAR(share(count(0.1F, {kCells, 0b11111, 0}).explored), 0.1, kTolerance);
}

TEST(EpsilonGreedy, TheOnlyVariantIsCertain) {
  for (const float epsilon : {0.0F, 0.3F, 1.0F}) {
    const PolicyChoice choice = choose_epsilon_greedy(epsilon, {kCells, 0b00100, 0}, 0x1234567890ABCDEF);
    EXPECT_EQ(choice.variant, 2U);
    EXPECT_FLOAT_EQ(choice.propensity, 1.0F);
  }
}

TEST(EpsilonGreedy, AnUnseenVariantCountsAsThePrior) {
  const std::vector<QCell> cells = {{0.5F, 10}, {99.0F, 0}, {-99.0F, 0}};
  EXPECT_EQ(count(0, {cells, 0b111, 0.4F}).chosen[0], kDraws);
  const Counts hopeful = count(0, {cells, 0b111, 0.6F});
  EXPECT_EQ(hopeful.chosen[0], 0U);
  EXPECT_NEAR(share(hopeful.chosen[1]), 0.5, kTolerance) << "what an unseen cell holds does not count";
}

TEST(EpsilonGreedy, PrefersTheSmallestLossWhenAllValuesAreNegative) {
  const std::vector<QCell> cells = {{-0.7F, 1}, {-0.2F, 1}, {-0.9F, 1}};
  EXPECT_EQ(count(0, {cells, 0b111, -1}).chosen[1], kDraws);
}

TEST(EpsilonGreedy, TheSameDrawGivesTheSameChoice) {
  std::mt19937_64 random(17);
  for (int i = 0; i < 1'000; ++i) {
    const uint64_t draw = random();
    const Candidates candidates{kCells, 0b11111, 0};
    const PolicyChoice first = choose_epsilon_greedy(0.3F, candidates, draw);
    const PolicyChoice second = choose_epsilon_greedy(0.3F, candidates, draw);
    ASSERT_EQ(first.variant, second.variant);
    ASSERT_EQ(first.explored, second.explored);
    ASSERT_EQ(first.propensity, second.propensity);
  }
}

TEST(Policy, OfTheSettingsIsTheOneThatChooses) {
  Settings settings;
  settings.policy = Policy::kEpsilonGreedy;
  settings.epsilon = 0.25F;
  std::mt19937_64 random(23);
  for (int i = 0; i < 1'000; ++i) {
    const uint64_t draw = random();
    const Candidates candidates{kCells, 0b11111, 0};
    ASSERT_EQ(choose(settings, candidates, draw).variant,
              choose_epsilon_greedy(settings.epsilon, candidates, draw).variant);
  }
}

}  // namespace
}  // namespace remora::learn
