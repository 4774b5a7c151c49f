// What a task comes with beside its type: a set of labels, and what was tried before at the same task. Each
// combination that ever came gets a small number, which stands for it in state keys.
#pragma once

#include <cstdint>
#include <span>

#include "store/history.hpp"

namespace remora::store {

// What the table had no room for has no state. kPlaceless + the pooled context is a set of labels for whose
// tries there was room, as there is for a first attempt; kContextFull are tries that have no place
// themselves.
inline constexpr uint32_t kPlaceless = 0x800000;
inline constexpr uint32_t kContextFull = 0xFFFFFF;
inline constexpr uint32_t kMostAttempts = 15;  // more count as so many
inline constexpr uint32_t kUnknownAttempts = kMostAttempts + 1;

inline bool has_place(uint32_t context) { return context < kPlaceless; }

// Attempts at a task before this one. Kept apart from labels, so that no label can stand for an attempt.
struct Tries {
  uint32_t attempts = 0;  // at most kMostAttempts, or kUnknownAttempts
  uint64_t tried = 0;     // bit i: variant i was among them
};

// Number of a set of label indices, in any order, repeats counting once, at so many tries; 0 for neither. A
// new one is added without a lock. One that !has_place() when there is no room, kContextFull of unknown
// tries. [hot]
[[gnu::noinline]] uint32_t context_of(const History& history, std::span<const uint32_t> labels,
                                      const Tries& tries = {});

// The same of one that is there; kContextFull when it is not. Changes nothing.
uint32_t find_context(const History& history, std::span<const uint32_t> labels, const Tries& tries);

// The labels of a context; returns how many were written, 0 for none or an unknown number.
uint32_t context_labels(const History& history, uint32_t context, uint32_t (&labels)[kMaxLabels]);

// The tries of a context, with a place or without; unknown ones of kContextFull, none of another number that
// is no context's. [hot]
Tries context_tries(const History& history, uint32_t context);

// The context of an agent's values over all its task types and labels: that of the same tries. 0 for a first
// attempt, whose values also serve kContextFull; but that teaches them nothing. [hot]
[[gnu::noinline]] uint32_t pooled_context(const History& history, uint32_t context);

// After a power loss: what is not that of its key is written anew by the next that holds it.
void repair_contexts(const History& history);

}  // namespace remora::store
