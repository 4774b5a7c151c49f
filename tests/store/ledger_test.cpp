// The life of a ledger slot: claimed once, published, taken once, finished; and put back when its owner dies.
#include "store/ledger.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>

#include "store/outcome_lanes.hpp"
#include "store/reports.hpp"
#include "support/test_state.hpp"

namespace remora::store {
namespace {

constexpr uint32_t kOwner = 3;

class Ledger : public testing::Test {
 protected:
  const History& history() const { return state_.history(); }
  Claim claim(uint32_t thread = 0) { return claim_slot(history(), Seat(stripes_.data(), thread), kOwner); }
  Claim pending() {
    const Claim c = claim();
    publish_slot(c, kOwner);
    return c;
  }
  Take take(uint64_t id, uint32_t owner = kOwner) { return take_slot(history(), id, owner, &slot_); }
  SlotState state_of(const Claim& c) const { return SlotWord::unpack(c.slot->word.load()).state; }
  void go_round(uint32_t lane) {
    for (uint64_t i = 0; i < history().capacities.lane_slots; ++i) {
      test::Outcome other(0, 0, true, 1);
      append_outcome(history(), lane, kOwner + 2, 1, other, nullptr);
    }
  }
  bool reclaim(const Claim& c) { return reclaim_slot(history(), c.index, c.slot->word.load()); }

  test::TestState state_;
  std::array<Stripe, kStripes> stripes_;
  LedgerSlot* slot_ = nullptr;
};

TEST_F(Ledger, ADecisionIsTakenOnce) {
  const Claim c = pending();
  EXPECT_EQ(count_pending(history()), 1U);
  EXPECT_EQ(find_slot(history(), c.id()), c.slot);
  ASSERT_EQ(take(c.id()), Take::kTaken);
  EXPECT_EQ(slot_, c.slot);
  EXPECT_EQ(take(c.id()), Take::kBusy) << "it is being recorded";
  EXPECT_EQ(count_pending(history()), 0U);
  finish_slot(*c.slot, c.id(), SlotState::kDone);
  EXPECT_EQ(take(c.id()), Take::kAlready);
}

TEST_F(Ledger, AnAbandonedDecisionCountsAsReported) {
  const Claim c = pending();
  ASSERT_EQ(take(c.id()), Take::kTaken);
  finish_slot(*c.slot, c.id(), SlotState::kAbandoned);
  EXPECT_EQ(take(c.id()), Take::kAlready);
}

TEST_F(Ledger, AnIdIsUnknownBeforeItIsPublished) {
  const Claim c = claim();
  ASSERT_NE(c.slot, nullptr);
  EXPECT_EQ(take(c.id()), Take::kUnknown);
  publish_slot(c, kOwner);
  EXPECT_EQ(take(c.id()), Take::kTaken);
}

TEST_F(Ledger, IdsThatWereNeverGivenAreUnknown) {
  const Claim c = pending();
  const uint64_t beyond = history().capacities.ledger_slots;
  for (const uint64_t id :
       {uint64_t{0}, c.index, decision_id(c.tag ^ 1, c.index), decision_id(c.tag, c.index ^ 1),
        decision_id(c.tag, beyond), decision_id(kTagMask + 1, c.index), UINT64_MAX}) {
    EXPECT_EQ(take(id), Take::kUnknown) << id;
    EXPECT_EQ(find_slot(history(), id), nullptr) << id;
  }
  EXPECT_LT(c.id(), 1ULL << 53) << "a JavaScript number cannot hold it";
  EXPECT_EQ(take(c.id()), Take::kTaken);
}

TEST_F(Ledger, EverySlotIsUsedOncePerLapAndOldDecisionsExpire) {
  const uint64_t slots = history().capacities.ledger_slots;
  const Claim oldest = pending();
  std::set<uint64_t> places{oldest.index};
  std::set<uint64_t> ids{oldest.id()};
  for (uint64_t i = 1; i < slots; ++i) {
    const Claim c = pending();
    ASSERT_NE(c.slot, nullptr);
    EXPECT_FALSE(c.expired);
    EXPECT_TRUE(places.insert(c.index).second) << "slot " << c.index << " was given twice in one lap";
    EXPECT_TRUE(ids.insert(c.id()).second);
  }
  EXPECT_EQ(count_pending(history()), slots);
  const Claim next = pending();
  EXPECT_TRUE(next.expired) << "the oldest decision gave way";
  EXPECT_EQ(next.index, oldest.index);
  EXPECT_NE(next.id(), oldest.id());
  EXPECT_EQ(take(oldest.id()), Take::kUnknown);
  EXPECT_EQ(take(next.id()), Take::kTaken);
}

TEST_F(Ledger, TwoThreadsNeverShareASlot) {
  std::set<uint64_t> places;
  for (uint32_t i = 0; i < 3 * kLedgerBlock; ++i) {
    for (const uint32_t thread : {0U, 1U, kOwnStripes + 5}) {
      EXPECT_TRUE(places.insert(claim(thread).index).second);
    }
  }
}

TEST_F(Ledger, PassesSlotsThatAreInOtherHands) {
  const Claim filling = claim();
  const Claim applying = pending();
  ASSERT_EQ(take(applying.id()), Take::kTaken);
  for (uint64_t i = 2; i < history().capacities.ledger_slots; ++i) {
    pending();
  }
  const Claim next = claim();
  ASSERT_NE(next.slot, nullptr);
  EXPECT_NE(next.index, filling.index);
  EXPECT_NE(next.index, applying.index);
  EXPECT_EQ(state_of(filling), SlotState::kFilling);
  EXPECT_EQ(state_of(applying), SlotState::kApplying);
}

TEST_F(Ledger, GivesNoSlotWhenAllAreInOtherHands) {
  for (uint64_t i = 0; i < history().capacities.ledger_slots; ++i) {
    ASSERT_NE(claim().slot, nullptr);
  }
  EXPECT_EQ(claim().slot, nullptr) << "the decision goes untracked; nothing is overwritten";
}

TEST_F(Ledger, FreesWhatADeadRouteWasFilling) {
  const Claim c = claim();
  EXPECT_TRUE(reclaim(c));
  EXPECT_EQ(state_of(c), SlotState::kFree);
  EXPECT_EQ(take(c.id()), Take::kUnknown);
  EXPECT_FALSE(reclaim(c)) << "there is nothing left to put back";
}

TEST_F(Ledger, LetsADecisionBeReportedAgainWhoseRecorderDiedBeforeTheRecord) {
  const Claim c = pending();
  c.slot->outcome_at.store(0);
  ASSERT_EQ(take(c.id()), Take::kTaken);
  EXPECT_TRUE(reclaim(c));
  EXPECT_EQ(take(c.id(), kOwner + 1), Take::kTaken);
}

TEST_F(Ledger, EndsADecisionWhoseRecorderDiedBehindTheRecord) {
  const Claim c = pending();
  ASSERT_EQ(take(c.id()), Take::kTaken);
  test::Outcome outcome(0, 0, true, 1);
  outcome.decision_id = c.id();
  append_outcome(history(), 1, kOwner, 1, outcome, &c.slot->outcome_at);
  EXPECT_TRUE(reclaim(c));
  EXPECT_EQ(take(c.id()), Take::kBusy) << "an outcome that is in the table may not come twice";
  EXPECT_TRUE(take_written(history(), c.index, kOwner + 1));
  EXPECT_FALSE(take_written(history(), c.index, kOwner + 2)) << "one caller judges it";
  finish_slot(*c.slot, c.id(), SlotState::kDone);
  EXPECT_EQ(take(c.id()), Take::kAlready);
}

TEST_F(Ledger, EndsADecisionWhoseRecordWasOverwrittenBeforeItWasReclaimed) {
  const Claim c = pending();
  ASSERT_EQ(take(c.id()), Take::kTaken);
  test::Outcome outcome(0, 0, true, 1);
  outcome.decision_id = c.id();
  append_outcome(history(), 1, kOwner, 1, outcome, &c.slot->outcome_at);
  go_round(1);
  EXPECT_TRUE(reclaim(c));
  EXPECT_EQ(take(c.id()), Take::kBusy) << "an outcome that may be in the table may not come twice";
}

// Positions of records grow for ever; none of a lane that went round may pass for one that was announced.
TEST_F(Ledger, LetsADecisionBeReportedAgainWhoseRecorderAnnouncedNoRecord) {
  go_round(0);
  const Claim c = pending();
  c.slot->outcome_at.store(OutcomePlace{1, 0, OutcomePlace::kPositionMask}.pack());
  ASSERT_EQ(take(c.id()), Take::kTaken);
  EXPECT_TRUE(reclaim(c));
  EXPECT_EQ(take(c.id(), kOwner + 1), Take::kTaken);
}

TEST_F(Ledger, LetsADecisionBeReportedAgainWhoseRecorderDiedAmidTheRecord) {
  const Claim c = pending();
  ASSERT_EQ(take(c.id()), Take::kTaken);
  const uint64_t position = history().lanes[1].head.fetch_add(1);
  history().outcome(1, position).commit.store(CommitWord{CommitState::kFilling, kOwner, position}.pack());
  c.slot->outcome_at.store(OutcomePlace{1, 1, position}.pack());
  EXPECT_TRUE(reclaim(c));
  EXPECT_EQ(take(c.id(), kOwner + 1), Take::kTaken);
}

// Of the decision that had the slot before, or of no lane at all, as in a damaged file.
TEST_F(Ledger, LetsADecisionBeReportedAgainWhoseSlotNamesAnothersRecord) {
  test::Outcome other(0, 0, true, 1);
  for (const uint32_t lane : {1U, history().capacities.lanes}) {
    const Claim c = pending();
    append_outcome(history(), 1, kOwner, 1, other, &c.slot->outcome_at);
    c.slot->outcome_at.store(OutcomePlace{1, lane, 0}.pack());
    ASSERT_EQ(take(c.id()), Take::kTaken);
    EXPECT_TRUE(reclaim(c));
    EXPECT_EQ(take(c.id(), kOwner + 1), Take::kTaken) << "lane " << lane;
  }
}

TEST_F(Ledger, GivesBackALaterReportWhoseRecorderDiedBeforeItAnnouncedARecord) {
  const Claim c = pending();
  ASSERT_EQ(take(c.id()), Take::kTaken);
  test::Outcome first(0, 0, true, 1);
  first.decision_id = c.id();
  append_outcome(history(), 1, kOwner, 1, first, &c.slot->outcome_at);
  const uint64_t of_the_first = c.slot->outcome_at.load();
  note_report(*c.slot, 1, 1);
  finish_slot(*c.slot, c.id(), SlotState::kDone);
  ASSERT_EQ(take_again(history(), c.id(), kOwner, &slot_), Take::kTaken);
  c.slot->outcome_at.store(of_the_first);  // it had not come to say that there is none yet
  EXPECT_TRUE(reclaim(c));
  EXPECT_EQ(state_of(c), SlotState::kDone);
  EXPECT_EQ(take_again(history(), c.id(), kOwner + 1, &slot_), Take::kTaken);
}

TEST_F(Ledger, ShowsADecisionOnceItsIdWasTold) {
  const Claim c = claim();
  c.slot->key.store(77);
  c.slot->choice.store(SlotChoice{.variant = 5}.pack());
  SlotView view{};
  EXPECT_FALSE(view_slot(history(), c.id(), &view));
  publish_slot(c, kOwner);
  ASSERT_TRUE(view_slot(history(), c.id(), &view));
  EXPECT_EQ(view.key, 77U);
  EXPECT_EQ(view.variant, 5U);
  EXPECT_FALSE(view_slot(history(), c.id() ^ 1, &view));
  const Claim died = claim();
  EXPECT_TRUE(reclaim(died));
  EXPECT_FALSE(view_slot(history(), died.id(), &view));
}

// A thread that was long idle comes back to a block whose slots others have had since.
TEST_F(Ledger, GivesUpABlockThatWasLeftBehindByALap) {
  const Claim before = claim(0);
  const uint64_t lap = history().capacities.ledger_slots / kLedgerBlock;
  for (uint64_t block = 0; block < lap; ++block) {
    for (uint32_t i = 0; i < kLedgerBlock; ++i) {
      publish_slot(claim(1), kOwner);
    }
  }
  const uint64_t head = history().control->ledger_head.load();
  const Claim next = claim(0);
  ASSERT_NE(next.slot, nullptr);
  EXPECT_NE(next.index, before.index + 1);
  EXPECT_EQ(next.index, head % history().capacities.ledger_slots);
}

TEST_F(Ledger, ReclaimsOnlyWhatItLookedAt) {
  const Claim c = claim();
  const uint64_t seen = c.slot->word.load();
  publish_slot(c, kOwner);
  EXPECT_FALSE(reclaim_slot(history(), c.index, seen)) << "its owner lived and went on";
  EXPECT_FALSE(reclaim(c)) << "a pending decision is in nobody's hands";
  EXPECT_EQ(take(c.id()), Take::kTaken);
}

}  // namespace
}  // namespace remora::store
