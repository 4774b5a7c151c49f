// Folding: outcome lanes into the statistics of variants, each outcome exactly once, whoever dies in between.
//
// A fold states its intent (its sequence, and for each lane where it ends), computes each touched variant's
// new totals in private memory, writes them into the copy that is not in force, tagged with the sequence,
// has the agents' pooled values (StateKey::kParentTask) learn its outcomes one by one, and ends by advancing
// the lanes and the sequence. A fold that died is done again from the same intent: copies that carry its tag
// already are left alone, and outcomes that it counted as learned are not learned again. The figures count
// each outcome once; a pooled value at most once: one that was being learned may be missing there.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "stats/page_hinkley.hpp"
#include "store/generation.hpp"
#include "store/history.hpp"

namespace remora::store {

struct FoldReport {
  uint64_t folded = 0;   // outcomes
  uint64_t dropped = 0;  // overwritten before they were folded
  uint64_t padded = 0;   // unfinished records given up
};

// How outcomes are learned from.
struct FoldRules {
  float learning_rate;
  const stats::ChangeRules* change = nullptr;  // nullptr: no alarms
  // Whether an agent's value of a variant leaves out what its states bring (state_effect.hpp). nullptr:
  // nowhere.
  bool (*without_states)(const void* context, uint32_t agent) = nullptr;
  const void* context = nullptr;
};

// Tells whether the process that holds a process slot lives.
using OwnerAlive = bool (*)(void* context, uint32_t owner);

// What fold_outcomes remembers between two calls in one process: since when a lane waits for an unfinished
// record.
struct FoldMemory {
  uint64_t stuck_head[16] = {};  // of the lane when the wait began: all below it has waited as long
  int64_t stuck_since_ns[16] = {};
};

// Folds up to `limit` outcomes. The caller holds the housekeeping lock.
//   generation    receives each outcome's target in the agent's own row, by the learning rate, in the order
//                 of reports, but for what was recorded in a generation that it does not go on from; may be
//                 nullptr: then no trend is followed either
//   now_ns        wall clock: an outcome dated later counts as of now in the windows
//   monotonic_ns  times the five seconds after which an unfinished record of a living process is given up
//   alive         tells whether the process that holds a process slot lives
// Errors: kMemory (nothing was folded).
base::Code fold_outcomes(const History& history, const Generation* generation, const FoldRules& rules,
                         int64_t now_ns, int64_t monotonic_ns, uint64_t limit, OwnerAlive alive,
                         void* context, FoldMemory& memory, FoldReport* report, base::Problem& problem);

}  // namespace remora::store
