// Which units are in: sticky, and monotone as the share grows.
#pragma once

#include <cstdint>

#include "base/mix.hpp"
#include "rollout/codes.hpp"

namespace remora::rollout {

// A unit as one rollout knows it: a keyed hash of both, so that the units of one rollout say nothing about
// those of another, and nobody outside can pick a unit that is in. [hot]
inline uint64_t unit_hash(uint64_t unit_key, uint32_t rollout, const uint64_t (&secret)[2]) {
  const uint64_t salted = base::mix_twice(unit_key, secret) ^ (rollout + 1) * 0x9E3779B97F4A7C15ULL;
  return base::mix(salted, secret);
}

// The place of a unit among 10,000, fixed for the life of a rollout. Share s takes the places below s: who is
// in at 10 % is in at 50 %. [hot]
inline uint32_t bucket_of(uint64_t unit_hash) {
  return static_cast<uint32_t>((unit_hash >> 32) * kWholeShare >> 32);
}

}  // namespace remora::rollout
