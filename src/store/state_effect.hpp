// How much easier or harder a state is than its agent's tasks are on average.
#pragma once

#include <cstdint>

#include "store/generation.hpp"
#include "store/words.hpp"

namespace remora::store {

// For n outcomes of mean q of each variant in the state (at most `most` of one count), and its mean a over
// all the agent's tasks:
//     sum over variants of n (q - a) / (sum of n + 12)
// the estimate of a random effect in a two-way layout, shrunk as if states differed by the variance of a mean
// of 12 outcomes (Searle, Casella and McCulloch 1992, "Variance Components", chapter 7).
float state_effect(const QCell* state, const QCell* agent, uint32_t count, float most);

// The same of a state of the table; 0 where it has no row.
float state_effect(uint64_t key, uint32_t count, float most, const Generation& generation);

}  // namespace remora::store
