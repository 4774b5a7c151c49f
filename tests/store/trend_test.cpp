// What housekeeping remembers of a variant's rewards: the alarm and its figures, and how far outcomes still
// lie from the value.
#include "store/trend.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "store/words.hpp"
#include "support/test_state.hpp"

namespace remora::store {
namespace {

class TrendWords : public testing::Test {
 protected:
  TrendWords() { state_.add_agent("a", 1); }

  void outcome(float reward) {
    const CellUpdate update = update_cell(cell_, reward, 0.02F);
    extend_trend(state_.variant(0, 0), reward, reward, update, &rules_);
  }
  Trend trend() { return read_trend(state_.variant(0, 0)); }

  test::TestState state_;
  Word cell_{0};
  stats::ChangeRules rules_;
};

TEST_F(TrendWords, AChangeIsRaisedOnceWithItsFiguresAndStaysUntilItIsTold) {
  for (int i = 0; i < 100; ++i) {
    outcome(i % 10 == 0 ? 0.0F : 1.0F);
  }
  EXPECT_EQ(trend().alarms, 0U);
  for (int i = 0; i < 40; ++i) {
    outcome(i % 10 < 3 ? 1.0F : 0.0F);
  }
  EXPECT_EQ(trend().alarms, 1U);
  EXPECT_EQ(trend().told, 0U);
  EXPECT_NEAR(trend().before, 0.8, 0.1) << "the mean has followed a little";
  EXPECT_NEAR(trend().after, 0.3, 0.15);
  set_told(state_.variant(0, 0), 1);
  EXPECT_EQ(trend().told, 1U);
  EXPECT_EQ(trend().alarms, 1U);
}

TEST_F(TrendWords, WithoutRulesNobodyLooksForChanges) {
  for (int i = 0; i < 300; ++i) {
    const float reward = i < 150 ? 1.0F : 0.0F;
    extend_trend(state_.variant(0, 0), reward, reward, update_cell(cell_, reward, 0.02F), nullptr);
  }
  EXPECT_EQ(trend().alarms, 0U);
}

TEST_F(TrendWords, MovementFallsAsTheValueSettlesAndScatterStays) {
  for (int i = 0; i < 6; ++i) {
    outcome(i % 2 == 0 ? 1.0F : 0.0F);
  }
  const float early = trend().movement;
  EXPECT_GT(early, 0.1F);
  for (int i = 0; i < 400; ++i) {
    outcome(i % 2 == 0 ? 1.0F : 0.0F);
  }
  EXPECT_LT(trend().movement, 0.02F);
  EXPECT_NEAR(trend().distance, 0.5, 0.02);
  EXPECT_NEAR(trend().deviation_fast, 0.25, 0.02);
  EXPECT_NEAR(trend().deviation_slow, 0.25, 0.02);
}

TEST_F(TrendWords, TheShareThatExploredFallsFromAllOfThem) {
  AgentRecord& agent = state_.agent(0);
  EXPECT_EQ(explored_share(agent).fast, 1);
  for (int i = 0; i < 1'000; ++i) {
    extend_explored(agent, i % 10 == 0);
  }
  EXPECT_NEAR(explored_share(agent).fast, 0.1, 0.05);
  EXPECT_NEAR(explored_share(agent).slow, 0.1, 0.02);
  for (int i = 0; i < 100'000; ++i) {
    extend_explored(agent, false);
  }
  EXPECT_LT(explored_share(agent).fast, 1e-5) << "and is not taken for unknown again";
}

TEST_F(TrendWords, DamagedWordsReadAsNothing) {
  VariantRecord& record = state_.variant(0, 0);
  record.deviation.store(FloatPair{std::nanf(""), std::numeric_limits<float>::infinity()}.pack());
  record.mean.store(QCell{std::nanf(""), 77}.pack());
  EXPECT_EQ(trend().deviation_fast, 0);
  EXPECT_EQ(trend().deviation_slow, 0);
  outcome(1);
  EXPECT_EQ(trend().alarms, 0U);
}

}  // namespace
}  // namespace remora::store
