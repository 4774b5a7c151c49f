// Learning again from the history, by the reward weights of today.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "engine/experience.hpp"
#include "store/state.hpp"

namespace remora::engine {

struct RelearnReport {
  uint64_t outcomes = 0;        // learned again
  uint64_t missing = 0;         // behind the values in scope, but not in the history any more
  uint64_t values_changed = 0;  // of states
  ExperienceSkipped skipped;
  uint64_t generation = 0;                   // that is in force now
  uint64_t snapshot = 0;                     // sequence of the one that keeps what was replaced
  double error_before = 0, error_after = 0;  // mean |target - value| of the outcomes
};

// Keeps the present values as a snapshot of kind kRestore, then builds, syncs and switches to a generation in
// which each value has learned its outcomes again: those that the history still holds of its n, in the order
// of their times, by the ordinary update, from the value as it stands with the count that they leave. So a
// value whose outcomes are all there becomes what it would be had today's weights held from the start, and
// one of which some are lost leans on what it was for these. Counts stay as they are. Values of agents over
// all their tasks are treated alike. Publishes an event. As with a restore, what is recorded meanwhile, and
// decisions that are open then, go into the history alone. Waits at most 50 ms for each of three locks, so
// that no fold and no restore come between. Errors: kBusy, kNoSpace, kIo, kMemory; the learned values are
// then as they were. Throws std::bad_alloc.
base::Code relearn(store::State& state, const ExperienceScope& scope, int64_t now_ns, RelearnReport* report,
                   base::Problem& problem);

}  // namespace remora::engine
