#include "rollout/command.hpp"

#include "rollout/agent_word.hpp"
#include "rollout/status.hpp"
#include "rollout/transition.hpp"

namespace remora::rollout {
namespace {

using base::Code;
using store::RolloutRecord;
using store::RolloutStateWord;

State state_of(const RolloutStateWord& word) { return static_cast<State>(word.state); }

Figures figures_now(const store::History& history, const RolloutRecord& record, int64_t now_ns) {
  const Evidence evidence = view_stage(history, record, now_ns).evidence;
  const bool both = evidence.treatment.trials != 0 && evidence.baseline.trials != 0;
  return {both ? evidence.treatment.rate() - evidence.baseline.rate() : 0, 0, evidence.treatment.trials,
          evidence.baseline.trials};
}

Code pause_or_resume(const store::History& history, uint32_t rollout, bool pause, int64_t now_ns,
                     base::Problem& problem) {
  const RolloutRecord& record = history.rollouts[rollout];
  for (;;) {
    const uint64_t seen = record.state.load(std::memory_order_acquire);
    if (state_of(RolloutStateWord::unpack(seen)) != (pause ? State::kRunning : State::kPaused)) {
      return problem.set(Code::kState, "rollout %u is not %s, so it cannot be %s", rollout,
                         pause ? "running" : "paused", pause ? "paused" : "resumed");
    }
    if (set_paused(history, rollout, seen, pause, figures_now(history, record, now_ns), now_ns)) {
      return Code::kOk;
    }
  }
}

Code advance_by_hand(const store::History& history, uint32_t rollout, int64_t now_ns,
                     base::Problem& problem) {
  const RolloutRecord& record = history.rollouts[rollout];
  for (;;) {
    const uint64_t seen = record.state.load(std::memory_order_acquire);
    if (state_of(RolloutStateWord::unpack(seen)) != State::kRunning) {
      return problem.set(Code::kState, "rollout %u is not running: resume it first, or start a new one",
                         rollout);
    }
    const Figures figures = figures_now(history, record, now_ns);
    if (advance(history, rollout, seen, Reason::kOperator, figures, now_ns)) {
      return Code::kOk;
    }
  }
}

Code roll_back_by_hand(const store::History& history, uint32_t rollout, const guard::Thresholds& thresholds,
                       int64_t now_ns, base::Problem& problem) {
  const RolloutRecord& record = history.rollouts[rollout];
  uint32_t newest = rollout;
  newest_rollout(history, agent_of(record), &newest);
  if (newest != rollout) {
    return problem.set(Code::kState, "rollout %u is over: rollout %u of the same agent was started after it",
                       rollout, newest);
  }
  const Figures figures = figures_now(history, record, now_ns);
  if (!roll_back(history, rollout, Reason::kOperator, figures, thresholds, now_ns)) {
    return problem.set(Code::kState, "rollout %u has been rolled back already", rollout);
  }
  return Code::kOk;
}

}  // namespace

Code command(const store::History& history, uint32_t rollout, Command command,
             const guard::Thresholds& thresholds, int64_t now_ns, base::Problem& problem) {
  if (find_rollout(history, rollout) == nullptr) {
    return problem.set(Code::kNotFound, "no rollout has the index %u", rollout);
  }
  switch (command) {
    case Command::kAdvance:
      return advance_by_hand(history, rollout, now_ns, problem);
    case Command::kPause:
      return pause_or_resume(history, rollout, true, now_ns, problem);
    case Command::kResume:
      return pause_or_resume(history, rollout, false, now_ns, problem);
    case Command::kRollBack:
      return roll_back_by_hand(history, rollout, thresholds, now_ns, problem);
  }
  return problem.set(Code::kInvalid, "command is %u; use 1 (advance), 2 (pause), 3 (resume) or 4 (roll back)",
                     static_cast<uint32_t>(command));
}

}  // namespace remora::rollout
