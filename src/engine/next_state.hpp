// The state that follows in a task of several steps, and what it counts as.
#pragma once

#include <cstdint>

#include <remora/outcome.h>

#include "base/status.hpp"
#include "engine/call.hpp"

namespace remora::engine {

// What the state that an outcome with REMORA_OUTCOME_HAS_NEXT names adds to its target: the value by the
// target of that state's agent, over what route could choose there, discounted as `agent`, whose outcome it
// is, has it. A state without a place counts as what is believed of it, whatever the target.
// Errors: kInvalid, kNotFound (its ids), kExpired (its decision).
[[gnu::noinline]] base::Code value_of_next(const Call& call, const remora_outcome& outcome, uint32_t agent,
                                           float* value, base::Problem& problem);

}  // namespace remora::engine
