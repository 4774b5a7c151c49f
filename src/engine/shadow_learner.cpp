#include "engine/shadow_learner.hpp"

#include <bit>

#include "learn/policy.hpp"
#include "learn/schedule.hpp"
#include "store/q_table.hpp"
#include "store/words.hpp"

namespace remora::engine {
namespace {

using store::StateKey;

uint64_t parent_of(uint64_t key) {
  return StateKey{StateKey::unpack(key).agent, StateKey::kParentTask, 0, 0}.pack();
}

}  // namespace

route::Cells& ShadowLearner::cells(uint64_t key) {
  return cells_.try_emplace(key, route::Cells{}).first->second;
}

uint32_t ShadowLearner::probabilities(uint64_t key, const learn::Settings& settings, uint64_t open,
                                      double* out) {
  const auto count = static_cast<uint32_t>(std::bit_width(open));
  const route::Cells& agent = cells(parent_of(key));
  const bool seen = cells_.contains(key);
  // As route::read_state: without pooling a state never seen is served by its agent.
  const route::Cells& state = seen || settings.pooling.enabled ? cells(key) : agent;
  learn::Beliefs beliefs;
  learn::believe({state.of, agent.of}, count, settings, &beliefs);
  learn::Settings now = settings;
  if (settings.schedule.kind != learn::ScheduleKind::kConstant) {
    const Life& life = lives_[StateKey::unpack(key).agent];
    now.epsilon = learn::epsilon_of(settings.schedule, settings.epsilon, {life.outcomes, life.lowered});
  }
  alignas(16) float weights[store::kMaxVariants];
  learn::weigh(now, beliefs, open, weights);
  double sum = 0;
  for (uint32_t v = 0; v < count; ++v) {
    sum += static_cast<double>(weights[v]);
  }
  for (uint32_t v = 0; v < count; ++v) {
    out[v] = static_cast<double>(weights[v]) / sum;
  }
  return count;
}

void ShadowLearner::live_on(const learn::Settings& settings, float reward, Life* life) const {
  ++life->outcomes;
  life->reward += static_cast<double>(reward);
  const learn::Schedule& schedule = settings.schedule;
  const uint64_t since = life->outcomes - life->seen_outcomes;
  if (schedule.kind == learn::ScheduleKind::kReward && since >= schedule.step_outcomes) {
    const double mean = (life->reward - life->seen_reward) / static_cast<double>(since);
    life->lowered += learn::lowers(schedule, mean, {life->outcomes, life->lowered}) ? 1U : 0U;
    life->seen_outcomes = life->outcomes;
    life->seen_reward = life->reward;
  }
}

void ShadowLearner::learn(const Recorded& outcome, const LaterReports& later,
                          const learn::Settings& settings) {
  const float reward = later.reward(outcome.decision_id, outcome.input, settings);
  const float target = reward + (outcome.target - outcome.reward);  // what the next state was worth stays
  const uint32_t v = outcome.variant & (store::kMaxVariants - 1);
  for (const uint64_t key : {outcome.key, parent_of(outcome.key)}) {
    store::QCell& cell = cells(key).of[v];
    cell = store::updated(cell, target, settings.learning_rate);
  }
  live_on(settings, reward, &lives_[StateKey::unpack(outcome.key).agent]);
}

}  // namespace remora::engine
