// Beliefs given by hand, and what a policy does with them over many draws.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "learn/policy.hpp"

namespace remora::learn::test {

struct Belief {
  float mean, variance;
};

inline Beliefs beliefs_of(const std::vector<Belief>& all) {
  Beliefs beliefs{};
  beliefs.count = static_cast<uint32_t>(all.size());
  for (size_t v = 0; v < all.size(); ++v) {
    beliefs.mean[v] = all[v].mean;
    beliefs.variance[v] = all[v].variance;
  }
  for (size_t v = all.size(); v % 4 != 0; ++v) {
    beliefs.mean[v] = 1e20F;  // of nobody: must never be looked at
    beliefs.variance[v] = 1;
  }
  return beliefs;
}

inline constexpr uint32_t kDraws = 200'000;
// Five standard deviations of a share in kDraws draws: the draws are the same in each run, so this is no
// luck.
inline constexpr double kTolerance = 5 * 0.5 / 447.2;

struct Counts {
  std::vector<uint32_t> chosen = std::vector<uint32_t>(64);
  std::vector<float> propensity = std::vector<float>(64);  // as stated; 0 = never chosen
  uint32_t explored = 0;

  double share(uint32_t variant) const { return static_cast<double>(chosen[variant]) / kDraws; }
};

inline Counts count(const Settings& settings, const Beliefs& beliefs, uint64_t eligible) {
  std::mt19937_64 random(11);
  Counts counts;
  for (uint32_t i = 0; i < kDraws; ++i) {
    const PolicyChoice choice = choose(settings, beliefs, eligible, random());
    ++counts.chosen[choice.variant];
    counts.propensity[choice.variant] = choice.propensity;
    counts.explored += choice.explored ? 1U : 0U;
  }
  return counts;
}

}  // namespace remora::learn::test
