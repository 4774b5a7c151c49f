#include "rollout/transition.hpp"

#include <algorithm>

#include "guard/operator_actions.hpp"
#include "rollout/agent_word.hpp"
#include "store/event_ring.hpp"
#include "store/names.hpp"

namespace remora::rollout {
namespace {

using store::EventKind;
using store::RolloutRecord;
using store::RolloutStateWord;
using store::Severity;

uint32_t seconds_of(int64_t ns) { return ns <= 0 ? 0 : static_cast<uint32_t>(ns / 1'000'000'000); }

State state_of(const RolloutStateWord& word) { return static_cast<State>(word.state); }

// The baseline's figures of a stage with a control arm stay behind for the stages without one.
void keep_reference(RolloutRecord& record, const RolloutStateWord& state) {
  uint64_t seen = record.reference.load(std::memory_order_relaxed);
  const uint64_t baseline = record.baseline_outcomes.load(std::memory_order_relaxed);
  const auto mode = static_cast<Mode>(record.stages[state.stage % store::kMaxStages].mode);
  if (mode != Mode::kFull && store::ArmWord::unpack(baseline).epoch == state.epoch) {
    // One try: who is late by a whole change finds another word here, and must not overwrite what is newer.
    record.reference.compare_exchange_strong(seen, baseline, std::memory_order_release,
                                             std::memory_order_relaxed);
  }
}

// The one change of truth; the rest is derived. True for the one call that made it.
bool change(const store::History& history, uint32_t rollout, uint64_t seen, const RolloutStateWord& next) {
  RolloutRecord& record = history.rollouts[rollout];
  if (!record.state.compare_exchange_strong(seen, next.pack(), std::memory_order_acq_rel,
                                            std::memory_order_relaxed)) {
    return false;
  }
  derive_agent(history, agent_of(record));
  return true;
}

void publish(const store::History& history, uint32_t rollout, EventKind kind, Severity severity,
             const RolloutStateWord& state, const Figures& figures, int64_t now_ns) {
  const RolloutRecord& record = history.rollouts[rollout];
  store::Event event;
  event.when_ns = now_ns;
  event.kind = kind;
  event.severity = severity;
  event.agent = store::make_id(store::Kind::kAgent, agent_of(record));
  event.variant =
      record.treatment == kLearnedTreatment ? 0xFFFFFFFFU : static_cast<uint32_t>(record.treatment);
  event.rollout = store::make_id(store::Kind::kRollout, rollout);
  event.stage = state.stage;
  event.reason = static_cast<int32_t>(state.reason);
  event.value = figures.difference;
  event.threshold = figures.threshold;
  event.detail[0] = figures.treatment_count;
  event.detail[1] = figures.baseline_count;
  store::publish_event(history, event);
}

}  // namespace

bool advance(const store::History& history, uint32_t rollout, uint64_t seen, Reason reason,
             const Figures& figures, int64_t now_ns) {
  RolloutRecord* record = find_rollout(history, rollout);
  const RolloutStateWord state = RolloutStateWord::unpack(seen);
  if (record == nullptr || state_of(state) != State::kRunning) {
    return false;
  }
  const bool last = state.stage + 1 >= record->stage_count;
  RolloutStateWord next = state;
  next.since_s = seconds_of(now_ns);
  next.epoch = (state.epoch + 1) & 0xFF;
  next.reason = static_cast<uint32_t>(reason);
  next.stage = last ? state.stage : state.stage + 1;
  next.state = static_cast<uint32_t>(last ? State::kComplete : State::kRunning);
  keep_reference(*record, state);
  if (!change(history, rollout, seen, next)) {
    return false;
  }
  publish(history, rollout, last ? EventKind::kRolloutComplete : EventKind::kStageAdvanced, Severity::kInfo,
          next, figures, now_ns);
  return true;
}

bool roll_back(const store::History& history, uint32_t rollout, Reason reason, const Figures& figures,
               const guard::Thresholds& thresholds, int64_t now_ns) {
  RolloutRecord* record = find_rollout(history, rollout);
  if (record == nullptr || state_of(RolloutStateWord::unpack(
                               record->state.load(std::memory_order_acquire))) == State::kRolledBack) {
    return false;
  }
  if (record->treatment != kLearnedTreatment) {
    // Before the state: whoever finds the variant blocked under a running rollout rolls it back, so dying
    // here is finished by others. That it cannot be blocked as the last variant left does not matter: the
    // gate is shut.
    base::Problem ignored;
    guard::block(history, agent_of(*record), static_cast<uint32_t>(record->treatment),
                 guard::Reason::kRolledBack, thresholds, now_ns, ignored);
  }
  for (;;) {
    const uint64_t seen = record->state.load(std::memory_order_acquire);
    RolloutStateWord next = RolloutStateWord::unpack(seen);
    if (state_of(next) == State::kRolledBack) {
      return false;
    }
    next.since_s = seconds_of(now_ns);
    // A complete rollout has counted nothing in its epoch; the figures stay those of its last stage.
    next.epoch = (next.epoch + (state_of(next) == State::kComplete ? 0U : 1U)) & 0xFF;
    next.reason = static_cast<uint32_t>(reason);
    next.state = static_cast<uint32_t>(State::kRolledBack);
    if (change(history, rollout, seen, next)) {
      const bool by_hand = reason == Reason::kOperator;
      publish(history, rollout, EventKind::kRolledBack, by_hand ? Severity::kWarning : Severity::kCritical,
              next, figures, now_ns);
      return true;
    }
  }
}

bool set_paused(const store::History& history, uint32_t rollout, uint64_t seen, bool paused,
                const Figures& figures, int64_t now_ns) {
  RolloutStateWord next = RolloutStateWord::unpack(seen);
  if (find_rollout(history, rollout) == nullptr ||
      state_of(next) != (paused ? State::kRunning : State::kPaused)) {
    return false;
  }
  // The epoch stays: what the stage has counted goes on counting.
  next.state = static_cast<uint32_t>(paused ? State::kPaused : State::kRunning);
  next.reason = static_cast<uint32_t>(Reason::kOperator);
  if (!change(history, rollout, seen, next)) {
    return false;
  }
  publish(history, rollout, paused ? EventKind::kRolloutPaused : EventKind::kRolloutResumed, Severity::kInfo,
          next, figures, now_ns);
  return true;
}

}  // namespace remora::rollout
