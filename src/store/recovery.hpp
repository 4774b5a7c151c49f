// What the first process to open a directory puts right after the last ones died.
#pragma once

#include <cstdint>

#include "store/generation.hpp"
#include "store/history.hpp"

namespace remora::store {

// Counts rows anew: a process may have died between taking a row and counting it.
void recount_rows(const Generation& generation);

// After a power loss pages may be of different age. Sets learned values that cannot be (not finite, beyond
// kLargestValue, in a free row) to "never seen"; returns how many.
uint64_t scrub_values(const Generation& generation);

// Agents' words that name variants without a record, which only a damaged file holds: they are cut down to
// those that have one, and a rollout of such a variant is taken off the agent. Returns how many agents were
// put right.
uint32_t repair_roster(const History& history);

// Numbers of folds that no state lives to see stand in a damaged file, and would leave none to follow. The
// figures that bear one are dropped, and folds go on from the highest that is left. True when there were any.
bool repair_fold_numbers(const History& history);

struct ReclaimedSlots {
  uint32_t reclaimed = 0;  // were in the hands of a dead process
  uint32_t written = 0;    // wait for somebody to judge and finish them, by whomever they were reclaimed
};

// Frees or gives back every ledger slot that is in the hands of a dead process.
using OwnerAliveFunction = bool (*)(void* context, uint32_t owner);
ReclaimedSlots reclaim_slots(const History& history, OwnerAliveFunction alive, void* context);

}  // namespace remora::store
