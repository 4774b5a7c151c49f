#include "config/overrides.hpp"

namespace remora::config {
namespace {

template <typename T>
void set(const std::optional<T>& from, T* to) {
  if (from) {
    *to = *from;
  }
}

void apply(const RewardOverrides& overrides, learn::RewardWeights* weights) {
  set(overrides.success, &weights->success);
  set(overrides.quality, &weights->quality);
  set(overrides.time, &weights->time);
  set(overrides.error, &weights->error);
  set(overrides.cost, &weights->cost);
  set(overrides.time_scale_ns, &weights->time_scale_ns);
  set(overrides.cost_scale_micros, &weights->cost_scale_micros);
  set(overrides.error_scale, &weights->error_scale);
  set(overrides.tokens, &weights->tokens);
  set(overrides.tokens_scale, &weights->tokens_scale);
}

// How strongly states lean on their agent where nothing says it. With cascades all orders of trying end much
// alike, so that between states there is little left for their own values to say: docs/learning.md has
// figures.
float default_weight(bool cascade) { return cascade ? 50.0F : learn::Pooling().weight; }

void apply(const PoolingOverrides& overrides, learn::Pooling* pooling) {
  set(overrides.enabled, &pooling->enabled);
  set(overrides.weight, &pooling->weight);
  set(overrides.prior, &pooling->prior);
  set(overrides.prior_weight, &pooling->prior_weight);
  set(overrides.category_weight, &pooling->category_weight);
  set(overrides.fleet_weight, &pooling->fleet_weight);
}

void apply(const ScheduleOverrides& overrides, learn::Schedule* schedule) {
  set(overrides.kind, &schedule->kind);
  set(overrides.minimum, &schedule->minimum);
  set(overrides.decay, &schedule->decay);
  set(overrides.step_outcomes, &schedule->step_outcomes);
  set(overrides.reward_threshold, &schedule->reward_threshold);
  set(overrides.reward_increment, &schedule->reward_increment);
  set(overrides.epsilon_decrement, &schedule->epsilon_decrement);
}

}  // namespace

void apply(const LearningOverrides& overrides, learn::Settings* settings) {
  set(overrides.policy, &settings->policy);
  set(overrides.target, &settings->target);
  const bool by_default = settings->pooling.weight == default_weight(settings->cascade.enabled);
  set(overrides.cascade.enabled, &settings->cascade.enabled);
  if (by_default) {
    settings->pooling.weight = default_weight(settings->cascade.enabled);
  }
  set(overrides.cascade.exclude_tried, &settings->cascade.exclude_tried);
  set(overrides.cascade.discount, &settings->cascade.discount);
  set(overrides.deadline.after_ns, &settings->deadline.after_ns);
  set(overrides.deadline.counts_as, &settings->deadline.counts_as);
  set(overrides.join, &settings->join);
  set(overrides.join_window_ns, &settings->join_window_ns);
  set(overrides.epsilon, &settings->epsilon);
  set(overrides.ucb_width, &settings->ucb_width);
  set(overrides.spread, &settings->spread);
  set(overrides.temperature, &settings->temperature);
  set(overrides.memory, &settings->memory);
  apply(overrides.pooling, &settings->pooling);
  apply(overrides.schedule, &settings->schedule);
  apply(overrides.reward, &settings->reward);
}

void apply(const SafetyOverrides& overrides, guard::Settings* settings) {
  set(overrides.enabled, &settings->enabled);
  set(overrides.lookback, &settings->lookback);
  set(overrides.minimum_success_rate, &settings->minimum_success_rate);
  set(overrides.require_interval, &settings->require_interval);
  set(overrides.confidence, &settings->confidence);
  set(overrides.block_on_critical_error, &settings->block_on_critical_error);
  set(overrides.block_on_safety_violation, &settings->block_on_safety_violation);
  set(overrides.probation_ns, &settings->probation_ns);
}

void apply(const Overrides& overrides, learn::Settings* learning, guard::Settings* safety) {
  apply(overrides.learning, learning);
  apply(overrides.safety, safety);
}

}  // namespace remora::config
