// What the state that follows counts as in the target of an outcome: reward + discount x that.
//   q_learning      max over a of Q(s', a), the learned values alone (Watkins and Dayan 1992); 0 when none is
//                   (store::best_value)
//   expected_sarsa  sum over a of pi(a | s') Q(s', a), pi being the policy in force (van Seijen et al. 2009,
//                   "A Theoretical and Empirical Analysis of Expected Sarsa")
#pragma once

#include <cstdint>

#include "learn/policy.hpp"

namespace remora::learn {

// Expected SARSA's value of a state. Q is what is believed, by which the policy chooses: a state that was
// never seen counts as its agent's values say. `chosen_by` differs from `values` where the policy is made to
// go by others. At least one bit of `eligible` is below their count. [hot]
float expected_value(const Settings& settings, const Beliefs& chosen_by, const Beliefs& values,
                     uint64_t eligible);

}  // namespace remora::learn
