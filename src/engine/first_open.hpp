// What opening does once for the directory rather than for the process.
#pragma once

#include "base/status.hpp"
#include "ops/log.hpp"
#include "store/state.hpp"

namespace remora::engine {

// Names that every state has: category "general" and task type "general", both index 0. Errors: kBusy, kFull.
base::Code prepare_state(store::State& state, base::Problem& problem);

// A memory-backed state that was just made, in a directory with snapshots, begins with the newest good one.
void restore_after_reboot(store::State& state, ops::Log& log);

// A state whose learned values (of generation `lost`) are gone goes on with the newest good snapshot of its
// own, else with what opening found or made; an event tells.
void restore_lost_generation(store::State& state, uint64_t lost, ops::Log& log);

}  // namespace remora::engine
