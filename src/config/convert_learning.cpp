// Learning and safety: the fleet's settings, and what categories and agents override of them, by the same
// ranges.
#include "base/clock.hpp"
#include "config/convert.hpp"
#include "config_generated.h"

namespace remora::config {
namespace {

constexpr Range kWeight{-10, 10};
constexpr Range kUnit{0, 1};
constexpr Range kConfidence{0.5, 0.9999};
constexpr int64_t kMostMicros = 1'000'000'000'000;

void convert_reward(const json::Reward* reward, Reader& reader, RewardOverrides* out) {
  if (reward == nullptr) {
    return;
  }
  const Reader::Inside inside(reader, "reward");
  reader.number("success", reward->success(), kWeight, &out->success);
  reader.number("quality", reward->quality(), kWeight, &out->quality);
  reader.number("time", reward->time(), kWeight, &out->time);
  reader.number("error", reward->error(), kWeight, &out->error);
  reader.number("cost", reward->cost(), kWeight, &out->cost);
  reader.number("tokens", reward->tokens(), kWeight, &out->tokens);
  reader.duration("time_scale_seconds", reward->time_scale_seconds(), base::kNanosPerSecond,
                  {0.001, 2'592'000}, &out->time_scale_ns);
  reader.number("error_scale", reward->error_scale(), {0.001, 1'000'000}, &out->error_scale);
  reader.whole("cost_scale_micros", reward->cost_scale_micros(), 1, kMostMicros, &out->cost_scale_micros);
  reader.number("tokens_scale", reward->tokens_scale(), {1, 1'000'000'000}, &out->tokens_scale);
}

void convert_safety_table(const json::Safety* safety, Reader& reader, SafetyOverrides* out) {
  if (safety == nullptr) {
    return;
  }
  const Reader::Inside inside(reader, "safety");
  reader.flag(safety->enabled(), &out->enabled);
  reader.whole("lookback", safety->lookback(), 1, 64, &out->lookback);
  reader.number("minimum_success_rate", safety->minimum_success_rate(), kUnit, &out->minimum_success_rate);
  reader.flag(safety->require_interval(), &out->require_interval);
  reader.number("confidence", safety->confidence(), kConfidence, &out->confidence);
  reader.flag(safety->block_on_critical_error(), &out->block_on_critical_error);
  reader.flag(safety->block_on_safety_violation(), &out->block_on_safety_violation);
  reader.duration("probation_minutes", safety->probation_minutes(), base::kNanosPerMinute, {0, 525'600},
                  &out->probation_ns);
}

learn::Policy policy_of(json::Policy policy) {
  switch (policy) {
    case json::Policy::ucb1:
      return learn::Policy::kUcb1;
    case json::Policy::thompson:
      return learn::Policy::kThompson;
    case json::Policy::thompson_beta:
      return learn::Policy::kThompsonBeta;
    case json::Policy::softmax:
      return learn::Policy::kSoftmax;
    case json::Policy::epsilon_greedy:
      break;
  }
  return learn::Policy::kEpsilonGreedy;
}

learn::ScheduleKind kind_of(json::ScheduleKind kind) {
  switch (kind) {
    case json::ScheduleKind::exponential:
      return learn::ScheduleKind::kExponential;
    case json::ScheduleKind::step:
      return learn::ScheduleKind::kStep;
    case json::ScheduleKind::reward:
      return learn::ScheduleKind::kReward;
    case json::ScheduleKind::constant:
      break;
  }
  return learn::ScheduleKind::kConstant;
}

learn::Target target_of(json::Target target) {
  return target == json::Target::expected_sarsa ? learn::Target::kExpectedSarsa : learn::Target::kQLearning;
}

void convert_cascade(const json::Cascade* cascade, Reader& reader, CascadeOverrides* out) {
  if (cascade == nullptr) {
    return;
  }
  reader.flag(cascade->enabled(), &out->enabled);
  reader.flag(cascade->exclude_tried(), &out->exclude_tried);
  const Reader::Inside inside(reader, "cascade");
  reader.number("discount", cascade->discount(), kUnit, &out->discount);
}

learn::Overdue overdue_of(json::Overdue overdue) {
  return overdue == json::Overdue::success     ? learn::Overdue::kSuccess
         : overdue == json::Overdue::abandoned ? learn::Overdue::kAbandoned
                                               : learn::Overdue::kFailure;
}

void convert_deadline(const json::Deadline* deadline, Reader& reader, DeadlineOverrides* out) {
  if (deadline == nullptr) {
    return;
  }
  const Reader::Inside inside(reader, "deadline");
  reader.duration("seconds", deadline->seconds(), base::kNanosPerSecond, {0, 2'592'000}, &out->after_ns);
  if (const auto counts_as = deadline->counts_as()) {
    out->counts_as = overdue_of(*counts_as);
  }
}

learn::Join join_of(json::Join join) {
  switch (join) {
    case json::Join::last:
      return learn::Join::kLast;
    case json::Join::sum:
      return learn::Join::kSum;
    case json::Join::mean:
      return learn::Join::kMean;
    case json::Join::min:
      return learn::Join::kMinimum;
    case json::Join::max:
      return learn::Join::kMaximum;
    case json::Join::first:
      break;
  }
  return learn::Join::kFirst;
}

void convert_pooling(const json::Pooling* pooling, Reader& reader, PoolingOverrides* out) {
  if (pooling == nullptr) {
    return;
  }
  constexpr Range kOutcomes{0, 1'000'000, true, false};
  const Reader::Inside inside(reader, "pooling");
  reader.flag(pooling->enabled(), &out->enabled);
  reader.number("weight", pooling->weight(), kOutcomes, &out->weight);
  reader.number("prior", pooling->prior(), kWeight, &out->prior);
  reader.number("prior_weight", pooling->prior_weight(), kOutcomes, &out->prior_weight);
  reader.number("category_weight", pooling->category_weight(), {0, 1'000'000}, &out->category_weight);
  reader.number("fleet_weight", pooling->fleet_weight(), {0, 1'000'000}, &out->fleet_weight);
}

void convert_schedule(const json::Schedule* schedule, Reader& reader, ScheduleOverrides* out) {
  if (schedule == nullptr) {
    return;
  }
  const Reader::Inside inside(reader, "schedule");
  if (const auto kind = schedule->kind()) {
    out->kind = kind_of(*kind);
  }
  reader.number("minimum", schedule->minimum(), kUnit, &out->minimum);
  reader.number("decay", schedule->decay(), {0, 1, true, false}, &out->decay);
  reader.whole("step_outcomes", schedule->step_outcomes(), 1, 1'000'000'000, &out->step_outcomes);
  reader.number("reward_threshold", schedule->reward_threshold(), kWeight, &out->reward_threshold);
  reader.number("reward_increment", schedule->reward_increment(), {0, 10}, &out->reward_increment);
  reader.number("epsilon_decrement", schedule->epsilon_decrement(), kUnit, &out->epsilon_decrement);
}

void convert_alarm(const json::Alarm* alarm, Reader& reader, learn::Alarm* out) {
  if (alarm == nullptr) {
    return;
  }
  const Reader::Inside inside(reader, "alarm");
  reader.flag(alarm->enabled(), &out->enabled);
  reader.number("tolerance", alarm->tolerance(), {0.001, 3}, &out->rules.tolerance);
  reader.number("threshold", alarm->threshold(), {1, 1'000}, &out->rules.threshold);
  reader.whole("minimum_outcomes", alarm->minimum_outcomes(), 1, 100'000, &out->rules.minimum_count);
  reader.number("keep", alarm->keep(), kUnit, &out->keep);
}

void convert_replay(const json::Replay* replay, Reader& reader, learn::Replay* out) {
  if (replay == nullptr) {
    return;
  }
  const Reader::Inside inside(reader, "replay");
  reader.number("ratio", replay->ratio(), {0, 16}, &out->ratio);
  reader.flag(replay->prioritized(), &out->prioritized);
  reader.whole("batch_size", replay->batch_size(), 1, 4'096, &out->batch);
  reader.whole("pool", replay->pool(), 1, 1'048'576, &out->pool);
  reader.number("alpha", replay->alpha(), kUnit, &out->alpha);
  reader.number("beta", replay->beta(), kUnit, &out->beta);
}

// What the fleet, a category and an agent may say alike.
template <typename Table>
void convert_choosing(const Table& learning, Reader& reader, LearningOverrides* out) {
  if (const auto policy = learning.policy()) {
    out->policy = policy_of(*policy);
  }
  if (const auto target = learning.target()) {
    out->target = target_of(*target);
  }
  convert_cascade(learning.cascade(), reader, &out->cascade);
  convert_deadline(learning.deadline(), reader, &out->deadline);
  if (const auto join = learning.join()) {
    out->join = join_of(*join);
  }
  reader.duration("join_window_seconds", learning.join_window_seconds(), base::kNanosPerSecond,
                  {0, 2'592'000}, &out->join_window_ns);
  reader.number("epsilon", learning.epsilon(), kUnit, &out->epsilon);
  reader.number("ucb_width", learning.ucb_width(), {0, 10}, &out->ucb_width);
  reader.number("spread", learning.spread(), {0, 10, true, false}, &out->spread);
  reader.number("temperature", learning.temperature(), {0.001, 100}, &out->temperature);
  reader.whole("memory", learning.memory(), 0, 1'000'000'000, &out->memory);
  convert_pooling(learning.pooling(), reader, &out->pooling);
  convert_schedule(learning.schedule(), reader, &out->schedule);
  convert_reward(learning.reward(), reader, &out->reward);
}

}  // namespace

void convert_learning(const json::Config& config, Reader& reader, Settings* settings) {
  const json::Learning* learning = config.learning();
  if (learning == nullptr) {
    return;
  }
  const Reader::Inside inside(reader, "learning");
  learn::Settings* out = &settings->learning;
  reader.flag(learning->enabled(), &settings->control.learning);
  reader.number("learning_rate", learning->learning_rate(), {0, 1, true, false}, &out->learning_rate);
  reader.number("discount", learning->discount(), {0, 1, false, true}, &out->discount);
  LearningOverrides choosing;
  convert_choosing(*learning, reader, &choosing);
  apply(choosing, out);
  convert_alarm(learning->alarm(), reader, &out->alarm);
  convert_replay(learning->replay(), reader, &out->replay);
}

void convert_safety(const json::Config& config, Reader& reader, Settings* settings) {
  SafetyOverrides safety;
  convert_safety_table(config.safety(), reader, &safety);
  apply(safety, &settings->safety);
}

void convert_overrides(const json::LearningOverride* learning, const json::Safety* safety, Reader& reader,
                       Overrides* overrides) {
  if (learning != nullptr) {
    const Reader::Inside inside(reader, "learning");
    convert_choosing(*learning, reader, &overrides->learning);
  }
  convert_safety_table(safety, reader, &overrides->safety);
}

}  // namespace remora::config
