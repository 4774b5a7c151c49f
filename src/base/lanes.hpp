// Four 32-bit lanes side by side, in the compiler's vector extension: what the hot path does with learned
// values, two of which fill four lanes.
#pragma once

#include <cstdint>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace remora::base {

using Words2 = uint64_t __attribute__((vector_size(16)));
using Bits4 = uint32_t __attribute__((vector_size(16)));
using Signed4 = int32_t __attribute__((vector_size(16)));
using Floats4 = float __attribute__((vector_size(16)));

inline Bits4 all_lanes(uint32_t value) { return Bits4{value, value, value, value}; }
inline Floats4 all_lanes(float value) { return Floats4{value, value, value, value}; }

// Lanes of `yes` where the mask's lane is all ones, of `no` where it is zero.
inline Floats4 select(Bits4 mask, Floats4 yes, Floats4 no) { return Signed4(mask) < 0 ? yes : no; }

// All ones in the lanes whose bit among the lowest four of `bits` is set.
inline Bits4 lanes_of(uint64_t bits) {
  constexpr Bits4 kBit = {1, 2, 4, 8};
  return Bits4((all_lanes(static_cast<uint32_t>(bits)) & kBit) == kBit);
}

// One bit a lane: set where the lane's highest bit is.
inline uint32_t bits_of(Bits4 mask) {
#ifdef __SSE2__
  return static_cast<uint32_t>(_mm_movemask_ps(reinterpret_cast<__m128>(mask)));
#else
  return mask[0] >> 31 | mask[1] >> 31 << 1 | mask[2] >> 31 << 2 | mask[3] >> 31 << 3;
#endif
}

inline Floats4 larger(Floats4 a, Floats4 b) { return a > b ? a : b; }

// The largest of four, in every lane.
inline Floats4 largest(Floats4 a) {
  a = larger(a, __builtin_shufflevector(a, a, 2, 3, 0, 1));
  return larger(a, __builtin_shufflevector(a, a, 1, 0, 3, 2));
}

}  // namespace remora::base
