#include <algorithm>
#include <bit>
#include <limits>

#include "learn/policy.hpp"

namespace remora::learn {
namespace {

// The n-th set bit of a mask that has more than n.
uint32_t nth_bit(uint64_t mask, uint32_t n) {
  for (; n > 0; --n) {
    mask &= mask - 1;
  }
  return static_cast<uint32_t>(std::countr_zero(mask));
}

// A number below `count` from 32 random bits, without a division (Lemire 2019, "Fast random integer
// generation").
uint32_t scale(uint32_t bits, uint32_t count) {
  return static_cast<uint32_t>(static_cast<uint64_t>(bits) * count >> 32);
}

// The variants that share the highest value. Without a branch that values decide: which of several close ones
// leads cannot be predicted.
uint64_t best_of(const Candidates& candidates) {
  float values[store::kMaxVariants];
  float highest = -std::numeric_limits<float>::infinity();
  const auto count = std::min<size_t>(candidates.cells.size(), store::kMaxVariants);
  for (size_t v = 0; v < count; ++v) {
    const store::QCell cell = candidates.cells[v];
    const float value = cell.visits == 0 ? candidates.prior : cell.q;
    values[v] = (candidates.eligible >> v & 1) != 0 ? value : -std::numeric_limits<float>::infinity();
    highest = std::max(highest, values[v]);
  }
  uint64_t best = 0;
  for (size_t v = 0; v < count; ++v) {
    best |= static_cast<uint64_t>(values[v] == highest) << v;
  }
  return best & candidates.eligible;
}

}  // namespace

PolicyChoice choose_epsilon_greedy(float epsilon, const Candidates& candidates, uint64_t draw) {
  const auto eligible = static_cast<uint32_t>(std::popcount(candidates.eligible));
  const uint64_t best = best_of(candidates);
  const auto ties = static_cast<uint32_t>(std::popcount(best));
  // The low half decides whether to explore, the high half which one: together one draw a decision.
  const bool explore = static_cast<float>(static_cast<uint32_t>(draw) >> 8) * 0x1p-24F < epsilon;
  const auto high = static_cast<uint32_t>(draw >> 32);
  PolicyChoice choice;
  choice.explored = explore;
  choice.variant =
      explore ? nth_bit(candidates.eligible, scale(high, eligible)) : nth_bit(best, scale(high, ties));
  const float uniform = epsilon / static_cast<float>(eligible);
  const bool is_best = (best >> choice.variant & 1) != 0;
  choice.propensity = uniform + (is_best ? (1.0F - epsilon) / static_cast<float>(ties) : 0.0F);
  return choice;
}

}  // namespace remora::learn
