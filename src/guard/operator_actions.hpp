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

// A rollout that begins for a variant which an earlier one rolled back lets it back in, in two steps: marks
// the block before anybody can see the rollout, so that it does not speak against it, and lets the variant in
// once the rollout runs. The second step does nothing to a variant that was blocked anew in between; any
// process may do it, and one that died between the two leaves a variant that is kept out.
void pardon(const store::History& history, uint32_t agent, uint32_t variant);
// True when this call let the variant in, with an empty window. Nothing is told, no safe variant found anew.
bool admit_pardoned(const store::History& history, uint32_t agent, uint32_t variant);

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
