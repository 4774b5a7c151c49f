// What a rollout does with each outcome: counts it in its arm, and rolls back at once when the rule says so.
#pragma once

#include <cstdint>

#include "guard/on_outcome.hpp"
#include "guard/thresholds.hpp"
#include "rollout/rules.hpp"
#include "store/history.hpp"
#include "store/words.hpp"

namespace remora::rollout {

// Counts the outcome of a decision that a rollout took part in (choice.rollout; otherwise nothing happens).
//   choice          the decision's own word: its flags tell the arm
//   decision_epoch  of the rollout when the decision was made (SlotWhen): an outcome of an earlier stage is
//   not counted is_shadow       the outcome is of the decision's shadow run
// Arms: a shadow run counts for the treatment; a decision flagged canary, or of a full stage, counts for the
// treatment when the treatment is what ran; a decision flagged control arm, or of a monitor or shadow stage,
// counts for the baseline unless the treatment variant is what ran. Decisions that fell back (safety, mask,
// kill switch) count for neither. A critical error or violation of the treatment rolls back whatever stage it
// was decided in. Called after guard::on_outcome. Any thread of any process; no lock, no allocation. [hot]
[[gnu::noinline]] void count_outcome(const store::History& history, uint32_t agent,
                                     const store::SlotChoice& choice, uint32_t decision_epoch,
                                     const guard::OutcomeFacts& outcome, bool is_shadow, const Rules& rules,
                                     const guard::Thresholds& thresholds, int64_t now_ns);

// The same for an outcome whose process died amid it: its arm may have counted it already, and does not
// count; what a critical error or a violation leads to is done if it was not.
void judge_outcome_again(const store::History& history, uint32_t agent, const store::SlotChoice& choice,
                         const guard::OutcomeFacts& outcome, bool is_shadow, const Rules& rules,
                         const guard::Thresholds& thresholds, int64_t now_ns);

}  // namespace remora::rollout
