#include "learn/policy.hpp"

namespace remora::learn {

PolicyChoice choose(const Settings& settings, const Candidates& candidates, uint64_t draw) {
  switch (settings.policy) {
    case Policy::kEpsilonGreedy:
      break;
  }
  return choose_epsilon_greedy(settings.epsilon, candidates, draw);
}

}  // namespace remora::learn
