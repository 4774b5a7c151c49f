// Regret on Bernoulli arms, beside published figures (SMPyBandits, Besson 2018: nine arms of 0.1 .. 0.9,
// 10,000 steps; of 10 runs Thompson sampling 33 to 37, UCB1 97, epsilon-greedy 410).
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <random>

#include "learn/policy.hpp"

namespace remora::learn {
namespace {

using store::QCell;

constexpr uint32_t kArms = 9;
constexpr uint32_t kSteps = 10'000;

double regret(const Settings& settings, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<> uniform(0, 1);
  std::array<QCell, 12> cells{};
  double total = 0;
  for (uint32_t step = 0; step < kSteps; ++step) {
    Beliefs beliefs{};
    believe({cells.data(), nullptr}, kArms, settings, &beliefs);
    const uint32_t arm = choose(settings, beliefs, (1ULL << kArms) - 1, random()).variant;
    const double chance = 0.1 * (arm + 1);
    const float reward = uniform(random) < chance ? 1 : 0;
    QCell& cell = cells[arm];
    ++cell.visits;
    cell.q += (reward - cell.q) / static_cast<float>(cell.visits);
    total += 0.9 - chance;
  }
  return total;
}

// Mean of seeded runs; prints it with its 95 % interval.
double mean_regret(const char* name, const Settings& settings, int runs) {
  double sum = 0;
  double squares = 0;
  for (int run = 0; run < runs; ++run) {
    const double found = regret(settings, 1'000 + static_cast<uint64_t>(run));
    sum += found;
    squares += found * found;
  }
  const double mean = sum / runs;
  const double half = 1.96 * std::sqrt((squares / runs - mean * mean) / (runs - 1));
  std::printf("%s: regret %.1f +- %.1f (%d runs from seed 1000 on)\n", name, mean, half, runs);
  return mean;
}

Settings plain(Policy policy) {
  Settings settings;
  settings.policy = policy;
  settings.learning_rate = 1e-5F;  // plain means
  settings.pooling.enabled = false;
  return settings;
}

TEST(Regret, OfThompsonSamplingWithBetaPosteriorsIsThePublishedOne) {
  Settings settings = plain(Policy::kThompsonBeta);
  settings.pooling.prior = 0.5F;  // Beta(1, 1)
  settings.pooling.prior_weight = 2;
  const double mean = mean_regret("thompson_beta", settings, 200);
  EXPECT_LT(mean, 37 * 1.1);
  EXPECT_GT(mean, 33 * 0.9);
}

// Two arms of 0.9 and 0.6, of which the better falls to 0.3 at step 4,000: mean reward of the 6,000 steps
// after.
TEST(Regret, TheStepSizeFollowsDrift) {
  for (const Policy policy :
       {Policy::kThompson, Policy::kThompsonBeta, Policy::kUcb1, Policy::kEpsilonGreedy}) {
    Settings settings;
    settings.policy = policy;
    settings.epsilon = 0.05F;
    settings.ucb_width = 0.2F;
    settings.pooling.enabled = false;
    double total = 0;
    for (uint64_t run = 0; run < 20; ++run) {
      std::mt19937_64 random(500 + run);
      std::uniform_real_distribution<> uniform(0, 1);
      std::array<QCell, 4> cells{};
      for (uint32_t step = 0; step < kSteps; ++step) {
        Beliefs beliefs{};
        believe({cells.data(), nullptr}, 2, settings, &beliefs);
        const uint32_t arm = choose(settings, beliefs, 0b11, random()).variant;
        const double chance = arm == 1 ? 0.6 : step < 4'000 ? 0.9 : 0.3;
        QCell& cell = cells[arm];
        ++cell.visits;
        const float size = std::max(settings.learning_rate, 1 / static_cast<float>(cell.visits));
        cell.q += size * ((uniform(random) < chance ? 1.0F : 0.0F) - cell.q);
        total += step < 4'000 ? 0 : chance;
      }
    }
    EXPECT_GE(total / (20 * 6'000), 0.57) << static_cast<int>(policy);
  }
}

TEST(Regret, OfUcb1IsThePublishedOne) {
  Settings settings = plain(Policy::kUcb1);
  settings.ucb_width = 0.5F;
  const double mean = mean_regret("ucb1", settings, 100);
  EXPECT_NEAR(mean, 97, 9.7);
}

TEST(Regret, OfEpsilonGreedyIsThePublishedOne) {
  Settings settings = plain(Policy::kEpsilonGreedy);
  settings.epsilon = 0.1F;
  const double mean = mean_regret("epsilon_greedy", settings, 100);
  EXPECT_NEAR(mean, 410, 41);
}

}  // namespace
}  // namespace remora::learn
