// What a task comes with beside its type: a set of labels, and what was tried before at the same task. Each
// combination that ever came gets a small number, which stands for it in state keys.
#pragma once

#include <cstdint>
#include <span>

#include "store/history.hpp"

namespace remora::store {

inline constexpr uint32_t kContextFull = 0xFFFFFF;  // the table is full: no state for this context
inline constexpr uint32_t kMostAttempts = 15;       // more count as so many

// Attempts at a task before this one. Kept apart from labels, so that no label can stand for an attempt.
struct Tries {
  uint32_t attempts = 0;  // at most kMostAttempts
  uint64_t tried = 0;     // bit i: variant i was among them
};

// Number of a set of label indices, in any order, repeats counting once, at so many tries; 0 for neither. A
// new one is added without a lock. kContextFull when there is no room. [hot]
[[gnu::noinline]] uint32_t context_of(const History& history, std::span<const uint32_t> labels,
                                      const Tries& tries = {});

// The labels of a context; returns how many were written, 0 for none or an unknown number.
uint32_t context_labels(const History& history, uint32_t context, uint32_t (&labels)[kMaxLabels]);

// The tries of a context; none for an unknown number. [hot]
Tries context_tries(const History& history, uint32_t context);

// The context of an agent's values over all its task types and labels: that of the same tries. 0 for a first
// attempt. [hot]
[[gnu::noinline]] uint32_t pooled_context(const History& history, uint32_t context);

// After a power loss: what is not that of its key is written anew by the next that holds it.
void repair_contexts(const History& history);

}  // namespace remora::store
