#include "rollout/on_outcome.hpp"

#include "rollout/agent_word.hpp"
#include "rollout/codes.hpp"
#include "rollout/status.hpp"
#include "rollout/transition.hpp"
#include "rollout/verdict.hpp"

namespace remora::rollout {
namespace {

using store::SlotChoice;

// Which arms an outcome belongs to.
struct Arms {
  bool treatment = false;
  bool baseline = false;
};

constexpr uint32_t kFellBack =
    store::kDecisionSafetyFallback | store::kDecisionMasked | store::kDecisionControlOff;

Arms arms_of(const SlotChoice& choice, uint64_t treatment, const store::StagePlan& stage, bool is_shadow) {
  const bool learned = treatment == kLearnedTreatment;
  const bool treatment_ran = learned || choice.variant == treatment;
  if (is_shadow) {
    return {treatment_ran, false};
  }
  if ((choice.flags & kFellBack) != 0) {
    return {};
  }
  const bool baseline_ran = learned || choice.variant != treatment;
  switch (static_cast<Mode>(choice.mode)) {
    case Mode::kMonitor:
      return {false, baseline_ran};
    case Mode::kShadow: {
      // Learning that would have run the very variant that ran needs no shadow: this outcome is its outcome
      // too. Left out, the treatment would be judged by those tasks alone where it differs.
      const bool agrees =
          learned && choice.learned == choice.variant && stage.share_basis_points == kWholeShare;
      return {agrees, baseline_ran};
    }
    case Mode::kCanary:
      return {(choice.flags & store::kDecisionCanary) != 0 && treatment_ran,
              (choice.flags & store::kDecisionControlArm) != 0 && baseline_ran};
    case Mode::kFull:
      return {treatment_ran, false};
    case Mode::kOff:
      break;
  }
  return {};
}

void count_in(store::Word& arm, uint32_t epoch, bool success) {
  uint64_t seen = arm.load(std::memory_order_relaxed);
  uint64_t next = 0;
  do {
    const store::ArmWord arm_now = store::ArmWord::unpack(seen);
    if (static_cast<int8_t>(arm_now.epoch - epoch) > 0) {
      return;  // this thread was held up over a change of stage: the arm counts for a later one
    }
    next = arm_now.with(epoch, success).pack();
    // Release: who sees the count sees what the guard did with the outcome before.
  } while (!arm.compare_exchange_weak(seen, next, std::memory_order_release, std::memory_order_relaxed));
}

bool in_progress(const store::RolloutStateWord& state) {
  const auto now = static_cast<State>(state.state);
  return now == State::kRunning || now == State::kPaused;
}

}  // namespace

// NOLINTNEXTLINE(readability-function-size): the decision, its outcome and the rules are one argument each
void count_outcome(const store::History& history, uint32_t agent, const SlotChoice& choice,
                   uint32_t decision_epoch, const guard::OutcomeFacts& outcome, bool is_shadow,
                   const Rules& rules, const guard::Thresholds& thresholds, int64_t now_ns) {
  store::RolloutRecord* record =
      choice.rollout == SlotChoice::kNoRollout ? nullptr : find_rollout(history, choice.rollout);
  if (record == nullptr || agent_of(*record) != agent) {
    return;
  }
  const auto state = store::RolloutStateWord::unpack(record->state.load(std::memory_order_acquire));
  if (!in_progress(state)) {
    return;
  }
  const store::StagePlan& decided_in = record->stages[choice.stage % store::kMaxStages];
  const Arms arms = arms_of(choice, record->treatment, decided_in, is_shadow);
  if (decision_epoch == state.epoch && arms.treatment) {
    count_in(record->treatment_outcomes, state.epoch, outcome.success);
  }
  if (decision_epoch == state.epoch && arms.baseline) {
    count_in(record->baseline_outcomes, state.epoch, outcome.success);
  }
  StageView view = view_stage(history, *record, now_ns);
  // What the baseline itself did does not speak against the treatment.
  const bool treatment_alone = arms.treatment && !arms.baseline;
  view.evidence.critical_error = treatment_alone && outcome.critical_error;
  view.evidence.safety_violation = treatment_alone && outcome.safety_violation;
  Reason reason = Reason::kNone;
  if (in_progress(view.state) && must_roll_back(view.plan, view.evidence, rules, &reason)) {
    const Evidence& evidence = view.evidence;
    const bool both = evidence.treatment.trials != 0 && evidence.baseline.trials != 0;
    const Figures figures{both ? evidence.treatment.rate() - evidence.baseline.rate() : 0,
                          -view.plan.maximum_drop, evidence.treatment.trials, evidence.baseline.trials};
    roll_back(history, choice.rollout, reason, figures, thresholds, now_ns);
  }
}

}  // namespace remora::rollout
