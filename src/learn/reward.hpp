// From an outcome to one number, with each part of it kept apart so that a reward can be explained.
#pragma once

#include <cstdint>

#include "learn/settings.hpp"

namespace remora::learn {

// What of an outcome counts for the reward.
struct RewardInput {
  bool success = false;
  bool graded = false;      // quality was given
  float quality = 0;        // 0 .. 1
  int64_t duration_ns = 0;  // 0 = not measured: no time term
  uint32_t errors = 0;
  int64_t cost_micros = 0;
  uint64_t tokens = 0;  // in and out
};

// Weighted terms; `total` is their sum, clipped to [kLowestReward, kHighestReward].
struct Reward {
  float total = 0;
  float success = 0, quality = 0, time = 0, error = 0, cost = 0, tokens = 0;
};

inline constexpr float kLowestReward = -1.0F;
inline constexpr float kHighestReward = 2.0F;

// Each term is its weight times a number in [0, 1]: success 0 or 1; quality as given; time d / (d +
// time_scale); errors n / (n + error_scale); cost c / (c + cost_scale); tokens t / (t + tokens_scale). The
// saturating form has no threshold to tune and cannot be pushed beyond its weight by one outlier. [hot]
Reward compute_reward(const RewardInput& input, const RewardWeights& weights);

}  // namespace remora::learn
