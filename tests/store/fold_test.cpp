#include "store/fold.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/heap.hpp"
#include "store/q_table.hpp"
#include "store/recovery.hpp"
#include "store/statistics.hpp"
#include "support/status.hpp"
#include "support/test_state.hpp"

namespace remora::store {
namespace {

using test::is_ok;
using test::Outcome;
using test::TestState;

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kNow = 1'700'000'000 * kSecond;
constexpr uint32_t kDead = 9;  // a process slot whose owner the tests call dead

class Fold : public testing::Test {
 protected:
  Fold() : agent_(state_.add_agent("a", 8)) {}

  const History& history() const { return state_.history(); }

  void append(uint32_t lane, uint32_t variant, bool success = true, float reward = 1.0F, uint32_t facts = 0) {
    Outcome o(agent_, variant, success, kNow, reward);
    o.flags |= facts;
    append_outcome(history(), lane, 1, 1, o, nullptr);
  }

  // Leaves a record as a writer leaves it that is stopped in its middle.
  uint64_t stop_in_the_middle(uint32_t lane, uint32_t owner) {
    const uint64_t position = history().lanes[lane].head.fetch_add(1);
    history().outcome(lane, position).commit.store(CommitWord{CommitState::kFilling, owner, position}.pack());
    return position;
  }

  FoldReport fold(uint64_t limit = 1'000'000, int64_t monotonic_ns = 0) {
    FoldReport report;
    base::Problem problem;
    const auto alive = [](void*, uint32_t owner) { return owner != kDead; };
    EXPECT_TRUE(is_ok(fold_outcomes(history(), generation_, {0.1F}, kNow, monotonic_ns, limit, alive, nullptr,
                                    memory_, &report, problem),
                      problem));
    return report;
  }

  VariantStatistics& figures(uint32_t variant) {
    variant_statistics(state_.variant(agent_, variant), &copy_);
    return copy_;
  }

  uint64_t outcomes(uint32_t variant) { return figures(variant).outcomes; }

  QCell pooled(uint32_t variant) {
    const Generation& generation = state_.state().generation_in_force();
    const Row* row =
        find_row(StateKey{agent_, StateKey::kParentTask, 0, variant / kRowVariants}.pack(), generation);
    return row == nullptr ? QCell{} : QCell::unpack(row->cells[variant % kRowVariants].load());
  }

  TestState state_;
  uint32_t agent_;
  FoldMemory memory_;
  VariantStatistics copy_{};
  const Generation* generation_ = nullptr;
};

TEST_F(Fold, CountsEachOutcomeOnce) {
  for (uint32_t i = 0; i < 40; ++i) {
    append(i % 4, i % 2, i % 4 < 2);
  }
  EXPECT_EQ(fold().folded, 40U);
  EXPECT_EQ(fold().folded, 0U);
  EXPECT_EQ(outcomes(0), 20U);
  EXPECT_EQ(figures(1).successes, 10U);
  append(0, 0);
  EXPECT_EQ(fold().folded, 1U);
  EXPECT_EQ(outcomes(0), 21U);
}

TEST_F(Fold, StopsAtItsLimitAndServesEveryLane) {
  for (uint32_t i = 0; i < 200; ++i) {
    append(i % 4, 0);
  }
  uint64_t total = 0;
  for (int i = 0; i < 4; ++i) {
    total += fold(10).folded;
  }
  EXPECT_EQ(total, 40U);
  for (uint32_t lane = 0; lane < 4; ++lane) {
    EXPECT_EQ(history().lanes[lane].folded.load(), 10U) << "lane " << lane;
  }
  EXPECT_EQ(outcomes(0), 40U);
}

TEST_F(Fold, TakesAnyLimit) {
  append(0, 0);
  append(0, 0);
  EXPECT_EQ(fold(0).folded, 0U);
  EXPECT_EQ(fold(1).folded, 1U);
  EXPECT_EQ(fold(UINT64_MAX).folded, 1U);
}

TEST_F(Fold, SaysHowManyWereOverwrittenBeforeItCame) {
  const uint64_t slots = history().capacities.lane_slots;
  for (uint64_t i = 0; i < slots + 30; ++i) {
    append(2, 0);
  }
  const FoldReport report = fold();
  EXPECT_EQ(report.dropped, 30U);
  EXPECT_EQ(report.folded, slots);
  EXPECT_EQ(history().control->statistics_dropped.load(), 30U);
}

TEST_F(Fold, PassesTheUnfinishedRecordOfADeadProcessAtOnce) {
  append(0, 0);
  stop_in_the_middle(0, kDead);
  append(0, 0);
  const FoldReport report = fold();
  EXPECT_EQ(report.folded, 2U);
  EXPECT_EQ(report.padded, 1U);
}

TEST_F(Fold, WaitsFiveSecondsForALivingWriterAndNotLonger) {
  append(0, 0);
  const uint64_t first = stop_in_the_middle(0, 2);
  stop_in_the_middle(0, 3);
  append(0, 0);
  append(1, 1);
  EXPECT_EQ(fold(100, 50 * kSecond).folded, 2U) << "other lanes go on";
  EXPECT_EQ(fold(100, 54 * kSecond).folded, 0U);
  const FoldReport report = fold(100, 55 * kSecond);
  EXPECT_EQ(report.padded, 2U) << "the second one had waited as long";
  EXPECT_EQ(report.folded, 1U);
  EXPECT_EQ(CommitWord::unpack(history().outcome(0, first).commit.load()).state, CommitState::kPadded);
}

TEST_F(Fold, PassesAPlaceThatWasClaimedAndNeverTouched) {
  history().lanes[0].head.fetch_add(1);
  append(0, 0);
  EXPECT_EQ(fold(100, 10 * kSecond).folded, 0U);
  EXPECT_EQ(fold(100, 15 * kSecond).folded, 1U);
}

TEST_F(Fold, TeachesTheAgentsPooledValues) {
  generation_ = &state_.state().generation_in_force();
  append(0, 7, true, 1.0F);
  append(0, 7, true, 0.5F);
  append(0, 2, true, 0.25F, kOutcomeShadow);
  append(0, 3, true, 1.0F, kOutcomeNoLearning);
  fold();
  EXPECT_EQ(pooled(7).visits, 2U);
  EXPECT_FLOAT_EQ(pooled(7).q, 0.75F);
  EXPECT_EQ(pooled(2).visits, 1U) << "a shadow run teaches too";
  EXPECT_EQ(pooled(3).visits, 0U) << "learning was off";
  EXPECT_EQ(outcomes(3), 1U) << "but it happened";
}

// A restore may come between a report and the fold: what was restored does not hold that experience.
TEST_F(Fold, TeachesOnlyWhatTheGenerationGoesOnFrom) {
  generation_ = &state_.state().generation_in_force();
  const uint32_t here = static_cast<uint32_t>(generation_->number());
  for (const uint32_t recorded_in : {here, here + 1}) {
    Outcome o(agent_, 2, true, kNow);
    append_outcome(history(), 0, 1, recorded_in, o, nullptr);
  }
  EXPECT_EQ(fold().folded, 2U);
  EXPECT_EQ(outcomes(2), 2U) << "both happened";
  EXPECT_EQ(pooled(2).visits, 1U);
}

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

TEST_F(Fold, CountsOnWhenAVariantsFiguresAreYoungerThanTheControlPage) {
  // After a power loss pages may be of different age.
  append(0, 0);
  fold();
  VariantStatistics& s = figures(0);
  publish_statistics(state_.variant(agent_, 0), s, 40);
  append(0, 0);
  fold();
  EXPECT_EQ(outcomes(0), 2U);
}

TEST_F(Fold, RecoversFromPositionsThatCannotBe) {
  append(0, 0);
  history().lanes[0].folded.store(1'000'000);
  fold();
  append(0, 0);
  EXPECT_EQ(fold().folded, 1U);
  history().lanes[0].intent.store(UINT64_MAX);
  history().control->fold_intent.store(history().control->fold_sequence.load() + 1);
  append(0, 0);
  EXPECT_EQ(fold().folded, 1U);
  append(0, 0);
  EXPECT_EQ(fold().folded, 1U);
}

TEST_F(Fold, PassesARecordHalfOfAllPositionsAway) {
  append(0, 0);
  const uint64_t away = (OutcomePlace::kPositionMask + 1) / 2;
  history().outcome(0, 0).commit.store(CommitWord{CommitState::kCommitted, 0, away}.pack());
  append(0, 0);
  EXPECT_EQ(fold(100, 10 * kSecond).folded, 1U);
  EXPECT_EQ(fold(100, 16 * kSecond).folded, 0U);
}

// Before a state with such numbers is in use; what its figures were is lost, not what comes.
TEST_F(Fold, GoesOnFromNumbersThatCannotBe) {
  append(0, 0);
  append(0, 1);
  fold();
  EXPECT_FALSE(repair_fold_numbers(history()));
  ControlPage& control = *history().control;
  const auto expect_to_go_on = [&](const char* what, uint64_t before) {
    EXPECT_TRUE(repair_fold_numbers(history())) << what;
    EXPECT_FALSE(repair_fold_numbers(history())) << what;
    append(0, 0);
    EXPECT_EQ(fold().folded, 1U) << what;
    append(0, 0);
    EXPECT_EQ(fold().folded, 1U) << what;
    EXPECT_EQ(outcomes(0), before + 2) << what;
    EXPECT_EQ(outcomes(1), 1U) << what;
  };
  for (const uint64_t wrong : {UINT64_MAX, UINT64_MAX - 1, (uint64_t{1} << 62) + 1}) {
    uint64_t before = outcomes(0);
    control.fold_intent.store(wrong);
    expect_to_go_on("an intent", before);
    before = outcomes(0);
    control.fold_sequence.store(wrong);
    expect_to_go_on("a sequence", before);
    VariantRecord& variant = state_.variant(agent_, 0);
    VariantStatistics& idle = variant.statistics[variant.statistics[0].tag > variant.statistics[1].tag];
    before = outcomes(0);
    idle.tag.store(wrong);
    expect_to_go_on("a tag", before);
  }
}

TEST_F(Fold, IgnoresOutcomesOfVariantsThatDoNotExist) {
  append(0, 63);
  append(0, 200);
  Outcome stranger(15, 0, true, kNow);
  append_outcome(history(), 0, 1, 1, stranger, nullptr);
  append(0, 0);
  EXPECT_EQ(fold().folded, 4U);
  EXPECT_EQ(outcomes(0), 1U);
}

TEST_F(Fold, IgnoresOutcomesWhoseFiguresAreNone) {
  constexpr float kNone[] = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()};
  for (const float none : kNone) {
    Outcome o(agent_, 0, true, kNow);
    o.reward = none;
    append_outcome(history(), 0, 1, 1, o, nullptr);
    o.reward = 1;
    o.target = -none;
    append_outcome(history(), 0, 1, 1, o, nullptr);
  }
  append(0, 0, true, 0.5F);
  EXPECT_EQ(fold().folded, 5U);
  EXPECT_EQ(outcomes(0), 1U);
  EXPECT_EQ(figures(0).reward_sum, 0.5);
}

// The time of the state goes on where the wall clock was set back: what was reported by the clock of before
// counts for when it came.
TEST_F(Fold, DatesOutcomesByTheTimeOfTheState) {
  constexpr int64_t kAhead = 7'200 * kSecond;
  history().control->ahead_ns.store(static_cast<uint64_t>(kAhead));
  Outcome by_the_wall(agent_, 0, true, kNow - kAhead);
  append_outcome(history(), 0, 1, 1, by_the_wall, nullptr);
  Outcome from_before(agent_, 0, true, kNow - kAhead * 3 / 4);
  append_outcome(history(), 0, 1, 1, from_before, nullptr);
  EXPECT_EQ(fold().folded, 2U);
  EXPECT_EQ(last_hour(figures(0), kNow).count, 1U);
  EXPECT_EQ(last_day(figures(0), kNow).count, 2U);
}

TEST_F(Fold, ChangesNothingWhenThereIsNoMemory) {
  append(0, 0);
  append(0, 1);
  FoldReport report;
  base::Problem problem;
  const auto alive = [](void*, uint32_t) { return true; };
  int64_t count = 0;
  base::Code code = base::Code::kMemory;
  for (; code == base::Code::kMemory; ++count) {
    ASSERT_LT(count, 100);
    EXPECT_EQ(outcomes(0), 0U);
    base::set_allocation_failure_after(count);
    code = fold_outcomes(history(), nullptr, {0.1F}, kNow, 0, 100, alive, nullptr, memory_, &report, problem);
    base::set_allocation_failure_after(-1);
  }
  EXPECT_TRUE(is_ok(code, problem));
  EXPECT_GT(count, 1);
  EXPECT_EQ(outcomes(0), 1U);
  EXPECT_EQ(outcomes(1), 1U);
}

}  // namespace
}  // namespace remora::store
