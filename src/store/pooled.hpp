// The rows of an agent over all its tasks (StateKey::kParentTask). Route reads the one without a context.
// Where other agents have a say in what stands there, what the agent saw itself is kept in a row of its own
// beside it.
#pragma once

#include <cstdint>
#include <span>

#include "store/generation.hpp"
#include "store/q_table.hpp"
#include "store/words.hpp"

namespace remora::store {

// What the agent saw itself, for six variants: its own row, or as long as there is none the one that route
// reads. nullptr when there is neither.
Row* find_own_row(uint32_t agent, uint32_t segment, const Generation& generation);

// The same to be written to: taken when there is none. nullptr when there is no room.
Row* own_row_to_fill(uint32_t agent, uint32_t segment, const Generation& generation);

// The row of an agent over all its tasks at a context of tries (pooled_context): no other agents have a say
// there. nullptr when there is no room.
Row* attempts_row_to_fill(uint32_t agent, uint32_t context, uint32_t segment, const Generation& generation);

// One cell of the agent's own.
QCell own_cell(uint32_t agent, uint32_t variant, const Generation& generation);

// One cell of the agent's at a context of tries.
QCell attempts_cell(uint32_t agent, uint32_t context, uint32_t variant, const Generation& generation);

// Has route read these cells (at most six) for a segment of an agent, and keeps what it saw itself apart from
// now on. Nothing is changed when they are its own and were never others, or when there is no room. The
// caller holds the housekeeping lock; a process that dies in between leaves the agent's own values whole.
void set_pooled(uint32_t agent, uint32_t segment, std::span<const QCell> cells, const Generation& generation);

}  // namespace remora::store
