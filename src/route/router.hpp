// What was learned of a state, and the variant that the policy takes from it.
#pragma once

#include <cstdint>

#include "learn/policy.hpp"
#include "store/generation.hpp"
#include "store/settings.hpp"
#include "store/words.hpp"

namespace remora::route {

// Copies of the cells of one state.
struct StateValues {
  // Set up to the next multiple of four behind `count`, in whole rows; what lies there is no variant's.
  alignas(16) store::QCell cells[(store::kMaxVariants / store::kRowVariants + 1) * store::kRowVariants + 2];
  uint32_t count = 0;  // variants of the agent
  bool seen = false;   // at least one outcome was learned for this very state
};

// Asks for the cache lines of a state ahead of its use. [hot]
void prefetch_state(uint64_t key, uint32_t count, const store::Generation& generation);

// Reads the state of `key` (a packed StateKey, segment 0). One that was never seen reads as the agent's
// values over all its task types (StateKey::kParentTask). [hot]
void read_state(uint64_t key, uint32_t count, const store::Generation& generation, StateValues* values);

// The policy's choice within a mask that has at least one bit below values.count. [hot]
learn::PolicyChoice choose_variant(const StateValues& values, uint64_t eligible,
                                   const learn::Settings& settings, uint64_t draw);

// The variant of `mask` with the highest value, the lowest number among equals; mask has at least one bit.
// [hot]
uint32_t best_variant(const StateValues& values, uint64_t mask);

}  // namespace remora::route
