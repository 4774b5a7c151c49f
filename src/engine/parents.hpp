// What an agent's values lean on above it: the same variants of its category's other agents, and those of all
// other categories. Variants are the same when name and tier are.
#pragma once

#include <cstdint>

#include "engine/active.hpp"
#include "learn/hierarchy.hpp"
#include "store/generation.hpp"
#include "store/history.hpp"

namespace remora::engine {

// The parents of one variant of an agent. Throws std::bad_alloc.
learn::Parents parents_of(const store::History& history, const store::Generation& generation, uint32_t agent,
                          uint32_t variant, const Active& active);

// Works all agents' values out anew, each from its own and its parents', where route reads them. The caller
// holds the housekeeping lock. Throws std::bad_alloc.
void pool_agents(const store::History& history, const store::Generation& generation, const Active& active);

}  // namespace remora::engine
