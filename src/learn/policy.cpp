#include "learn/policy.hpp"

#include "learn/weights.hpp"

namespace remora::learn {

PolicyChoice choose(const Settings& settings, const Beliefs& beliefs, uint64_t eligible, uint64_t draw) {
  if (settings.epsilon <= 0) {
    return choose_epsilon_greedy(settings, beliefs, eligible, draw);
  }
  switch (settings.policy) {
    case Policy::kUcb1:
      return choose_ucb1(settings, beliefs, eligible, draw);
    case Policy::kThompson:
      return choose_thompson(settings, beliefs, eligible, draw);
    case Policy::kThompsonBeta:
      return choose_thompson_beta(settings, beliefs, eligible, draw);
    case Policy::kSoftmax:
      return choose_softmax(settings, beliefs, eligible, draw);
    case Policy::kEpsilonGreedy:
      break;
  }
  return choose_epsilon_greedy(settings, beliefs, eligible, draw);
}

void weigh(const Settings& settings, const Beliefs& beliefs, uint64_t eligible, float* weights) {
  if (settings.epsilon <= 0) {
    return weigh_epsilon_greedy(settings, beliefs, eligible, weights);
  }
  switch (settings.policy) {
    case Policy::kUcb1:
      return weigh_ucb1(settings, beliefs, eligible, weights);
    case Policy::kThompson:
      return weigh_thompson(settings, beliefs, eligible, weights);
    case Policy::kThompsonBeta:
      return weigh_thompson_beta(settings, beliefs, eligible, weights);
    case Policy::kSoftmax:
      return weigh_softmax(settings, beliefs, eligible, weights);
    case Policy::kEpsilonGreedy:
      break;
  }
  weigh_epsilon_greedy(settings, beliefs, eligible, weights);
}

}  // namespace remora::learn
