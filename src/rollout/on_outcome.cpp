#include "rollout/on_outcome.hpp"

#include "rollout/agent_word.hpp"
#include "rollout/codes.hpp"
#include "rollout/leading_unit.hpp"
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

Arms arms_of(const SlotChoice& choice, uint64_t treatment, const store::StagePlan& stage) {
  const bool learned = treatment == kLearnedTreatment;
  const bool treatment_ran = learned || choice.variant == treatment;
  if (choice.is_shadow()) {
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

// Takes the outcome into a word of the arm, unless that counts for a later stage by now.
template <typename WordType, typename Fact>
void take_in(store::Word& word, uint32_t epoch, Fact fact) {
  uint64_t seen = word.load(std::memory_order_relaxed);
  uint64_t next = 0;
  do {
    const WordType now = WordType::unpack(seen);
    if (static_cast<int8_t>(now.epoch - epoch) > 0) {
      return;  // this thread was held up over a change of stage
    }
    next = now.with(epoch, fact).pack();
    // Release: who sees the count sees what the guard did with the outcome before.
  } while (!word.compare_exchange_weak(seen, next, std::memory_order_release, std::memory_order_relaxed));
}

// The leading unit first: an outcome that counts has had its vote.
void count_in(store::Word& arm, store::Word& leader, const Decided& decided, bool success) {
  take_in<LeadingUnit>(leader, decided.epoch, decided.unit);
  take_in<store::ArmWord>(arm, decided.epoch, success);
}

bool in_progress(const store::RolloutStateWord& state) {
  const auto now = static_cast<State>(state.state);
  return now == State::kRunning || now == State::kPaused;
}

// The rollout in progress that an outcome belongs to, or nullptr as its record.
struct Counted {
  store::RolloutRecord* record = nullptr;
  store::RolloutStateWord state;
  Arms arms;
};

Counted find_counted(const store::History& history, uint32_t agent, const Decided& decided) {
  const SlotChoice& choice = decided.choice;
  store::RolloutRecord* record =
      choice.rollout == SlotChoice::kNoRollout ? nullptr : find_rollout(history, choice.rollout);
  if (record == nullptr || agent_of(*record) != agent) {
    return {};
  }
  const auto state = store::RolloutStateWord::unpack(record->state.load(std::memory_order_acquire));
  if (!in_progress(state)) {
    return {};
  }
  const store::StagePlan& decided_in = record->stages[choice.stage % store::kMaxStages];
  return {record, state, arms_of(choice, record->treatment, decided_in)};
}

void judge(const store::History& history, uint32_t rollout, const Counted& counted,
           const guard::OutcomeFacts& outcome, const Rules& rules, const guard::Thresholds& thresholds,
           int64_t now_ns) {
  StageView view = view_stage(history, *counted.record, now_ns);
  // What the baseline itself did does not speak against the treatment.
  const bool treatment_alone = counted.arms.treatment && !counted.arms.baseline;
  view.evidence.critical_error = treatment_alone && outcome.critical_error;
  view.evidence.safety_violation = treatment_alone && outcome.safety_violation;
  Reason reason = Reason::kNone;
  if (in_progress(view.state) && must_roll_back(view.plan, view.evidence, rules, &reason)) {
    const Evidence& evidence = view.evidence;
    const bool both = evidence.treatment.trials != 0 && evidence.baseline.trials != 0;
    const Figures figures{both ? evidence.treatment.rate() - evidence.baseline.rate() : 0,
                          -view.plan.maximum_drop, evidence.treatment.trials, evidence.baseline.trials};
    roll_back(history, rollout, reason, figures, thresholds, now_ns);
  }
}

}  // namespace

void count_outcome(const store::History& history, uint32_t agent, const Decided& decided,
                   const guard::OutcomeFacts& outcome, const Rules& rules,
                   const guard::Thresholds& thresholds, int64_t now_ns) {
  const Counted counted = find_counted(history, agent, decided);
  if (counted.record == nullptr) {
    return;
  }
  store::RolloutRecord& record = *counted.record;
  const bool in_force = decided.epoch == counted.state.epoch;
  if (in_force && counted.arms.treatment) {
    count_in(record.treatment_outcomes, record.treatment_leader, decided, outcome.success);
  }
  if (in_force && counted.arms.baseline) {
    count_in(record.baseline_outcomes, record.baseline_leader, decided, outcome.success);
  }
  judge(history, decided.choice.rollout, counted, outcome, rules, thresholds, now_ns);
}

void judge_outcome_again(const store::History& history, uint32_t agent, const Decided& decided,
                         const guard::OutcomeFacts& outcome, const Rules& rules,
                         const guard::Thresholds& thresholds, int64_t now_ns) {
  const Counted counted = find_counted(history, agent, decided);
  if (counted.record != nullptr) {
    judge(history, decided.choice.rollout, counted, outcome, rules, thresholds, now_ns);
  }
}

}  // namespace remora::rollout
