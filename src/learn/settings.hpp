// What learning may be told. Defaults are the production values.
#pragma once

#include <cstdint>

namespace remora::learn {

// Weights of the reward's terms; each term is normalised to 0 .. 1 (success, quality, time, error, cost)
// first.
struct RewardWeights {
  float success = 1.0F;
  float quality = 0.5F;
  float time = -0.3F;
  float error = -0.5F;
  float cost = 0.0F;
  int64_t time_scale_ns =
      60'000'000'000;                  // a task of this length costs half of the time weight: d / (d + scale)
  int64_t cost_scale_micros = 50'000;  // likewise for cost
  float error_scale = 3.0F;            // errors / (errors + scale)
};

enum class Policy : uint8_t { kEpsilonGreedy };

struct Settings {
  Policy policy = Policy::kEpsilonGreedy;
  float learning_rate = 0.1F;  // (0, 1]
  float discount = 0.9F;       // gamma, [0, 1): weight of the next state's best value in multi-step tasks
  float epsilon = 0.1F;        // exploration rate of the epsilon-greedy policy, [0, 1]
  RewardWeights reward;
};

}  // namespace remora::learn
