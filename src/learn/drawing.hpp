// Drawing a variant: at random from a mask, among the highest, or by weight. What policies share.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

#include "learn/arithmetic.hpp"
#include "learn/policy.hpp"

namespace remora::learn {

// Below every value that can be learned; unlike infinity, it may be reckoned with.
inline constexpr float kOut = -1e30F;

// The n-th set bit of a mask that has more than n.
inline uint32_t nth_bit(uint64_t mask, uint32_t n) {
  for (; n > 0; --n) {
    mask &= mask - 1;
  }
  return static_cast<uint32_t>(std::countr_zero(mask));
}

// A number below `count` from 32 random bits, without a division (Lemire 2019, "Fast random integer
// generation").
inline uint32_t scale(uint32_t bits, uint32_t count) {
  return static_cast<uint32_t>(static_cast<uint64_t>(bits) * count >> 32);
}

// A number in [0, 1) from the low 32 of a draw's bits; the high ones are left for scale().
inline float fraction(uint64_t draw) {
  return static_cast<float>(static_cast<uint32_t>(draw) >> 8) * 0x1p-24F;
}

// The highest value of the eligible variants, in every lane. Values are filled up to the next multiple of
// four. `count` here and below is what by_width calls with, or a number.
template <typename Count>
inline base::Floats4 highest(const float* values, Count count, uint64_t eligible) {
  base::Floats4 top = base::all_lanes(kOut);
  for (uint32_t first = 0; first < count; first += kLanes) {
    top = base::larger(
        top, base::select(base::lanes_of(eligible >> first), load(values + first), base::all_lanes(kOut)));
  }
  return base::largest(top);
}

// The eligible variants of that value. Without a branch that values decide: which of several close ones
// leads cannot be predicted.
template <typename Count>
inline uint64_t holders(const float* values, Count count, uint64_t eligible, base::Floats4 value) {
  uint64_t mask = 0;
  for (uint32_t first = 0; first < count; first += kLanes) {
    mask |= static_cast<uint64_t>(base::bits_of(base::Bits4(load(values + first) == value))) << first;
  }
  return mask & eligible;
}

// Draws a variant by its weight. Weights are not negative, zero where a variant is not eligible, filled up to
// the next multiple of four, and one of them is positive.
template <typename Count>
inline PolicyChoice draw_by_weight(const float* weights, Count count, uint64_t draw) {
  base::Floats4 sums = {};
  for (uint32_t first = 0; first < count; first += kLanes) {
    sums += load(weights + first);
  }
  const float total = sum(sums);
  const base::Floats4 wanted = base::all_lanes(fraction(draw) * total);
  base::Floats4 below = {};
  uint64_t begun = 0;
  // The last one that begins at or below the wanted place, and weighs anything: rounding cannot lead past it.
  for (uint32_t first = 0; first < count; first += kLanes) {
    const base::Floats4 weight = load(weights + first);
    const base::Floats4 ends = below + running_sums(weight);
    const base::Floats4 begins = __builtin_shufflevector(below, ends, 0, 4, 5, 6);
    begun |= static_cast<uint64_t>(base::bits_of(base::Bits4(begins <= wanted) & base::Bits4(weight > 0.0F)))
             << first;
    below = __builtin_shufflevector(ends, ends, 3, 3, 3, 3);
  }
  PolicyChoice choice;
  choice.variant = static_cast<uint32_t>(std::bit_width(begun)) - 1;
  choice.propensity = weights[choice.variant] / total;
  return choice;
}

}  // namespace remora::learn
