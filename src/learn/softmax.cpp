#include "learn/drawing.hpp"
#include "learn/weights.hpp"

namespace remora::learn {
namespace {

constexpr float kLowest = -10.4F;

// Returns the highest mean, in every lane.
template <typename Count>
base::Floats4 weigh_above(const Settings& settings, const Beliefs& beliefs, Count count, uint64_t eligible,
                          float* weights) {
  const base::Floats4 best = highest(beliefs.mean, count, eligible);
  const float inverse = 1.0F / settings.temperature;
  for (uint32_t first = 0; first < count; first += kLanes) {
    const base::Floats4 exponent = (load(beliefs.mean + first) - best) * inverse;
    const base::Floats4 weight = exponential(base::larger(exponent, base::all_lanes(kLowest)));
    store(base::select(base::lanes_of(eligible >> first), weight, base::Floats4{}), weights + first);
  }
  return best;
}

}  // namespace

PolicyChoice choose_softmax(const Settings& settings, const Beliefs& beliefs, uint64_t eligible,
                            uint64_t draw) {
  return by_width(beliefs.count, [&](auto count) {
    alignas(16) float weights[store::kMaxVariants];
    const base::Floats4 best = weigh_above(settings, beliefs, count, eligible, weights);
    PolicyChoice choice = draw_by_weight(weights, count, draw);
    choice.explored = beliefs.mean[choice.variant] < best[0];
    return choice;
  });
}

void weigh_softmax(const Settings& settings, const Beliefs& beliefs, uint64_t eligible, float* weights) {
  weigh_above(settings, beliefs, beliefs.count, eligible, weights);
}

}  // namespace remora::learn
