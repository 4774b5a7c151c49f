// How exploration chooses among variants. A policy is one file with one function of the form below, and one
// line in policy.cpp: it chooses within an eligible mask and says the propensity of its choice exactly.
//
// Every policy draws from probabilities that it has worked out, so the propensity is what it drew by; only
// the draw's own grain (2^-24) is left out.
#pragma once

#include <cstdint>

#include "learn/hierarchy.hpp"
#include "learn/settings.hpp"

namespace remora::learn {

struct PolicyChoice {
  uint32_t variant = 0;
  float propensity = 1;   // probability of this variant under the policy, given the beliefs; (0, 1]
  bool explored = false;  // not for its mean: the policy set out to explore, or took one of a lower mean
};

// Chooses by the policy of the settings; with epsilon 0 the highest mean, whatever the policy. Bit i of
// `eligible`: variant i may be chosen; at least one bit, all below beliefs.count. `draw` is 64 random bits:
// the same draw, beliefs and settings give the same choice. [hot]
PolicyChoice choose(const Settings& settings, const Beliefs& beliefs, uint64_t eligible, uint64_t draw);

// With which probability the policy would choose each variant, up to a common factor: `weights` is filled up
// to the next multiple of four, zero where a variant is not eligible. Arguments as in choose. [hot]
void weigh(const Settings& settings, const Beliefs& beliefs, uint64_t eligible, float* weights);

// Epsilon-greedy (Sutton and Barto 2018, section 2.2): with probability epsilon any eligible variant, else
// one with the highest mean, ties at random. [hot]
PolicyChoice choose_epsilon_greedy(const Settings& settings, const Beliefs& beliefs, uint64_t eligible,
                                   uint64_t draw);

// UCB1 (Auer, Cesa-Bianchi and Fischer 2002): the highest ucb1_index, ties at random. Its propensity is 1
// when nothing ties: what it did cannot be weighed against another policy. [hot]
PolicyChoice choose_ucb1(const Settings& settings, const Beliefs& beliefs, uint64_t eligible, uint64_t draw);

// mean + width sqrt(2 ln(total) / outcomes): the mean's upper bound; outcomes and total above 0.
double ucb1_index(double mean, double outcomes, double total, double width);

// Thompson sampling (Thompson 1933) as probability matching: a variant is drawn with about the probability
// that it is the best. thompson.cpp says how near that is. [hot]
PolicyChoice choose_thompson(const Settings& settings, const Beliefs& beliefs, uint64_t eligible,
                             uint64_t draw);

// The same for rewards from 0 to 1 (others are clipped), with the posterior of a share of successes: Beta(1 +
// successes, 1 + failures) when nothing is pooled, with the prior 0.5 counting 2. [hot]
PolicyChoice choose_thompson_beta(const Settings& settings, const Beliefs& beliefs, uint64_t eligible,
                                  uint64_t draw);

// Softmax (Boltzmann exploration; Sutton and Barto 2018, section 2.8): probability proportional to e^(mean /
// temperature), but none less than e^-10.4 of the best one's. [hot]
PolicyChoice choose_softmax(const Settings& settings, const Beliefs& beliefs, uint64_t eligible,
                            uint64_t draw);

}  // namespace remora::learn
