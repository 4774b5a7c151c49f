// Where a rollout stands.
#pragma once

#include <cstdint>

#include "rollout/codes.hpp"
#include "rollout/rules.hpp"
#include "rollout/verdict.hpp"
#include "store/history.hpp"
#include "store/words.hpp"

namespace remora::rollout {

// Twin of remora_rollout.
struct Status {
  State state = State::kNone;
  uint32_t rollout = 0, agent = 0;  // indices
  uint32_t treatment = 0;           // variant, or kLearnedTreatment
  uint32_t stage = 0, stage_count = 0;
  Mode mode = Mode::kOff;
  uint32_t share_basis_points = 0;
  Reason reason = Reason::kNone;  // why the stage holds, or of the last change when it does not run
  uint32_t treatment_count = 0, treatment_successes = 0;
  uint32_t baseline_count = 0, baseline_successes = 0;
  uint32_t samples_needed = 0;
  int64_t started_ns = 0, stage_started_ns = 0;
  int64_t stage_ends_ns = 0;  // earliest time of the next advance
  double difference = 0, difference_low = -1, difference_high = 1;
};

// False when there is no such rollout.
bool status(const store::History& history, uint32_t rollout, const Rules& rules, int64_t now_ns, Status* out);

// The epoch whose outcomes a rollout's figures are. One that is over counts no more: its figures stay those
// that its end rested on, of the epoch before.
uint32_t epoch_of_figures(const store::RolloutStateWord& state);

// What a verdict on the current stage would rest on, as of one reading of the state word (flags are left
// false, but for treatment_blocked).
struct StageView {
  uint64_t state_word = 0;
  store::RolloutStateWord state;
  store::StagePlan plan = {};
  Evidence evidence;
};
StageView view_stage(const store::History& history, const store::RolloutRecord& record, int64_t now_ns);

}  // namespace remora::rollout
