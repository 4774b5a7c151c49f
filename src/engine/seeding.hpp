// What a variant starts from that has no outcome yet: a prior of the configuration, or what similar agents
// learned.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "engine/active.hpp"
#include "store/state.hpp"

namespace remora::engine {

// Gives each variant that is due its start: a value of the agent over all its tasks, which counts as a few
// outcomes, and which outcomes then move as they move any. Values of states are left alone, so that their
// counts go on being counts of outcomes. Due is a variant that runs, has no outcome and no such value, and
// was never given one: a restore that takes the start back is not undone.
//
// From a prior: its value and weight. From a group, for the variant of the same name, over the other agents
// with minimum_outcomes of it: the lower bound of their mean, mean - z spread / sqrt(n), as min(n, weight)
// outcomes; n is what their values are worth together.
//
// Before values change, they are kept as a snapshot of kind kRestore; one event a variant says what was
// given. The caller holds the housekeeping lock. Errors: as write_snapshot; nothing was given then, or
// kMemory.
base::Code seed_variants(store::State& state, const Active& active, int64_t now_ns, uint32_t* seeded,
                         base::Problem& problem);

}  // namespace remora::engine
