#include "learn/drawing.hpp"
#include "learn/policy.hpp"

namespace remora::learn {

PolicyChoice choose_softmax(const Settings& settings, const Beliefs& beliefs, uint64_t eligible,
                            uint64_t draw) {
  constexpr float kLowest = -10.4F;
  const base::Floats4 best = highest(beliefs.mean, beliefs.count, eligible);
  const float inverse = 1.0F / settings.temperature;
  alignas(16) float weights[store::kMaxVariants];
  for (uint32_t first = 0; first < beliefs.count; first += kLanes) {
    const base::Floats4 exponent = (load(beliefs.mean + first) - best) * inverse;
    const base::Floats4 weight = exponential(base::larger(exponent, base::all_lanes(kLowest)));
    store(base::select(base::lanes_of(eligible >> first), weight, base::Floats4{}), weights + first);
  }
  PolicyChoice choice = draw_by_weight(weights, beliefs.count, draw);
  choice.explored = beliefs.mean[choice.variant] < best[0];
  return choice;
}

}  // namespace remora::learn
