// Random numbers of the simulation: the same seed gives the same numbers everywhere.
#pragma once

#include <cstdint>

namespace fleet {

// SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators"), one step.
inline uint64_t scramble(uint64_t value) {
  value += 0x9E3779B97F4A7C15ULL;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31);
}

class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(scramble(seed)) {}

  uint64_t bits() { return scramble(state_ += 0x9E3779B97F4A7C15ULL); }
  double unit() { return static_cast<double>(bits() >> 11) * 0x1p-53; }  // [0, 1)
  uint32_t below(uint32_t count) { return static_cast<uint32_t>((bits() >> 32) * count >> 32); }
  bool chance(double probability) { return unit() < probability; }

 private:
  uint64_t state_;
};

}  // namespace fleet
