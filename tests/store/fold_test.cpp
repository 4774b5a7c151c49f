#include "store/fold.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/heap.hpp"
#include "store/folding.hpp"
#include "store/recovery.hpp"

namespace remora::store {
namespace {

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
