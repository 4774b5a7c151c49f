// What policies compute for four variants at a time, without a branch or a call.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "base/lanes.hpp"

namespace remora::learn {

inline constexpr uint32_t kLanes = 4;

// Calls function with a number of variants. Up to four of them, as most agents have, it is the constant four:
// the compiler drops the loops then, and keeps in registers what one step hands to the next.
template <typename Function>
inline auto by_width(uint32_t count, Function function) {
  if (count <= kLanes) [[likely]] {
    return function(std::integral_constant<uint32_t, kLanes>());
  }
  return function(count);
}

inline base::Floats4 load(const float* from) {
  base::Floats4 lanes;
  std::memcpy(&lanes, from, sizeof lanes);
  return lanes;
}
inline void store(base::Floats4 lanes, float* to) { std::memcpy(to, &lanes, sizeof lanes); }

inline base::Floats4 smaller(base::Floats4 a, base::Floats4 b) { return a < b ? a : b; }
inline float sum(base::Floats4 lanes) { return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]); }

// Each lane with all lanes before it.
inline base::Floats4 running_sums(base::Floats4 lanes) {
  const base::Floats4 none = {};
  lanes += __builtin_shufflevector(none, lanes, 0, 4, 5, 6);
  return lanes + __builtin_shufflevector(none, lanes, 0, 0, 4, 5);
}

// 1 / sqrt(x) for x > 0, relative error below 0.0018: a first guess from the exponent (Lomont 2003, "Fast
// inverse square root") and one step of Newton's method.
inline base::Floats4 inverse_root(base::Floats4 x) {
  const auto y = base::Floats4(0x5F375A86U - (base::Bits4(x) >> 1));
  return y * (1.5F - 0.5F * x * y * y);
}

// e^x for x from -80 to 80, relative error below 6e-5: 2^n by its exponent, the rest by a Taylor series.
inline base::Floats4 exponential(base::Floats4 x) {
  constexpr float kRound = 12'582'912.0F;  // 1.5 x 2^23: adding it leaves the whole number in the low bits
  const base::Floats4 scaled = x * 1.44269504F + kRound;
  const base::Bits4 whole = base::Bits4(scaled) - 0x4B400000U;
  const base::Floats4 rest = x - (scaled - kRound) * 0.69314718F;
  // In this order the terms wait less for each other.
  const base::Floats4 series =
      (1.0F + rest) + rest * rest * ((0.5F + rest * (1.0F / 6)) + rest * rest * (1.0F / 24));
  return series * base::Floats4((whole + 127U) << 23);
}

}  // namespace remora::learn
