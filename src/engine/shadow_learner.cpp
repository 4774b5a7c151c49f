#include "engine/shadow_learner.hpp"

#include <bit>

#include "learn/policy.hpp"
#include "learn/schedule.hpp"
#include "store/q_table.hpp"
#include "store/state_effect.hpp"
#include "store/words.hpp"

namespace remora::engine {
namespace {

using store::StateKey;

constexpr Cells kNothing{};

}  // namespace

Cells& ShadowLearner::cells(uint64_t key) { return cells_.try_emplace(key, Cells{}).first->second; }

// As pool_agents leaves them for route.
Cells ShadowLearner::pooled(const ShadowState& at, uint32_t count, const learn::Settings& settings) {
  Cells all = cells(at.agent);
  const uint32_t agent = StateKey::unpack(at.agent).agent;
  for (uint32_t v = 0; at.first_attempt && v < count; ++v) {
    all.of[v] = learn::pool(all.of[v], parents_.of(agent, v, all.of[v]), settings).cell;
  }
  return all;
}

uint32_t ShadowLearner::probabilities(const ShadowState& at, const learn::Settings& settings, uint64_t open,
                                      double* out) {
  const auto count = static_cast<uint32_t>(std::bit_width(open));
  const Cells agent = pooled(at, count, settings);
  const auto found = cells_.find(at.state);
  // As route::read_state: without pooling a state never seen is served by its agent.
  const Cells& state = found != cells_.end() ? found->second : settings.pooling.enabled ? kNothing : agent;
  learn::Beliefs beliefs;
  learn::believe({state.of, agent.of}, count, settings, &beliefs);
  learn::Settings now = settings;
  if (settings.schedule.kind != learn::ScheduleKind::kConstant) {
    const Life& life = lives_[StateKey::unpack(at.agent).agent];
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

// As the fold has it: with cascades, what of an outcome is its state's rather than its variant's.
float ShadowLearner::state_part(const ShadowState& at, const learn::Settings& settings) {
  return settings.cascade.enabled && at.first_attempt && at.state != 0
             ? store::state_effect(cells(at.state).of, cells(at.agent).of, store::kMaxVariants,
                                   learn::most_evidence(settings.learning_rate))
             : 0;
}

void ShadowLearner::learn(const ShadowState& at, const Recorded& outcome, const LaterReports& later,
                          const learn::Settings& settings) {
  const float reward = later.reward(outcome.decision_id, outcome.input, settings);
  const float target = reward + (outcome.target - outcome.reward);  // what the next state was worth stays
  const uint32_t v = outcome.variant & (store::kMaxVariants - 1);
  const uint32_t agent = StateKey::unpack(at.agent).agent;
  if (at.state != 0) {
    store::QCell& cell = cells(at.state).of[v];
    cell = store::updated(cell, target, settings.learning_rate);
  }
  if (at.teaches_agent) {
    store::QCell& cell = cells(at.agent).of[v];
    const store::QCell before = cell;
    cell = store::updated(cell, target - state_part(at, settings), settings.learning_rate);
    if (at.first_attempt) {
      parents_.change(agent, v, before, cell);
    }
  }
  live_on(settings, reward, &lives_[agent]);
}

}  // namespace remora::engine
