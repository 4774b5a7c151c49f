#include "engine/experience.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "learn/join.hpp"
#include "store/outcome_lanes.hpp"
#include "store/reports.hpp"
#include "store/words.hpp"

namespace remora::engine {

bool is_experience(const ExperienceScope& scope, const store::OutcomeRecord& outcome,
                   ExperienceSkipped* skipped) {
  if ((outcome.flags & store::kOutcomeReport) != 0) {
    return false;
  }
  if (scope.agent != kAllAgents && store::StateKey::unpack(outcome.key).agent != scope.agent) {
    return false;
  }
  // Values that are none stand only in a damaged file.
  if ((outcome.flags & store::kOutcomeNoLearning) != 0 || outcome.variant >= store::kMaxVariants ||
      !std::isfinite(outcome.reward) || !std::isfinite(outcome.target)) {
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

LaterReports::LaterReports(const store::History& history) {
  uint64_t ever = 0;
  for (const store::CounterStripe& stripe : history.control->stripes) {
    ever += stripe.reports.load(std::memory_order_relaxed);
  }
  if (ever == 0) {
    return;
  }
  store::visit_outcomes(history, [this](const store::OutcomeRecord& outcome, uint32_t, uint64_t) {
    if ((outcome.flags & store::kOutcomeReport) != 0) {
      reports_.push_back({outcome.decision_id, store::ReportMark::of(outcome).order,
                          (outcome.flags & store::kOutcomeNoLearning) == 0, outcome.reward,
                          reward_input(outcome)});
    }
    return true;
  });
  std::sort(reports_.begin(), reports_.end(), [](const Report& a, const Report& b) {
    return std::tie(a.decision_id, a.order) < std::tie(b.decision_id, b.order);
  });
}

std::span<const LaterReports::Report> LaterReports::of(uint64_t decision_id) const {
  const auto range =
      std::equal_range(reports_.begin(), reports_.end(), Report{decision_id, 0, false, 0, {}},
                       [](const Report& a, const Report& b) { return a.decision_id < b.decision_id; });
  return {range.first, range.second};
}

float LaterReports::reward(uint64_t decision_id, const learn::RewardInput& outcome,
                           const learn::Settings& settings) const {
  float joined = learn::compute_reward(outcome, settings.reward).total;
  uint32_t count = 1;
  for (const Report& report : of(decision_id)) {
    if (report.learned) {
      joined = learn::join(settings.join, joined, count++,
                           learn::compute_reward(report.input, settings.reward).total);
    }
  }
  return joined;
}

float LaterReports::recorded(uint64_t decision_id, float outcome) const {
  const auto reports = of(decision_id);
  return reports.empty() ? outcome : reports.back().joined;
}

float target_today(const ExperienceScope& scope, const LaterReports& later,
                   const store::OutcomeRecord& outcome) {
  const uint32_t agent = store::StateKey::unpack(outcome.key).agent;
  const float reward =
      later.reward(outcome.decision_id, reward_input(outcome), scope.active.profile(agent).learning);
  return reward == outcome.reward ? outcome.target : reward + (outcome.target - outcome.reward);
}

}  // namespace remora::engine
