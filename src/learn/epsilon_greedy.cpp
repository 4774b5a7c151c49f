#include "learn/drawing.hpp"
#include "learn/weights.hpp"

namespace remora::learn {

PolicyChoice choose_epsilon_greedy(const Settings& settings, const Beliefs& beliefs, uint64_t eligible,
                                   uint64_t draw) {
  const float epsilon = settings.epsilon;
  const auto open = static_cast<uint32_t>(std::popcount(eligible));
  const uint64_t best = by_width(beliefs.count, [&](auto count) {
    return holders(beliefs.mean, count, eligible, highest(beliefs.mean, count, eligible));
  });
  const auto ties = static_cast<uint32_t>(std::popcount(best));
  // The low half decides whether to explore, the high half which one: together one draw a decision.
  const bool explore = fraction(draw) < epsilon;
  const auto high = static_cast<uint32_t>(draw >> 32);
  PolicyChoice choice;
  choice.explored = explore;
  choice.variant = explore ? nth_bit(eligible, scale(high, open)) : nth_bit(best, scale(high, ties));
  const float uniform = epsilon / static_cast<float>(open);
  const bool is_best = (best >> choice.variant & 1) != 0;
  choice.propensity = uniform + (is_best ? (1.0F - epsilon) / static_cast<float>(ties) : 0.0F);
  return choice;
}

void weigh_epsilon_greedy(const Settings& settings, const Beliefs& beliefs, uint64_t eligible,
                          float* weights) {
  const uint64_t best =
      holders(beliefs.mean, beliefs.count, eligible, highest(beliefs.mean, beliefs.count, eligible));
  const float uniform = settings.epsilon / static_cast<float>(std::popcount(eligible));
  const float greedy = (1.0F - settings.epsilon) / static_cast<float>(std::popcount(best));
  for (uint32_t v = 0; v < beliefs.count; ++v) {
    weights[v] = ((eligible >> v & 1) != 0 ? uniform : 0.0F) + ((best >> v & 1) != 0 ? greedy : 0.0F);
  }
}

}  // namespace remora::learn
