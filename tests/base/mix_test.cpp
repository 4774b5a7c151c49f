#include "base/mix.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <random>
#include <set>
#include <vector>

namespace remora::base {
namespace {

constexpr uint64_t kSecret[2] = {0x9AE16A3B2F90404FULL, 0xC949D7C7509E6557ULL};

// The keys of a state directory: small numbers side by side in one word.
std::vector<uint64_t> state_keys() {
  std::vector<uint64_t> keys;
  for (uint64_t agent = 1; agent <= 18; ++agent) {
    for (uint64_t task_type = 0; task_type < 400; ++task_type) {
      keys.push_back(agent | task_type << 16);
    }
  }
  return keys;
}

// The longest way to a place in a table of linear probing that is filled with these keys.
uint64_t longest_probe(const std::vector<uint64_t>& keys, uint64_t places, const uint64_t (&secret)[2]) {
  std::vector<bool> taken(places);
  uint64_t longest = 0;
  for (const uint64_t key : keys) {
    uint64_t steps = 0;
    while (steps < places && taken[(mix(key, secret) + steps) & (places - 1)]) {
      ++steps;
    }
    taken[(mix(key, secret) + steps) & (places - 1)] = true;
    longest = std::max(longest, steps);
  }
  return longest;
}

TEST(FoldMultiply, IsHighXorLowOfTheWholeProduct) {
  EXPECT_EQ(fold_multiply(0, 12345), 0U);
  EXPECT_EQ(fold_multiply(3, 5), 15U);
  EXPECT_EQ(fold_multiply(1ULL << 63, 2), 1U);
  // (2^64 - 1)^2 = 2^128 - 2^65 + 1: high 2^64 - 2, low 1.
  EXPECT_EQ(fold_multiply(UINT64_MAX, UINT64_MAX), UINT64_MAX);
}

// Rows are looked for 64 places far, in tables that are at most half full.
TEST(Mix, KeepsNeighbouringKeysFindableUnderAnySecret) {
  std::mt19937_64 random(31);
  const std::vector<uint64_t> keys = state_keys();
  for (int i = 0; i < 400; ++i) {
    const uint64_t secret[2] = {random() | 1, random() | 1};
    ASSERT_LT(longest_probe(keys, 16'384, secret), 64U) << "secret " << secret[0] << ", " << secret[1];
  }
}

TEST(Mix, GivesDifferentPositionsUnderAnotherSecret) {
  const uint64_t other[2] = {kSecret[0] ^ 0x100, kSecret[1]};
  uint32_t same = 0;
  for (const uint64_t key : state_keys()) {
    same += (mix(key, kSecret) & 0xFFFF) == (mix(key, other) & 0xFFFF) ? 1U : 0U;
  }
  EXPECT_LT(same, state_keys().size() / 100);
}

TEST(MixTwice, ChangesHalfOfAllBitsForEachBitOfTheKey) {
  std::mt19937_64 random(29);
  for (uint32_t bit = 0; bit < 64; ++bit) {
    double changed = 0;
    for (int i = 0; i < 2'000; ++i) {
      const uint64_t key = random();
      changed += std::popcount(mix_twice(key, kSecret) ^ mix_twice(key ^ 1ULL << bit, kSecret));
    }
    EXPECT_NEAR(changed / 2'000, 32, 2) << "bit " << bit;
  }
}

TEST(MixTwice, KeepsKeysApart) {
  std::set<uint64_t> seen;
  for (const uint64_t key : state_keys()) {
    seen.insert(mix_twice(key, kSecret));
  }
  EXPECT_EQ(seen.size(), state_keys().size());
}

}  // namespace
}  // namespace remora::base
