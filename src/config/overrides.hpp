// What a category or an agent may want differently from the fleet: each field is set or inherited.
#pragma once

#include <cstdint>
#include <optional>

#include "guard/settings.hpp"
#include "learn/settings.hpp"

namespace remora::config {

struct RewardOverrides {
  std::optional<float> success, quality, time, error, cost, tokens;
  std::optional<int64_t> time_scale_ns;
  std::optional<int64_t> cost_scale_micros;
  std::optional<float> error_scale;
  std::optional<float> tokens_scale;
};

struct SafetyOverrides {
  std::optional<bool> enabled;
  std::optional<uint32_t> lookback;
  std::optional<float> minimum_success_rate;
  std::optional<bool> require_interval;
  std::optional<float> confidence;
  std::optional<bool> block_on_critical_error;
  std::optional<bool> block_on_safety_violation;
  std::optional<int64_t> probation_ns;
};

struct PoolingOverrides {
  std::optional<bool> enabled;
  std::optional<float> weight, prior, prior_weight, category_weight, fleet_weight;
};

struct ScheduleOverrides {
  std::optional<learn::ScheduleKind> kind;
  std::optional<float> minimum, decay, reward_threshold, reward_increment, epsilon_decrement;
  std::optional<uint32_t> step_outcomes;
};

struct CascadeOverrides {
  std::optional<bool> enabled, exclude_tried;
  std::optional<float> discount;
};

struct DeadlineOverrides {
  std::optional<int64_t> after_ns;
  std::optional<learn::Overdue> counts_as;
};

struct LearningOverrides {
  std::optional<learn::Policy> policy;
  std::optional<learn::Target> target;
  CascadeOverrides cascade;
  DeadlineOverrides deadline;
  std::optional<learn::Join> join;
  std::optional<int64_t> join_window_ns;
  std::optional<float> epsilon, ucb_width, spread, temperature;
  std::optional<uint32_t> memory;
  PoolingOverrides pooling;
  ScheduleOverrides schedule;
  RewardOverrides reward;
};

struct Overrides {
  LearningOverrides learning;
  SafetyOverrides safety;
};

// Writes the fields that are set, leaves the others.
void apply(const LearningOverrides& overrides, learn::Settings* settings);
void apply(const SafetyOverrides& overrides, guard::Settings* settings);
void apply(const Overrides& overrides, learn::Settings* learning, guard::Settings* safety);

}  // namespace remora::config
