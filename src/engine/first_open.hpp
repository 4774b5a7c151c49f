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

}  // namespace remora::engine
