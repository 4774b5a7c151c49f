// What is left to do of an outcome whose process died after it had written the record: the safety rule and
// the rollout have not seen it, or not to the end.
#pragma once

#include <cstdint>

#include "engine/active.hpp"
#include "store/history.hpp"

namespace remora::engine {

// What a critical error or a violation of a record leads to is done, if it was not; windows and arms do not
// move. For an outcome that they may have counted, and for a later report, which they do not count.
void judge_again(const store::History& history, const Active& active, const store::LedgerSlot& slot,
                 const store::OutcomeRecord& record);

// Judges and finishes the outcome of one ledger slot, if it is written and nobody else is at it. `owner` is
// the caller's process slot. True when this call did it. What this one dies amid, the next does.
//
// Marked as judged first, it is counted in the safety window and in the arms of a rollout at most once: one
// whose process died with the mark set may miss there. What a critical error or a violation leads to is done
// either way, unless the record was overwritten and the mark is not set: nothing is left of it then. A
// variant that was let in again between such a death and this call is blocked again.
[[gnu::noinline]] bool finish_written(const store::History& history, const Active& active, uint64_t slot,
                                      uint32_t owner);

// The same for all slots; returns how many.
uint32_t finish_all_written(const store::History& history, const Active& active, uint32_t owner);

}  // namespace remora::engine
