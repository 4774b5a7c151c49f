// How exploration chooses among variants. A policy is one file with one function of the form below, and one
// line in policy.cpp: it chooses within an eligible mask and says the propensity of its choice exactly.
#pragma once

#include <cstdint>
#include <span>

#include "learn/settings.hpp"
#include "store/words.hpp"

namespace remora::learn {

// What a policy may look at. `cells` has one entry a variant; a cell without visits is unknown and counts as
// `prior`.
struct Candidates {
  std::span<const store::QCell> cells;
  uint64_t eligible = 0;  // bit i: variant i may be chosen; at least one bit, all below cells.size()
  float prior = 0;
};

struct PolicyChoice {
  uint32_t variant = 0;
  float propensity = 1;   // probability of this variant under the policy, given the cells; (0, 1]
  bool explored = false;  // the policy set out to explore, whatever it then drew
};

// Chooses by the policy of the settings. `draw` is 64 random bits: the same draw, cells and settings give the
// same choice. [hot]
PolicyChoice choose(const Settings& settings, const Candidates& candidates, uint64_t draw);

// Epsilon-greedy (Sutton and Barto 2018, section 2.2): with probability epsilon any eligible variant, else
// one with the highest value, ties at random. [hot]
PolicyChoice choose_epsilon_greedy(float epsilon, const Candidates& candidates, uint64_t draw);

}  // namespace remora::learn
