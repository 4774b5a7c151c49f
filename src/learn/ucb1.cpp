#include <algorithm>
#include <cmath>

#include "learn/drawing.hpp"
#include "learn/weights.hpp"

namespace remora::learn {

double ucb1_index(double mean, double outcomes, double total, double width) {
  return mean + width * std::sqrt(2 * std::log(total) / outcomes);
}

namespace {

// The variants of the highest index.
uint64_t leaders(const Settings& settings, const Beliefs& beliefs, uint64_t eligible) {
  base::Floats4 outcomes = {};
  for (uint32_t first = 0; first < beliefs.count; first += kLanes) {
    outcomes += base::select(base::lanes_of(eligible >> first), 1.0F / load(beliefs.variance + first),
                             base::Floats4{});
  }
  // As ucb1_index, with outcomes = 1 / variance; a total of one outcome or less has no logarithm to go by.
  const double total = std::max(static_cast<double>(sum(outcomes)), 1.0);
  const auto width = settings.ucb_width * static_cast<float>(std::sqrt(2 * std::log(total)));
  alignas(16) float index[store::kMaxVariants];
  for (uint32_t first = 0; first < beliefs.count; first += kLanes) {
    const base::Floats4 variance = load(beliefs.variance + first);
    store(load(beliefs.mean + first) + width * variance * inverse_root(variance), index + first);
  }
  return holders(index, beliefs.count, eligible, highest(index, beliefs.count, eligible));
}

}  // namespace

PolicyChoice choose_ucb1(const Settings& settings, const Beliefs& beliefs, uint64_t eligible, uint64_t draw) {
  const uint64_t best = leaders(settings, beliefs, eligible);
  const auto ties = static_cast<uint32_t>(std::popcount(best));
  PolicyChoice choice;
  choice.variant = nth_bit(best, scale(static_cast<uint32_t>(draw >> 32), ties));
  choice.propensity = 1.0F / static_cast<float>(ties);
  choice.explored = beliefs.mean[choice.variant] < highest(beliefs.mean, beliefs.count, eligible)[0];
  return choice;
}

void weigh_ucb1(const Settings& settings, const Beliefs& beliefs, uint64_t eligible, float* weights) {
  const uint64_t best = leaders(settings, beliefs, eligible);
  for (uint32_t v = 0; v < beliefs.count; ++v) {
    weights[v] = (best >> v & 1) != 0 ? 1.0F : 0.0F;
  }
}

}  // namespace remora::learn
