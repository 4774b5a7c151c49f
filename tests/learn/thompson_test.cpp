#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "learn/beliefs.hpp"
#include "learn/policy.hpp"
#include "stats/normal.hpp"

namespace remora::learn {
namespace {

using test::Belief;
using test::beliefs_of;
using test::count;

Settings thompson(Policy policy = Policy::kThompson) {
  Settings settings;
  settings.policy = policy;
  settings.spread = 1;
  return settings;
}

// With which probability each of several normal posteriors is the highest, by the trapezoid rule.
std::vector<double> true_probabilities(const std::vector<Belief>& beliefs) {
  constexpr int kSteps = 2'000;
  std::vector<double> result;
  for (size_t v = 0; v < beliefs.size(); ++v) {
    double probability = 0;
    for (int i = -kSteps; i <= kSteps; ++i) {
      const double z = 8.0 * i / kSteps;
      const double x = static_cast<double>(beliefs[v].mean) + z * std::sqrt(beliefs[v].variance);
      double density = std::exp(-z * z / 2) / std::sqrt(2 * M_PI) * 8.0 / kSteps;
      for (size_t other = 0; other < beliefs.size(); ++other) {
        if (other != v) {
          density *= stats::normal_cdf((x - static_cast<double>(beliefs[other].mean)) /
                                       std::sqrt(static_cast<double>(beliefs[other].variance)));
        }
      }
      probability += density;
    }
    result.push_back(probability);
  }
  return result;
}

TEST(Thompson, ChoosesBetweenTwoByTheProbabilityThatEachIsTheBest) {
  for (const float distance : {0.0F, 0.1F, 0.5F, 1.0F, 2.0F}) {
    const std::vector<Belief> beliefs = {{0.5F, 0.3F}, {0.5F - distance, 0.1F}};
    const std::vector<double> expected = true_probabilities(beliefs);
    const float stated = count(thompson(), beliefs_of(beliefs), 0b11).propensity[1];
    EXPECT_NEAR(stated, expected[1], 0.001) << "distance " << distance;
  }
}

// As thompson.cpp states it.
TEST(Thompson, IsNearTheProbabilityThatEachIsTheBestOfMany) {
  std::mt19937_64 random(29);
  std::uniform_real_distribution<float> mean(0, 1);
  std::uniform_real_distribution<float> outcomes(1, 60);
  double worst = 0;
  double sum = 0;
  int compared = 0;
  for (int round = 0; round < 60; ++round) {
    std::vector<Belief> beliefs;
    for (uint32_t v = 0; v < 3 + random() % 6; ++v) {
      beliefs.push_back({mean(random), 1 / outcomes(random)});
    }
    const std::vector<double> expected = true_probabilities(beliefs);
    const test::Counts counts = count(thompson(), beliefs_of(beliefs), (1ULL << beliefs.size()) - 1);
    for (uint32_t v = 0; v < beliefs.size(); ++v) {
      const double off = std::abs(static_cast<double>(counts.propensity[v]) - expected[v]);
      worst = std::max(worst, off);
      sum += off;
      ++compared;
    }
  }
  RecordProperty("mean", std::to_string(sum / compared));
  EXPECT_LT(worst, 0.2);
  EXPECT_LT(sum / compared, 0.03);
}

TEST(Thompson, ExploresMoreWhereLessIsKnown) {
  const float sure = count(thompson(), beliefs_of({{0.5F, 0.01F}, {0.3F, 0.01F}}), 0b11).propensity[1];
  const float unsure = count(thompson(), beliefs_of({{0.5F, 0.01F}, {0.3F, 0.5F}}), 0b11).propensity[1];
  EXPECT_GT(unsure, 3 * sure);
}

TEST(Thompson, ExploresMoreTheWiderRewardsSpread) {
  Settings narrow = thompson();
  narrow.spread = 0.2F;
  const Beliefs beliefs = beliefs_of({{0.5F, 0.1F}, {0.3F, 0.1F}});
  EXPECT_GT(count(thompson(), beliefs, 0b11).propensity[1], 2 * count(narrow, beliefs, 0b11).propensity[1]);
}

TEST(Thompson, GivesNoVariantUp) {
  const Beliefs beliefs = beliefs_of({{1, 1e-6F}, {0, 1e-6F}});
  EXPECT_NEAR(count(thompson(), beliefs, 0b11).propensity[1], 1.8e-5, 1e-6);
}

// The share of draws in which the second Beta posterior beats the first, by drawing.
double beta_wins(double a1, double b1, double a2, double b2) {
  std::mt19937_64 random(31);
  const auto beta = [&](double a, double b) {
    const double x = std::gamma_distribution<>(a, 1)(random);
    return x / (x + std::gamma_distribution<>(b, 1)(random));
  };
  int wins = 0;
  for (int i = 0; i < 100'000; ++i) {
    wins += beta(a2, b2) > beta(a1, b1) ? 1 : 0;
  }
  return wins / 100'000.0;
}

TEST(ThompsonBeta, IsNearTheProbabilityThatOnePosteriorBeatsTheOther) {
  struct Case {
    double a1, b1, a2, b2;
  };
  for (const Case c : {Case{90, 10, 1, 1}, {50, 10, 1, 3}, {9, 1, 5, 5}, {300, 100, 12, 8}, {2, 8, 1, 9}}) {
    const double n1 = c.a1 + c.b1;
    const double n2 = c.a2 + c.b2;
    const Beliefs beliefs = beliefs_of({{static_cast<float>(c.a1 / n1), static_cast<float>(1 / n1)},
                                        {static_cast<float>(c.a2 / n2), static_cast<float>(1 / n2)}});
    EXPECT_NEAR(count(thompson(Policy::kThompsonBeta), beliefs, 0b11).propensity[1],
                beta_wins(c.a1, c.b1, c.a2, c.b2), 0.05)
        << "Beta(" << c.a2 << ", " << c.b2 << ") against Beta(" << c.a1 << ", " << c.b1 << ")";
  }
}

TEST(ThompsonBeta, TakesMeansBeyondItsRangeAsTheEndOfIt) {
  const Settings settings = thompson(Policy::kThompsonBeta);
  EXPECT_FLOAT_EQ(count(settings, beliefs_of({{1.5F, 0.1F}, {0.4F, 0.1F}}), 0b11).propensity[1],
                  count(settings, beliefs_of({{1.0F, 0.1F}, {0.4F, 0.1F}}), 0b11).propensity[1]);
  EXPECT_FLOAT_EQ(count(settings, beliefs_of({{0.6F, 0.1F}, {-0.4F, 0.1F}}), 0b11).propensity[1],
                  count(settings, beliefs_of({{0.6F, 0.1F}, {0.0F, 0.1F}}), 0b11).propensity[1]);
}

}  // namespace
}  // namespace remora::learn
