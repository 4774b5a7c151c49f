#include "rollout/assignment.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "rollout/gate.hpp"

namespace remora::rollout {
namespace {

constexpr uint64_t kSecret[2] = {0x9f8e7d6c5b4a3921ULL, 0x123456789abcdef1ULL};
constexpr uint64_t kUnits = 100'000;

bool is_in(uint64_t unit, uint32_t share, uint32_t rollout = 3) {
  store::RolloutWord word;
  word.state = static_cast<uint32_t>(State::kRunning);
  word.mode = static_cast<uint32_t>(Mode::kCanary);
  word.share_basis_points = share;
  word.rollout = rollout;
  return evaluate(word, unit, 0, kSecret).in;
}

// Chi-square of counts against equal chances.
double chi_square(const std::vector<uint64_t>& counts, double total) {
  const double expected = total / static_cast<double>(counts.size());
  double sum = 0;
  for (const uint64_t count : counts) {
    const double off = static_cast<double>(count) - expected;
    sum += off * off / expected;
  }
  return sum;
}

// Far beyond what chance gives for that many degrees of freedom (p below 1e-6).
double unlikely(double degrees) { return degrees + 5 * std::sqrt(2 * degrees) + 15; }

TEST(Assignment, IsStickyAndMonotone) {
  for (uint64_t unit = 1; unit <= kUnits; ++unit) {
    bool before = false;
    for (const uint32_t share : {0U, 1U, 100U, 1'000U, 2'500U, 5'000U, 9'999U, 10'000U}) {
      const bool in = is_in(unit, share);
      ASSERT_TRUE(in || !before) << "unit " << unit << " fell out at " << share;
      ASSERT_EQ(in, is_in(unit, share));
      before = in;
    }
    ASSERT_FALSE(is_in(unit, 0));
    ASSERT_TRUE(is_in(unit, 10'000));
  }
}

TEST(Assignment, GivesTheShareThatWasAsked) {
  for (const uint32_t share : {10U, 100U, 1'000U, 5'000U, 9'000U}) {
    uint64_t in = 0;
    for (uint64_t unit = 1; unit <= kUnits; ++unit) {
      in += is_in(unit, share) ? 1 : 0;
    }
    // The test of a sample ratio mismatch: chi-square with one degree of freedom, p below 1e-6.
    const double p = share / 10'000.0;
    const double off = static_cast<double>(in) - p * kUnits;
    EXPECT_LT(off * off / (kUnits * p * (1 - p)), 24) << share;
  }
}

TEST(Assignment, FillsAllPlacesEvenlyForEveryKindOfKey) {
  std::mt19937_64 random(5);
  std::vector<std::vector<uint64_t>> counts(4, std::vector<uint64_t>(1'000));
  for (uint64_t i = 1; i <= kUnits; ++i) {
    const uint64_t keys[] = {i, i << 32, i * 4'096, random()};
    for (size_t kind = 0; kind < 4; ++kind) {
      ++counts[kind][bucket_of(unit_hash(keys[kind], 0, kSecret)) / 10];
    }
  }
  for (size_t kind = 0; kind < 4; ++kind) {
    EXPECT_LT(chi_square(counts[kind], kUnits), unlikely(999)) << "kind of key " << kind;
  }
}

TEST(Assignment, OfOneRolloutSaysNothingAboutAnother) {
  std::vector<uint64_t> counts(100);
  for (uint64_t unit = 1; unit <= kUnits; ++unit) {
    const uint32_t a = bucket_of(unit_hash(unit, 1, kSecret)) / 1'000;
    const uint32_t b = bucket_of(unit_hash(unit, 2, kSecret)) / 1'000;
    ++counts[a * 10 + b];
  }
  EXPECT_LT(chi_square(counts, kUnits), unlikely(99));
}

TEST(Assignment, DependsOnTheSecret) {
  constexpr uint64_t kOther[2] = {0x9f8e7d6c5b4a3923ULL, 0x123456789abcdef3ULL};
  uint64_t same = 0;
  for (uint64_t unit = 1; unit <= kUnits; ++unit) {
    same += bucket_of(unit_hash(unit, 0, kSecret)) / 1'000 == bucket_of(unit_hash(unit, 0, kOther)) / 1'000
                ? 1
                : 0;
  }
  EXPECT_NEAR(static_cast<double>(same), kUnits / 10.0, 6 * std::sqrt(kUnits * 0.09));
}

TEST(Assignment, StaysTheSameFromReleaseToRelease) {
  // Units would change sides in the middle of a rollout otherwise.
  EXPECT_EQ(bucket_of(unit_hash(1, 0, kSecret)), 7'196U);
  EXPECT_EQ(bucket_of(unit_hash(0xFFFFFFFFFFFFFFFF, 254, kSecret)), 2'678U);
}

}  // namespace
}  // namespace remora::rollout
