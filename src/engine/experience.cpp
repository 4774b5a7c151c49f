#include "engine/experience.hpp"

#include "store/outcome_lanes.hpp"
#include "store/words.hpp"

namespace remora::engine {

bool is_experience(const ExperienceScope& scope, const store::OutcomeRecord& outcome,
                   ExperienceSkipped* skipped) {
  if (scope.agent != kAllAgents && store::StateKey::unpack(outcome.key).agent != scope.agent) {
    return false;
  }
  if ((outcome.flags & store::kOutcomeNoLearning) != 0 || outcome.variant >= store::kMaxVariants) {
    ++skipped->unlearned;
    return false;
  }
  if (!scope.generation.goes_on_from(store::generation_of(outcome))) {
    ++skipped->superseded;
    return false;
  }
  return true;
}

learn::RewardInput reward_input(const store::OutcomeRecord& outcome) {
  return {(outcome.flags & store::kOutcomeSuccess) != 0,
          (outcome.flags & store::kOutcomeGraded) != 0,
          outcome.quality,
          outcome.duration_ns,
          outcome.errors,
          outcome.cost_micros,
          uint64_t{outcome.tokens_in} + outcome.tokens_out};
}

float target_today(const ExperienceScope& scope, const store::OutcomeRecord& outcome) {
  const uint32_t agent = store::StateKey::unpack(outcome.key).agent;
  const learn::Reward reward =
      learn::compute_reward(reward_input(outcome), scope.active.profile(agent).learning.reward);
  return reward.total == outcome.reward ? outcome.target : reward.total + (outcome.target - outcome.reward);
}

}  // namespace remora::engine
