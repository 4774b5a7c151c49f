// Later reports of one decision, joined with its outcome (learning.join). The hot path of record knows
// nothing of them but whether to expect any.
#pragma once

#include <remora/outcome.h>

#include "base/status.hpp"
#include "engine/outcome_image.hpp"
#include "engine/record.hpp"

namespace remora::engine {

// Opens a decision for more reports, before its slot is finished: `outcome` is its first, as it was reported
// and as it was written, `visits` the count of the state's value with it (0 = not learned).
[[gnu::noinline]] void expect_more(const Call& call, const Subject& subject, const remora_outcome& outcome,
                                   const store::OutcomeRecord& image, uint32_t visits);

// Records a report of a decision that has its outcome, if the agent's settings take it. `problem` says
// already that it has. In the order of record: check, take the decision by one word, write a record of its
// own, learn, judge, say that it was taken. It moves by what it changes of the decision's reward
//   the state's value, at once, and the agent's, at the next housekeeping: by the share that the decision's
//   target has in them (store::target_share);
//   the figures of the variant.
// Window and rollout have counted the decision: they act on a critical error or a violation alone.
// Errors: kAlreadyRecorded, kBusy, kInvalid.
[[gnu::noinline]] base::Code record_later(const RecordContext& context, const remora_outcome& outcome,
                                          remora_reward* reward, base::Problem& problem);

// What is left of a later report whose process died behind its record: all but the learned value. The caller
// holds the slot and finishes it.
void settle_report(const store::History& history, const Active& active, store::LedgerSlot& slot,
                   const store::OutcomeRecord& report, uint32_t stripe);

}  // namespace remora::engine
