// What was learned of a state, and the variant that the policy takes from it.
#pragma once

#include <cstdint>

#include "learn/policy.hpp"
#include "store/generation.hpp"
#include "store/q_table.hpp"
#include "store/settings.hpp"
#include "store/words.hpp"

namespace remora::route {

// Copies of the cells of one state, and what is believed by them and those of the agent.
struct StateValues {
  learn::Evidence state;  // of one never seen without pooling: the agent's
  learn::Evidence agent;  // over all its task types; not set without pooling
  learn::Beliefs beliefs;
  bool pooled = false;  // agent is set
  uint32_t count = 0;   // variants of the agent
  bool seen = false;    // at least one outcome was learned for this very state

  // What a decision shows of a variant: the state's cell, or the agent's when the state was never seen.
  store::QCell shown(uint32_t variant) const { return (pooled && !seen ? agent : state).cell(variant); }
};

// Asks for the cache lines of a state ahead of its use; `first` is the place of its segment 0. [hot]
void prefetch_state(const store::Place& first, uint32_t count, const store::Generation& generation);

// Reads the state whose segment 0 is at `first` and the agent's values over all its task types
// (StateKey::kParentTask, with the context of store::pooled_context), and works out the beliefs. [hot]
void read_state(const store::Place& first, uint32_t parent_context, uint32_t count,
                const store::Generation& generation, const learn::Settings& settings, StateValues* values);

// The same for a packed StateKey of segment 0.
void read_state(uint64_t key, uint32_t parent_context, uint32_t count, const store::Generation& generation,
                const learn::Settings& settings, StateValues* values);

// The policy's choice within a mask that has at least one bit below values.count. [hot]
learn::PolicyChoice choose_variant(const StateValues& values, uint64_t eligible,
                                   const learn::Settings& settings, uint64_t draw);

// The variant of `mask` with the highest mean, the lowest number among equals; mask has at least one bit.
// [hot]
uint32_t best_variant(const StateValues& values, uint64_t mask);

}  // namespace remora::route
