#include "config/overrides.hpp"

namespace remora::config {
namespace {

template <typename T>
void set(const std::optional<T>& from, T* to) {
  if (from) {
    *to = *from;
  }
}

}  // namespace

void apply(const RewardOverrides& overrides, learn::RewardWeights* weights) {
  set(overrides.success, &weights->success);
  set(overrides.quality, &weights->quality);
  set(overrides.time, &weights->time);
  set(overrides.error, &weights->error);
  set(overrides.cost, &weights->cost);
  set(overrides.time_scale_ns, &weights->time_scale_ns);
  set(overrides.cost_scale_micros, &weights->cost_scale_micros);
  set(overrides.error_scale, &weights->error_scale);
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
  set(overrides.epsilon, &learning->epsilon);
  apply(overrides.reward, &learning->reward);
  apply(overrides.safety, safety);
}

}  // namespace remora::config
