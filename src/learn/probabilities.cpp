// The policies draw by two halves of the draw (drawing.hpp): the low one goes through the variants by their
// weight, the high one through those that are taken with equal chance. So a walk along each half meets every
// variant that can be taken, and needs to know nothing of the policy.
#include "learn/probabilities.hpp"

#include <algorithm>
#include <bit>

namespace remora::learn {
namespace {

constexpr double kGrain = 0x1p-24;

// What the policy takes at a place of each half: the low one from 0 to 1, the high one a number below 2^32.
PolicyChoice taken(const Settings& settings, const Beliefs& beliefs, uint64_t eligible, double low,
                   uint64_t high) {
  const auto bits = static_cast<uint64_t>(low * 0x1p32);
  return choose(settings, beliefs, eligible, high << 32 | bits);
}

}  // namespace

void probabilities(const Settings& settings, const Beliefs& beliefs, uint64_t eligible, double* out) {
  std::fill_n(out, beliefs.count, 0.0);
  const auto open = static_cast<uint64_t>(std::popcount(eligible));
  for (uint64_t i = 0; i < open; ++i) {
    const PolicyChoice choice = taken(settings, beliefs, eligible, 0, ((i << 32) + open - 1) / open);
    out[choice.variant] = static_cast<double>(choice.propensity);
  }
  // One step passes a variant's weight. Where rounding leaves the same variant, or its place has nothing to
  // do with its weight, steps that double do.
  uint32_t last = store::kNoVariant;
  double more = kGrain;
  for (double low = 0; low < 1;) {
    const PolicyChoice choice = taken(settings, beliefs, eligible, low, 0);
    out[choice.variant] = static_cast<double>(choice.propensity);
    more = choice.variant == last ? 2 * more : kGrain;
    low += choice.variant == last ? more : out[choice.variant];
    last = choice.variant;
  }
  double sum = 0;
  for (uint32_t v = 0; v < beliefs.count; ++v) {
    sum += out[v];
  }
  for (uint32_t v = 0; v < beliefs.count; ++v) {
    out[v] /= sum;  // what rounding left: a few millionths
  }
}

}  // namespace remora::learn
