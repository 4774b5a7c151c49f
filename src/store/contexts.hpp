// Sets of labels: each set that ever came with a task gets a small number, which stands for it in state keys.
#pragma once

#include <cstdint>
#include <span>

#include "store/history.hpp"

namespace remora::store {

inline constexpr uint32_t kContextFull = 0xFFFFFF;  // the table is full: no state for this set

// Number of a set of label indices, in any order, repeats counting once; 0 for none. A new set is added
// without a lock. kContextFull when there is no room. [hot]
[[gnu::noinline]] uint32_t context_of(const History& history, std::span<const uint32_t> labels);

// The labels of a context; returns how many were written, 0 for none or an unknown number.
uint32_t context_labels(const History& history, uint32_t context, uint32_t (&labels)[kMaxLabels]);

// After a power loss: labels that are not those of their key are written anew by the next that holds the set.
void repair_contexts(const History& history);

}  // namespace remora::store
