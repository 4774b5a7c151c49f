#include "rollout/verdict.hpp"

#include <algorithm>
#include <cmath>

namespace remora::rollout {
namespace {

// 0.8 - 0.7 is a little more than 0.1 in floating point, and ten points are not more than ten points.
constexpr double kRounding = 1e-9;

bool both_have(const Evidence& evidence, uint64_t samples) {
  return evidence.treatment.trials >= samples && evidence.baseline.trials >= samples;
}

// Every outcome is a look at the figures, and with enough looks noise shows any difference. So an early look
// must be the surer, the fewer outcomes it rests on: the boundary of O'Brien and Fleming, "A multiple testing
// procedure for clinical trials", Biometrics 35 (1979), z * sqrt(1 / fraction of the samples planned).
double early_z(const store::StagePlan& stage, const Evidence& evidence, const Rules& rules) {
  const auto samples = static_cast<double>(std::min(evidence.treatment.trials, evidence.baseline.trials));
  return rules.z * std::sqrt(std::max(1.0, stage.minimum_samples / samples));
}

// A full stage has no control arm of its own: it is held against the last one, if that says anything.
bool has_baseline(Mode mode, const Evidence& evidence, const Rules& rules) {
  return mode != Mode::kFull || evidence.baseline.trials >= rules.settings.rollback_samples;
}

// Outcomes that the arm which lacks most still needs, of so many in each.
uint64_t samples_needed(const store::StagePlan& stage, uint64_t treatment, uint64_t baseline) {
  const auto missing = [&stage](uint64_t outcomes) {
    return stage.minimum_samples - std::min<uint64_t>(stage.minimum_samples, outcomes);
  };
  switch (static_cast<Mode>(stage.mode)) {
    case Mode::kMonitor:
      return missing(baseline);
    case Mode::kFull:
      return missing(treatment);
    default:
      return std::max(missing(treatment), missing(baseline));
  }
}

}  // namespace

bool must_roll_back(const store::StagePlan& stage, const Evidence& evidence, const Rules& rules,
                    Reason* reason) {
  if (evidence.critical_error || evidence.safety_violation || evidence.treatment_blocked) {
    *reason = evidence.critical_error     ? Reason::kCriticalError
              : evidence.safety_violation ? Reason::kSafetyViolation
                                          : Reason::kBlocked;
    return true;
  }
  if (!both_have(evidence, std::max(rules.settings.rollback_samples, 1U)) ||
      evidence.baseline.rate() - evidence.treatment.rate() <= stage.maximum_drop + kRounding) {
    return false;
  }
  *reason = Reason::kSuccessDrop;
  return both_have(evidence, stage.minimum_samples) ||
         stats::newcombe(evidence.baseline, evidence.treatment, early_z(stage, evidence, rules)).high < 0;
}

Verdict judge(const store::StagePlan& stage, const Evidence& evidence, const Rules& rules) {
  const Mode mode = static_cast<Mode>(stage.mode);
  Verdict verdict;
  if (evidence.treatment.trials != 0 && evidence.baseline.trials != 0) {
    verdict.difference = stats::newcombe(evidence.baseline, evidence.treatment, rules.z);
  }
  verdict.samples_needed = samples_needed(stage, evidence.treatment.trials, evidence.baseline.trials);
  const bool too_few = verdict.samples_needed != 0;
  if (!too_few && !rules.settings.one_unit_may_advance) {
    verdict.samples_needed = samples_needed(stage, evidence.treatment.trials - evidence.treatment_surplus,
                                            evidence.baseline.trials - evidence.baseline_surplus);
  }
  if (must_roll_back(stage, evidence, rules, &verdict.reason)) {
    verdict.action = Action::kRollBack;
  } else if (evidence.elapsed_ns < stage.minimum_ns) {
    verdict.reason = Reason::kTooEarly;
  } else if (verdict.samples_needed != 0) {
    verdict.reason = too_few ? Reason::kTooFew : Reason::kOneUnit;
  } else if (mode != Mode::kMonitor && has_baseline(mode, evidence, rules) &&
             verdict.difference.difference < -stage.margin - kRounding) {
    verdict.reason = Reason::kBelowMargin;
  } else {
    verdict.action = Action::kAdvance;
    verdict.reason = Reason::kPassed;
  }
  return verdict;
}

}  // namespace remora::rollout
