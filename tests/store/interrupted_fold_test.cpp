// A process dies amid a fold: whoever folds next ends it, and nothing counts twice.
#include "store/folding.hpp"

namespace remora::store {
namespace {

// The stores of a fold, in their order, as far as a process got before it died; then the next process folds.
class InterruptedFold : public Fold {
 protected:
  InterruptedFold() {
    append(0, 0);
    append(1, 1);
    fold();
    append(0, 0);
    append(0, 1);
    append(1, 1);
  }

  void state_intents() {
    for (uint32_t lane = 0; lane < 4; ++lane) {
      LaneHead& head = history().lanes[lane];
      head.intent.store(head.head.load());
    }
  }
  void state_fold() { history().control->fold_intent.store(2); }
  void publish(uint32_t variant, int more) {
    VariantStatistics& s = figures(variant);
    for (int i = 0; i < more; ++i) {
      add_outcome(s, Outcome(agent_, variant, true, kNow), kNow);
    }
    publish_statistics(state_.variant(agent_, variant), s, 2);
  }
  void advance(uint32_t lane) {
    LaneHead& head = history().lanes[lane];
    head.folded.store(head.intent.load());
  }
  void expect_each_once() {
    append(2, 0);
    fold();
    EXPECT_EQ(outcomes(0), 3U);
    EXPECT_EQ(outcomes(1), 3U);
    EXPECT_EQ(figures(0).reward_sum, 3.0);
    EXPECT_EQ(history().control->fold_intent.load(), history().control->fold_sequence.load());
    EXPECT_EQ(fold().folded, 0U);
  }
};

TEST_F(InterruptedFold, BeforeItsIntentWasStated) {
  state_intents();
  expect_each_once();
}

TEST_F(InterruptedFold, BeforeAnyFigureWasWritten) {
  state_intents();
  state_fold();
  expect_each_once();
}

// What it had passed is passed again, and not waited for: its intent lies behind.
TEST_F(InterruptedFold, BehindRecordsThatItHadPassed) {
  const uint64_t left_behind = stop_in_the_middle(0, kDead);
  append(0, 0);
  pad_outcome(history(), 0, left_behind);
  history().outcome(1, history().lanes[1].folded.load()).checksum ^= 1;
  state_intents();
  state_fold();
  const FoldReport report = fold();
  EXPECT_EQ(report.folded, 3U);
  EXPECT_EQ(report.padded, 2U);
  EXPECT_EQ(outcomes(0) + outcomes(1), 5U);
  EXPECT_EQ(fold().folded, 0U);
}

TEST_F(InterruptedFold, InALaneThatOthersHaveFilledSince) {
  state_intents();
  state_fold();
  const uint64_t slots = history().capacities.lane_slots;
  for (uint64_t i = 0; i < slots - 1; ++i) {
    append(0, 1);
  }
  const FoldReport report = fold();
  EXPECT_EQ(report.dropped, 1U) << "one of the two that were stated";
  EXPECT_EQ(report.folded, 2 + slots - 1);
  EXPECT_EQ(history().lanes[0].folded.load(), history().lanes[0].head.load());
}

TEST_F(InterruptedFold, InALaneThatHasGoneRound) {
  const uint64_t slots = history().capacities.lane_slots;
  fold();
  const uint64_t before = outcomes(0);
  for (uint64_t i = 0; i < slots + 10; ++i) {
    append(0, 0);
  }
  state_intents();
  history().control->fold_intent.store(history().control->fold_sequence.load() + 1);
  EXPECT_EQ(fold().folded, slots) << "what is still there";
  EXPECT_EQ(outcomes(0), before + slots);
}

TEST_F(InterruptedFold, BetweenTwoVariants) {
  state_intents();
  state_fold();
  publish(0, 1);
  expect_each_once();
}

TEST_F(InterruptedFold, BetweenTwoLanes) {
  state_intents();
  state_fold();
  publish(0, 1);
  publish(1, 2);
  advance(0);
  expect_each_once();
}

TEST_F(InterruptedFold, BeforeItsEndWasStated) {
  state_intents();
  state_fold();
  publish(0, 1);
  publish(1, 2);
  for (uint32_t lane = 0; lane < 4; ++lane) {
    advance(lane);
  }
  expect_each_once();
}

// Its figures are written, and one of its three outcomes learned.
TEST_F(InterruptedFold, BetweenTwoOutcomesThatItLearned) {
  state_intents();
  history().control->fold_learned.store(1);
  state_fold();
  publish(0, 1);
  publish(1, 2);
  generation_ = &state_.state().generation_in_force();
  EXPECT_EQ(fold().folded, 3U);
  EXPECT_EQ(pooled(0).visits + pooled(1).visits, 2U) << "the others were learned once each";
  EXPECT_EQ(outcomes(0) + outcomes(1), 5U);
}

TEST_F(InterruptedFold, BehindAllOutcomesThatItLearned) {
  state_intents();
  history().control->fold_learned.store(3);
  state_fold();
  publish(0, 1);
  publish(1, 2);
  advance(0);
  generation_ = &state_.state().generation_in_force();
  fold();
  EXPECT_EQ(pooled(0).visits + pooled(1).visits, 0U) << "an outcome was learned twice";
  append(0, 0);
  fold();
  EXPECT_EQ(pooled(0).visits, 1U) << "the next fold begins anew";
}

}  // namespace
}  // namespace remora::store
