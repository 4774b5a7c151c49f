#include "rollout/tick.hpp"

#include <algorithm>

#include "rollout/agent_word.hpp"
#include "rollout/status.hpp"
#include "rollout/transition.hpp"
#include "rollout/verdict.hpp"

namespace remora::rollout {
namespace {

// A rollout's stage and what is to become of it now; Action::kHold where nothing may change.
struct Due {
  StageView view;
  Verdict verdict;
};

Due due_of(const store::History& history, uint32_t rollout, const Rules& rules, int64_t now_ns) {
  Due due;
  const store::RolloutRecord* record = find_rollout(history, rollout);
  if (record == nullptr) {
    return due;
  }
  due.view = view_stage(history, *record, now_ns);
  const auto state = static_cast<State>(due.view.state.state);
  if (state != State::kRunning && state != State::kPaused) {
    return due;
  }
  due.verdict = judge(due.view.plan, due.view.evidence, rules);
  const bool may_advance = state == State::kRunning && rules.settings.automatic;
  if (due.verdict.action == Action::kAdvance && !may_advance) {
    due.verdict.action = Action::kHold;
  }
  return due;
}

bool carry_out(const store::History& history, uint32_t rollout, const Due& due,
               const guard::Thresholds& thresholds, int64_t now_ns) {
  const Evidence& evidence = due.view.evidence;
  Figures figures{due.verdict.difference.difference, 0, evidence.treatment.trials, evidence.baseline.trials};
  switch (due.verdict.action) {
    case Action::kAdvance:
      figures.threshold = -due.view.plan.margin;
      return advance(history, rollout, due.view.state_word, due.verdict.reason, figures, now_ns);
    case Action::kRollBack:
      figures.threshold = -due.view.plan.maximum_drop;
      return roll_back(history, rollout, due.verdict.reason, figures, thresholds, now_ns);
    case Action::kHold:
      break;
  }
  return false;
}

}  // namespace

bool change_due(const store::History& history, const Rules& rules, int64_t now_ns) {
  const uint32_t count = rollout_count(history);
  for (uint32_t rollout = 0; rollout < count; ++rollout) {
    if (due_of(history, rollout, rules, now_ns).verdict.action != Action::kHold) {
      return true;
    }
  }
  return false;
}

bool advance_due(const store::History& history, uint32_t rollout, const Rules& rules,
                 const guard::Thresholds& thresholds, int64_t now_ns) {
  return carry_out(history, rollout, due_of(history, rollout, rules, now_ns), thresholds, now_ns);
}

void postpone(const store::History& history, int64_t seconds) {
  const uint32_t count = rollout_count(history);
  for (uint32_t rollout = 0; rollout < count; ++rollout) {
    store::RolloutRecord* record = find_rollout(history, rollout);
    if (record == nullptr) {
      continue;
    }
    uint64_t seen = record->state.load(std::memory_order_acquire);
    store::RolloutStateWord next;
    do {
      next = store::RolloutStateWord::unpack(seen);
      const auto state = static_cast<State>(next.state);
      if (state != State::kRunning && state != State::kPaused) {
        break;
      }
      next.since_s = static_cast<uint32_t>(std::min<int64_t>(next.since_s + seconds, UINT32_MAX));
    } while (!record->state.compare_exchange_weak(seen, next.pack(), std::memory_order_acq_rel,
                                                  std::memory_order_acquire));
  }
}

}  // namespace remora::rollout
