// What the environment says of how a test is to run: its sizes, and the seed of its random choices.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>

namespace remora::test {

inline uint64_t number_from(const char* variable, uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// REMORA_SEED, or another with each call. Printed at once, so that a test that fails, hangs or dies says how
// to make its choices again.
inline uint64_t printed_seed() {
  const uint64_t seed = number_from("REMORA_SEED", std::random_device{}());
  std::printf("REMORA_SEED=%llu\n", static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  return seed;
}

}  // namespace remora::test
