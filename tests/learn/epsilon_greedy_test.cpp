#include <gtest/gtest.h>

#include "learn/beliefs.hpp"
#include "learn/policy.hpp"

namespace remora::learn {
namespace {

using test::beliefs_of;
using test::count;
using test::Counts;
using test::kDraws;
using test::kTolerance;

const Beliefs kBeliefs = beliefs_of({{0.2F, 1}, {0.9F, 1}, {-0.4F, 1}, {0.9F, 1}, {0.5F, 1}});

Settings greedy(float epsilon) {
  Settings settings;
  settings.policy = Policy::kEpsilonGreedy;
  settings.epsilon = epsilon;
  return settings;
}

TEST(EpsilonGreedy, WithoutExplorationTakesTheHighestMean) {
  const Counts counts = count(greedy(0), kBeliefs, 0b10111);
  EXPECT_EQ(counts.chosen[1], kDraws);
  EXPECT_EQ(counts.explored, 0U);
}

TEST(EpsilonGreedy, ExploringAlwaysIsUniformOverTheEligible) {
  const Counts counts = count(greedy(1), kBeliefs, 0b11010);
  EXPECT_EQ(counts.explored, kDraws);
  for (const uint32_t v : {1U, 3U, 4U}) {
    EXPECT_NEAR(counts.share(v), 1.0 / 3, kTolerance) << v;
  }
}

TEST(EpsilonGreedy, StatesItsPropensityAtEveryRate) {
  for (const float epsilon : {0.0F, 0.1F, 0.5F, 1.0F}) {
    const Counts counts = count(greedy(epsilon), kBeliefs, 0b11111);
    for (uint32_t v = 0; v < kBeliefs.count; ++v) {
      EXPECT_NEAR(counts.share(v), counts.propensity[v], kTolerance)
          << "variant " << v << ", epsilon " << epsilon;
    }
  }
}

TEST(EpsilonGreedy, ExploresAtItsRate) {
  const Counts counts = count(greedy(0.1F), kBeliefs, 0b11111);
  EXPECT_NEAR(static_cast<double>(counts.explored) / kDraws, 0.1, kTolerance);
}

}  // namespace
}  // namespace remora::learn
