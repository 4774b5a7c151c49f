#include "learn/probabilities.hpp"

#include <gtest/gtest.h>

#include "learn/beliefs.hpp"

namespace remora::learn {
namespace {

using test::beliefs_of;

constexpr Policy kPolicies[] = {Policy::kEpsilonGreedy, Policy::kUcb1, Policy::kThompson,
                                Policy::kThompsonBeta, Policy::kSoftmax};

TEST(Probabilities, AreTheSharesThatThePolicyDraws) {
  const Beliefs beliefs =
      beliefs_of({{0.3F, 0.1F}, {0.5F, 0.05F}, {0.9F, 0.5F}, {0.5F, 0.1F}, {0.5F, 0.05F}, {0.1F, 1}});
  for (const uint64_t eligible : {0b111111ULL, 0b111011ULL, 0b010010ULL, 0b000100ULL}) {
    for (const Policy policy : kPolicies) {
      for (const float epsilon : {0.2F, 0.0F}) {
        Settings settings;
        settings.policy = policy;
        settings.epsilon = epsilon;
        double exact[6];
        probabilities(settings, beliefs, eligible, exact);
        const test::Counts drawn = test::count(settings, beliefs, eligible);
        for (uint32_t v = 0; v < 6; ++v) {
          EXPECT_NEAR(exact[v], drawn.share(v), test::kTolerance)
              << "policy " << static_cast<int>(policy) << ", eligible " << eligible << ", variant " << v;
          if (drawn.chosen[v] != 0) {
            EXPECT_NEAR(exact[v], static_cast<double>(drawn.propensity[v]), 1e-5);
          }
        }
      }
    }
  }
}

TEST(Probabilities, OfManyVariantsAreAllFoundAndAddUp) {
  constexpr uint64_t kSeed = 5;
  std::mt19937_64 random(kSeed);
  std::uniform_real_distribution<float> unit(0, 1);
  for (int round = 0; round < 200; ++round) {
    std::vector<test::Belief> all(2 + random() % 63);
    for (test::Belief& belief : all) {
      belief = {unit(random), 1.0F / (1.0F + 50 * unit(random))};
    }
    const Beliefs beliefs = beliefs_of(all);
    const uint64_t everyone = all.size() == 64 ? ~0ULL : (1ULL << all.size()) - 1;
    for (const Policy policy :
         {Policy::kEpsilonGreedy, Policy::kThompson, Policy::kThompsonBeta, Policy::kSoftmax}) {
      Settings settings;
      settings.policy = policy;
      double exact[64];
      probabilities(settings, beliefs, everyone, exact);
      double sum = 0;
      for (uint32_t v = 0; v < beliefs.count; ++v) {
        sum += exact[v];
        // What is less likely than this may slip through the walk: no weight comes near to it.
        EXPECT_GT(exact[v], 0) << "policy " << static_cast<int>(policy) << ", variant " << v << " of "
                               << all.size() << ", seed " << kSeed;
      }
      EXPECT_NEAR(sum, 1, 1e-9);
    }
  }
}

}  // namespace
}  // namespace remora::learn
