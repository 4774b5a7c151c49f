// How rollouts are judged unless a plan says otherwise.
#pragma once

#include <cstdint>

#include "store/layout.hpp"

namespace remora::rollout {

struct Settings {
  bool automatic = true;              // tick advances stages; false = only remora_rollout_command does
  uint32_t rollback_samples = 20;     // outcomes of each arm before a drop in success rate can roll back
  float confidence = 0.95F;           // of the interval of the difference
  bool one_unit_may_advance = false;  // outcomes of a single unit may be all that a stage's minimum asks for
  // Stages of a plan that names none.
  uint32_t stage_count = 4;
  store::StagePlan stages[store::kMaxStages] = {
      {1, 0, 50, 0, 24 * 3'600'000'000'000LL, 0.05, 0.10, {}},         // monitor
      {2, 10'000, 50, 0, 24 * 3'600'000'000'000LL, 0.05, 0.10, {}},    // shadow
      {3, 1'000, 100, 0, 48 * 3'600'000'000'000LL, 0.05, 0.10, {}},    // canary 10 %
      {4, 10'000, 250, 0, 168 * 3'600'000'000'000LL, 0.05, 0.10, {}},  // full
  };
};

}  // namespace remora::rollout
