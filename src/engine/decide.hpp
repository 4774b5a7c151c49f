// Route, whole: who does this task, and by which variant.
#pragma once

#include <remora/route.h>

#include "base/status.hpp"
#include "engine/call.hpp"

namespace remora::engine {

// Fills *decision whatever happens (fail safe) and opens it in the ledger. Errors as remora_route. [hot]
base::Code decide(const Call& call, const remora_task& task, remora_decision* decision,
                  base::Problem& problem);

// The safe answer to a call that failed: the agent's baseline where the agent is known.
[[gnu::noinline]] void fill_safe(const store::History* history, const remora_task* task,
                                 remora_decision* decision);

}  // namespace remora::engine
