// Each policy's part of weigh(): what it draws by, without the draw. Beside its choose_ function, in the same
// file.
#pragma once

#include <cstdint>

#include "learn/policy.hpp"

namespace remora::learn {

void weigh_epsilon_greedy(const Settings& settings, const Beliefs& beliefs, uint64_t eligible,
                          float* weights);
void weigh_ucb1(const Settings& settings, const Beliefs& beliefs, uint64_t eligible, float* weights);
void weigh_thompson(const Settings& settings, const Beliefs& beliefs, uint64_t eligible, float* weights);
void weigh_thompson_beta(const Settings& settings, const Beliefs& beliefs, uint64_t eligible, float* weights);
void weigh_softmax(const Settings& settings, const Beliefs& beliefs, uint64_t eligible, float* weights);

}  // namespace remora::learn
