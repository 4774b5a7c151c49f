#include <algorithm>
#include <bit>
#include <cstring>
#include <iterator>
#include <limits>

#include "base/lanes.hpp"
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

// The values of four variants, minus infinity for those that may not be chosen.
base::Floats4 four_values(const Candidates& candidates, size_t first) {
  store::QCell padded[4] = {};
  const store::QCell* cells = &candidates.cells[first];
  if (const size_t left = candidates.cells.size() - first; left < 4) {
    std::copy_n(cells, left, padded);
    cells = padded;
  }
  base::Bits4 low;
  base::Bits4 high;
  std::memcpy(&low, cells, sizeof low);
  std::memcpy(&high, cells + 2, sizeof high);
  const auto q = base::Floats4(__builtin_shufflevector(low, high, 0, 2, 4, 6));
  const base::Bits4 visits = __builtin_shufflevector(low, high, 1, 3, 5, 7);
  const base::Floats4 value = base::select(base::Bits4(visits == 0), base::all_lanes(candidates.prior), q);
  return base::select(base::lanes_of(candidates.eligible >> first), value,
                      base::all_lanes(-std::numeric_limits<float>::infinity()));
}

// The variants that share the highest value. Without a branch that values decide: which of several close ones
// leads cannot be predicted.
uint64_t best_of(const Candidates& candidates) {
  base::Floats4 values[store::kMaxVariants / 4];
  base::Floats4 highest = base::all_lanes(-std::numeric_limits<float>::infinity());
  const size_t groups = std::min<size_t>((candidates.cells.size() + 3) / 4, std::size(values));
  for (size_t group = 0; group < groups; ++group) {
    values[group] = four_values(candidates, group * 4);
    highest = base::larger(values[group], highest);
  }
  highest = base::largest(highest);
  uint64_t best = 0;
  for (size_t group = 0; group < groups; ++group) {
    best |= static_cast<uint64_t>(base::bits_of(base::Bits4(values[group] == highest))) << (group * 4);
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
