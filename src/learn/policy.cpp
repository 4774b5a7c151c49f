#include "learn/policy.hpp"

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

}  // namespace remora::learn
