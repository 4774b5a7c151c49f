// Plans: what a host may ask for, with defaults and limits.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "rollout/codes.hpp"
#include "rollout/settings.hpp"
#include "store/layout.hpp"

namespace remora::rollout {

inline constexpr int64_t kLongestStageNs = 366LL * 24 * 3'600 * 1'000'000'000;

// Twin of remora_rollout_plan.
struct Plan {
  uint32_t agent = 0;  // index
  uint32_t treatment = kLearnedTreatment;
  uint32_t stage_count = 0;  // 0 = the settings' stages
  store::StagePlan stages[store::kMaxStages] = {};
};

// Fills what the plan leaves open and checks the rest:
//   stage_count 0        the settings' stages
//   minimum_samples 0    the default stage of the same mode; margin 0 and maximum_drop 0 likewise
//   share 0              10,000 in shadow and full stages
//   order                modes in the order monitor, shadow, canary, full; shares of canary stages never
//   shrink margin               above -1, below maximum_drop; a negative one asks for an improvement
//   maximum_drop         up to 1
// Errors: kInvalid (names the stage, counted from 0, and the value).
base::Code complete(Plan* plan, const Settings& settings, base::Problem& problem);

}  // namespace remora::rollout
