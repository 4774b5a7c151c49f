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
  reader.duration("time_scale_seconds", reward->time_scale_seconds(), base::kNanosPerSecond,
                  {0.001, 2'592'000}, &out->time_scale_ns);
  reader.number("error_scale", reward->error_scale(), {0.001, 1'000'000}, &out->error_scale);
  reader.whole("cost_scale_micros", reward->cost_scale_micros(), 1, kMostMicros, &out->cost_scale_micros);
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
    case json::Policy::epsilon_greedy:
      break;
  }
  return learn::Policy::kEpsilonGreedy;
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
  if (const auto policy = learning->policy()) {
    out->policy = policy_of(*policy);
  }
  reader.number("learning_rate", learning->learning_rate(), {0, 1, true, false}, &out->learning_rate);
  reader.number("discount", learning->discount(), {0, 1, false, true}, &out->discount);
  reader.number("epsilon", learning->epsilon(), kUnit, &out->epsilon);
  RewardOverrides reward;
  convert_reward(learning->reward(), reader, &reward);
  apply(reward, &out->reward);
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
    reader.number("epsilon", learning->epsilon(), kUnit, &overrides->epsilon);
    convert_reward(learning->reward(), reader, &overrides->reward);
  }
  convert_safety_table(safety, reader, &overrides->safety);
}

}  // namespace remora::config
