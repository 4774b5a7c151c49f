// Records are filled in place, committed by one word, given up when their writer is; and whoever asks for one
// gets that one or none.
#include "store/outcome_lanes.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "support/test_state.hpp"

namespace remora::store {
namespace {

using test::Outcome;

constexpr uint32_t kLane = 1;
constexpr uint32_t kOwner = 3;
constexpr uint64_t kDecision = 4'711;

class OutcomeLane : public testing::Test {
 protected:
  const History& history() const { return state_.history(); }
  uint64_t lap() const { return history().capacities.lane_slots; }
  CommitWord commit(uint64_t position) const {
    return CommitWord::unpack(history().outcome(kLane, position).commit.load());
  }
  void set_commit(uint64_t position, const CommitWord& word) const {
    history().outcome(kLane, position).commit.store(word.pack());
  }
  // Returns where it went.
  uint64_t append(uint64_t decision = 0) {
    Outcome o(0, 0, true, 1);
    o.decision_id = decision;
    append_outcome(history(), kLane, kOwner, 7, o, &slot_.outcome_at);
    return OutcomePlace::unpack(slot_.outcome_at.load()).position;
  }
  ReadOutcome read(uint64_t position, OutcomeRecord* copy) const {
    uint32_t owner = 0;
    return read_outcome(history(), kLane, position, copy, &owner);
  }
  bool announced(uint64_t decision) const {
    OutcomeRecord copy;
    return read_announced(history(), slot_, decision, &copy) && copy.decision_id == decision;
  }

  test::TestState state_;
  LedgerSlot slot_{};
};

TEST_F(OutcomeLane, GivesBackARecordWithItsMetrics) {
  Outcome o(0, 5, true, 99, 0.25F);
  o.metric_count = 2;
  o.metrics[1] = 1.5F;
  append_outcome(history(), kLane, kOwner, 0x123456, o, nullptr);
  OutcomeRecord copy;
  ASSERT_EQ(read(0, &copy), ReadOutcome::kRead);
  EXPECT_EQ(copy.key, o.key);
  EXPECT_EQ(copy.variant, 5U);
  EXPECT_EQ(copy.when_ns, 99);
  EXPECT_EQ(copy.reward, 0.25F);
  EXPECT_EQ(copy.metric_count, 2U);
  EXPECT_EQ(copy.metrics[1], 1.5F);
  EXPECT_EQ(generation_of(copy), 0x123456U);
}

TEST_F(OutcomeLane, FillsNoPlaceThatWasGivenUpMeanwhile) {
  ASSERT_TRUE(pad_outcome(history(), kLane, 0));
  EXPECT_EQ(append(kDecision), 1U);
  EXPECT_EQ(commit(0).state, CommitState::kPadded);
  EXPECT_TRUE(announced(kDecision)) << "its slot names the place that it went to";
}

// To wait until the lane's head has passed such words could take for ever.
TEST_F(OutcomeLane, FillsAPlaceWhoseWordIsAheadOfEveryWriter) {
  for (uint64_t position = 0; position < lap(); ++position) {
    set_commit(position, {CommitState::kCommitted, 0, uint64_t{1} << 34});
  }
  EXPECT_EQ(append(kDecision), 0U);
  EXPECT_TRUE(announced(kDecision));
}

TEST_F(OutcomeLane, GivesUpWhatWasNeverCommittedAndNothingElse) {
  const uint64_t committed = append();
  EXPECT_FALSE(pad_outcome(history(), kLane, committed));
  EXPECT_EQ(commit(committed).state, CommitState::kCommitted);
  set_commit(1, {CommitState::kFilling, kOwner, 1});
  EXPECT_TRUE(pad_outcome(history(), kLane, 1));
  OutcomeRecord copy;
  EXPECT_EQ(read(1, &copy), ReadOutcome::kPadded);
  set_commit(2, {CommitState::kFilling, kOwner, 2 + lap()});
  EXPECT_FALSE(pad_outcome(history(), kLane, 2)) << "a later lap's by now";
  EXPECT_EQ(read(2, &copy), ReadOutcome::kOverwritten);
}

TEST_F(OutcomeLane, GivesUpAPlaceThatStillHoldsTheRecordOfTheLapBefore) {
  const uint64_t before = append();
  EXPECT_TRUE(pad_outcome(history(), kLane, before + lap()));
  OutcomeRecord copy;
  EXPECT_EQ(read(before, &copy), ReadOutcome::kOverwritten);
  EXPECT_EQ(read(before + lap(), &copy), ReadOutcome::kPadded);
}

TEST_F(OutcomeLane, TheRecordThatASlotAnnouncesIsThatOfItsDecisionOrNone) {
  append(kDecision);
  EXPECT_TRUE(announced(kDecision));
  EXPECT_FALSE(announced(kDecision + 1)) << "another decision's";
  const OutcomePlace place = OutcomePlace::unpack(slot_.outcome_at.load());
  slot_.outcome_at.store(OutcomePlace{7, history().capacities.lanes, place.position}.pack());
  EXPECT_FALSE(announced(kDecision)) << "there is no such lane";
  slot_.outcome_at.store(place.pack());
  for (uint64_t i = 0; i < lap(); ++i) {
    Outcome other(0, 0, true, 1);
    append_outcome(history(), kLane, kOwner, 7, other, nullptr);
  }
  EXPECT_FALSE(announced(kDecision)) << "overwritten";
}

TEST_F(OutcomeLane, IsVisitedFromItsNewestRecordOnUntilTheVisitorHasEnough) {
  for (uint64_t decision = 1; decision <= 5; ++decision) {
    append(decision);
  }
  history().outcome(kLane, 3).checksum ^= 1;
  std::vector<uint64_t> seen;
  const auto visited = [&](size_t enough) {
    seen.clear();
    EXPECT_EQ(visit_outcomes(history(),
                             [&](const OutcomeRecord& outcome, uint32_t lane, uint64_t position) {
                               EXPECT_EQ(lane, kLane);
                               EXPECT_EQ(position + 1, outcome.decision_id);
                               seen.push_back(outcome.decision_id);
                               return seen.size() < enough;
                             }),
              1U)
        << "one could not be read";
    return seen;
  };
  EXPECT_EQ(visited(3), (std::vector<uint64_t>{5, 3, 2}));
  EXPECT_EQ(visited(100), (std::vector<uint64_t>{5, 3, 2, 1}));
}

}  // namespace
}  // namespace remora::store
