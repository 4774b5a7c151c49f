// A policy's probability of every variant, not only of the one that it drew.
#pragma once

#include "learn/policy.hpp"

namespace remora::learn {

// Fills out[0 .. beliefs.count): the probability with which `choose` takes each variant, 0 for those that are
// not eligible. They add up to 1. Exact within the draw's grain, whatever the policy: each is what the policy
// itself states when it takes the variant. Errors: none; `eligible` as for choose.
void probabilities(const Settings& settings, const Beliefs& beliefs, uint64_t eligible, double* out);

}  // namespace remora::learn
