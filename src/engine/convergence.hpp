// Whether agents have made up their minds, from what housekeeping gathered.
#pragma once

#include <remora/learning.h>

#include "base/status.hpp"
#include "engine/active.hpp"
#include "engine/call.hpp"
#include "learn/convergence.hpp"

namespace remora::engine {

// Of one agent over all its tasks.
learn::Convergence convergence_of(const store::History& history, const store::Generation& generation,
                                  uint32_t agent, const Active& active);

// Works out every agent's verdict anew, keeps it where metrics read it, and tells when it is another one: at
// most once in fifty outcomes of an agent. The caller holds the housekeeping lock.
void refresh_verdicts(const store::History& history, const store::Generation& generation,
                      const Active& active, int64_t now_ns);

// Errors as remora_convergence_get.
base::Code describe_convergence(const Call& call, remora_convergence* out, base::Problem& problem);

}  // namespace remora::engine
