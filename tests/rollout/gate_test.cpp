#include "rollout/gate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace remora::rollout {
namespace {

constexpr uint64_t kSecret[2] = {0x9f8e7d6c5b4a3921ULL, 0x123456789abcdef1ULL};

store::RolloutWord word_of(State state, uint32_t share) {
  store::RolloutWord word;
  word.state = static_cast<uint32_t>(state);
  word.mode = static_cast<uint32_t>(Mode::kCanary);
  word.stage = 2;
  word.share_basis_points = share;
  word.treatment = 5;
  word.rollout = 7;
  word.epoch = 9;
  word.reason = static_cast<uint32_t>(Reason::kPassed);
  return store::RolloutWord::unpack(word.pack());
}

uint32_t count_in(const store::RolloutWord& word, uint64_t unit_key, uint32_t draws) {
  std::mt19937_64 random(3);
  uint32_t in = 0;
  for (uint32_t i = 0; i < draws; ++i) {
    in += evaluate(word, unit_key, random(), kSecret).in ? 1 : 0;
  }
  return in;
}

TEST(Gate, SaysThatThereIsNoRollout) {
  const Gate gate = evaluate({}, 1, 2, kSecret);
  EXPECT_FALSE(gate.in);
  EXPECT_EQ(gate.state, State::kNone);
}

TEST(Gate, TellsWhereTheRolloutStands) {
  const Gate gate = evaluate(word_of(State::kRunning, 2'500), 1, 0, kSecret);
  EXPECT_EQ(gate.state, State::kRunning);
  EXPECT_EQ(gate.mode, Mode::kCanary);
  EXPECT_EQ(gate.stage, 2U);
  EXPECT_EQ(gate.share_basis_points, 2'500U);
  EXPECT_EQ(gate.treatment, 5U);
  EXPECT_EQ(gate.rollout, 7U);
  EXPECT_EQ(gate.epoch, 9U);
  EXPECT_EQ(gate.reason, Reason::kPassed);
}

TEST(Gate, AnswersTheSameWhilePaused) {
  for (uint64_t unit = 1; unit < 1'000; ++unit) {
    EXPECT_EQ(evaluate(word_of(State::kPaused, 5'000), unit, 0, kSecret).in,
              evaluate(word_of(State::kRunning, 5'000), unit, 0, kSecret).in);
  }
}

TEST(Gate, LetsNobodyInAfterARollbackAndEverybodyWhenComplete) {
  EXPECT_EQ(count_in(word_of(State::kRolledBack, 10'000), 0, 1'000), 0U);
  EXPECT_EQ(count_in(word_of(State::kComplete, 10'000), 0, 1'000), 1'000U);
}

TEST(Gate, HoldsAUnitToItsSideWhateverIsDrawn) {
  const uint32_t in = count_in(word_of(State::kRunning, 5'000), 42, 1'000);
  EXPECT_TRUE(in == 0 || in == 1'000);
}

TEST(Gate, DrawsForEachDecisionWithoutAUnit) {
  constexpr uint32_t kDraws = 50'000;
  const uint32_t in = count_in(word_of(State::kRunning, 2'000), 0, kDraws);
  EXPECT_NEAR(in, kDraws * 0.2, 5 * std::sqrt(kDraws * 0.16));
}

TEST(Gate, LeavesTheDrawIndependentForThePolicy) {
  // Of the draws that are in, as many lie in the lower half as in the upper one.
  std::mt19937_64 random(3);
  int64_t low = 0;
  int64_t in = 0;
  for (int i = 0; i < 100'000; ++i) {
    const uint64_t draw = random();
    if (evaluate(word_of(State::kRunning, 1'000), 0, draw, kSecret).in) {
      ++in;
      low += draw < UINT64_MAX / 2 ? 1 : 0;
    }
  }
  EXPECT_NEAR(static_cast<double>(low), static_cast<double>(in) / 2,
              2.5 * std::sqrt(static_cast<double>(in)));
}

}  // namespace
}  // namespace remora::rollout
