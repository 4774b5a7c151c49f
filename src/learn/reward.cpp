#include "learn/reward.hpp"

#include <algorithm>

namespace remora::learn {
namespace {

float saturate(double amount, double scale) { return static_cast<float>(amount / (amount + scale)); }

}  // namespace

Reward compute_reward(const RewardInput& input, const RewardWeights& weights) {
  Reward reward;
  reward.success = input.success ? weights.success : 0.0F;
  reward.quality = input.graded ? weights.quality * input.quality : 0.0F;
  if (input.duration_ns > 0) {
    reward.time = weights.time * saturate(static_cast<double>(input.duration_ns),
                                          static_cast<double>(weights.time_scale_ns));
  }
  if (input.errors > 0) {
    reward.error = weights.error * saturate(input.errors, static_cast<double>(weights.error_scale));
  }
  if (input.cost_micros > 0) {
    reward.cost = weights.cost * saturate(static_cast<double>(input.cost_micros),
                                          static_cast<double>(weights.cost_scale_micros));
  }
  if (input.tokens > 0) {
    reward.tokens = weights.tokens *
                    saturate(static_cast<double>(input.tokens), static_cast<double>(weights.tokens_scale));
  }
  const float sum =
      reward.success + reward.quality + reward.time + reward.error + reward.cost + reward.tokens;
  reward.total = std::clamp(sum, kLowestReward, kHighestReward);
  return reward;
}

}  // namespace remora::learn
