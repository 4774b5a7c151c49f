// Blocks and unblocks by other causes than an outcome: the operator, the end of a block's time, a rolled-back
// rollout; and putting the blocked masks right after a crash.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "guard/reason.hpp"
#include "guard/thresholds.hpp"
#include "store/history.hpp"

namespace remora::guard {

// Keeps a variant out until `unblock`. `reason` is kOperator or kRolledBack; the latter publishes no event of
// its own. One that is blocked already takes over the new reason, unless an operator blocked it: from now on
// it ends by `unblock` alone. Errors: kNotFound; kState (it is the last variant of the agent that may run).
base::Code block(const store::History& history, uint32_t agent, uint32_t variant, Reason reason,
                 const Thresholds& thresholds, int64_t now_ns, base::Problem& problem);

// Lets a variant back in with an empty window and a clean record. One that is not blocked gets an empty
// window too. Errors: kNotFound.
base::Code unblock(const store::History& history, uint32_t agent, uint32_t variant,
                   const Thresholds& thresholds, int64_t now_ns, base::Problem& problem);

// The same without an event, for whoever tells in their own words. True when the variant had been kept out;
// false, too, for one that is not registered.
bool admit(const store::History& history, uint32_t agent, uint32_t variant, const Thresholds& thresholds);

// Lets in on probation, with empty windows, the variants of an agent whose block's time is over. Returns how
// many. Called by tick with the agent's own settings; any number of processes may do so at once.
uint32_t end_blocks(const store::History& history, uint32_t agent, const Thresholds& thresholds,
                    int64_t now_ns);

// The same for all agents by the same settings.
uint32_t end_blocks(const store::History& history, const Thresholds& thresholds, int64_t now_ns);

// Lets all blocks begin so much later.
void postpone(const store::History& history, int64_t seconds);

// Derives the agents' blocked masks from the variants' own words again, for a process may have died between
// the two. Returns how many bits were wrong. Called by tick and after opening.
uint32_t reconcile(const store::History& history);

}  // namespace remora::guard
