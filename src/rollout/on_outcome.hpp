// What a rollout does with each outcome: counts it in its arm, and rolls back at once when the rule says so.
#pragma once

#include <cstdint>

#include "guard/on_outcome.hpp"
#include "guard/thresholds.hpp"
#include "rollout/rules.hpp"
#include "store/history.hpp"
#include "store/ledger.hpp"
#include "store/words.hpp"

namespace remora::rollout {

// A decision as its ledger slot keeps it.
struct Decided {
  store::SlotChoice choice;  // its flags tell the arm
  uint32_t epoch = 0;        // of the rollout then (SlotWhen): an outcome of an earlier stage is not counted
  uint32_t unit = 0;         // Gate::unit; anything once the slot has its outcome (store::unit_of)
};

// The decision of a taken slot. [hot]
inline Decided decided_of(const store::LedgerSlot& slot) {
  return {store::SlotChoice::unpack(slot.choice.load(std::memory_order_relaxed)),
          store::SlotWhen::unpack(slot.when.load(std::memory_order_relaxed)).rollout_epoch,
          store::unit_of(slot)};
}

// Counts the outcome of a decision that a rollout took part in (choice.rollout; otherwise nothing happens).
// Arms: a shadow run counts for the treatment; a decision flagged canary, or of a full stage, counts for the
// treatment when the treatment is what ran; a decision flagged control arm, or of a monitor or shadow stage,
// counts for the baseline unless the treatment variant is what ran. Decisions that fell back (safety, mask,
// kill switch) count for neither. A critical error or violation of the treatment rolls back whatever stage it
// was decided in. Called after guard::on_outcome. Any thread of any process; no lock, no allocation. [hot]
[[gnu::noinline]] void count_outcome(const store::History& history, uint32_t agent, const Decided& decided,
                                     const guard::OutcomeFacts& outcome, const Rules& rules,
                                     const guard::Thresholds& thresholds, int64_t now_ns);

// The same for an outcome whose process died amid it: its arm may have counted it already, and does not
// count (only the choice is looked at); what a critical error or a violation leads to is done if it was not.
void judge_outcome_again(const store::History& history, uint32_t agent, const Decided& decided,
                         const guard::OutcomeFacts& outcome, const Rules& rules,
                         const guard::Thresholds& thresholds, int64_t now_ns);

}  // namespace remora::rollout
