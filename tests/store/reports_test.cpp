// Several reports of one decision: each number once, one at a time, and only where more than one was agreed.
#include "store/reports.hpp"

#include <gtest/gtest.h>

#include <array>

#include "support/test_state.hpp"

namespace remora::store {
namespace {

constexpr uint32_t kOwner = 3;

class Reports : public testing::Test {
 protected:
  const History& history() const { return state_.history(); }
  Take take() { return take_again(history(), decision_.id(), kOwner, &slot_); }
  SlotState state() const { return SlotWord::unpack(decision_.slot->word.load()).state; }
  Claim pending() {
    const Claim c = claim_slot(history(), Seat(stripes_.data(), 0), kOwner);
    publish_slot(c, kOwner);
    return c;
  }
  // Takes the first report, as number `number`; 0 = the decision takes no second one.
  void report_first(uint32_t number) {
    ASSERT_EQ(take_slot(history(), decision_.id(), kOwner, &slot_), Take::kTaken);
    if (number != 0) {
      note_report(*slot_, number, 0.5F);
    }
    finish_slot(*slot_, decision_.id(), SlotState::kDone);
  }

  test::TestState state_;
  std::array<Stripe, kStripes> stripes_;
  LedgerSlot* slot_ = nullptr;
  Claim decision_ = pending();
};

TEST_F(Reports, GetTheLowestFreeNumberOrTheOneTheyAskFor) {
  LedgerSlot& slot = *decision_.slot;
  EXPECT_EQ(free_number(slot, 0), 1U);
  EXPECT_EQ(free_number(slot, 3), 3U);
  note_report(slot, 1, 0.5F);
  note_report(slot, 3, 0.5F);
  EXPECT_EQ(free_number(slot, 0), 2U);
  EXPECT_EQ(free_number(slot, 3), 0U);
  EXPECT_EQ(free_number(slot, kMostReports), kMostReports);
  EXPECT_EQ(free_number(slot, kMostReports + 1), 0U) << "there is no such number";
  EXPECT_EQ(report_count(slot), 2U);
}

TEST_F(Reports, ComeToAnEnd) {
  LedgerSlot& slot = *decision_.slot;
  for (uint32_t number = 1; number <= kMostReports; ++number) {
    EXPECT_EQ(free_number(slot, 0), number);
    note_report(slot, number, 0.5F);
  }
  EXPECT_EQ(free_number(slot, 0), 0U);
}

TEST_F(Reports, AreClosedWhateverTheirNumber) {
  close_reports(*decision_.slot);
  EXPECT_EQ(free_number(*decision_.slot, 0), 0U);
  for (uint32_t number = 1; number <= kMostReports; ++number) {
    EXPECT_EQ(free_number(*decision_.slot, number), 0U);
  }
}

TEST_F(Reports, AreTakenOneAtATime) {
  report_first(1);
  ASSERT_EQ(take(), Take::kTaken);
  EXPECT_EQ(slot_, decision_.slot);
  EXPECT_EQ(take(), Take::kBusy);
  finish_report(*decision_.slot);
  EXPECT_EQ(take(), Take::kTaken);
}

TEST_F(Reports, WaitForOneThatADeadProcessLeftUnjudged) {
  report_first(1);
  SlotWord word = SlotWord::unpack(decision_.slot->word.load());
  word.state = SlotState::kWritten;
  decision_.slot->word.store(word.pack());
  EXPECT_EQ(take(), Take::kBusy);
  EXPECT_EQ(state(), SlotState::kWritten);
}

TEST_F(Reports, AreRefusedWhereOneIsAll) {
  EXPECT_EQ(take(), Take::kAlready) << "the first one has not come";
  report_first(0);
  EXPECT_EQ(take(), Take::kAlready);
  EXPECT_EQ(state(), SlotState::kDone);
}

TEST_F(Reports, OfIdsThatWereNeverGivenAreUnknown) {
  report_first(1);
  EXPECT_EQ(take_again(history(), decision_.id() ^ 1, kOwner, &slot_), Take::kUnknown);
  EXPECT_EQ(slot_, nullptr);
  EXPECT_EQ(take(), Take::kTaken);
}

}  // namespace
}  // namespace remora::store
