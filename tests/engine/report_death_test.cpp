// A process dies amid a later report: its decision goes on, and the report counts once.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "engine/joining_host.hpp"
#include "engine/raw_state.hpp"
#include "store/ledger.hpp"
#include "store/outcome_lanes.hpp"
#include "store/reports.hpp"

namespace remora::test {
namespace {

class DeathAmidAReport : public Join {
 protected:
  static constexpr uint32_t kDead = 200;  // process number that nobody has

  void SetUp() override {
    Host::SetUp();
    join("sum", "", "true");
    id_ = decide(1);
    EXPECT_EQ(tell(report(id_, true, 0.2, 1)), REMORA_OK) << error.text;
    raw_ = open_raw(folder);
  }
  store::LedgerSlot* take() {
    store::LedgerSlot* slot = nullptr;
    EXPECT_EQ(store::take_again(raw_->history(), id_, kDead, &slot), store::Take::kTaken);
    return slot;
  }
  void write(store::LedgerSlot& slot, uint32_t number, uint32_t facts, float joined) {
    store::OutcomeRecord record{};
    record.decision_id = id_;
    record.key = slot.key.load();
    record.variant = 1;
    record.flags =
        facts | store::kOutcomeReport | store::ReportMark{number, store::report_count(slot)}.pack();
    record.when_ns = kStart;
    record.reward = joined;
    store::append_outcome(raw_->history(), 0, kDead, raw_->generation_in_force().number(), record,
                          &slot.outcome_at);
  }

  void go_round() const {
    const store::History& history = raw_->history();
    for (uint32_t lane = 0; lane < history.capacities.lanes; ++lane) {
      for (uint64_t i = 0; i < history.capacities.lane_slots; ++i) {
        store::OutcomeRecord other{};
        store::append_outcome(history, lane, raw_->process_slot(), 1, other, nullptr);
      }
    }
  }

  uint64_t id_ = 0;
  std::unique_ptr<store::State> raw_;
};

TEST_F(DeathAmidAReport, BeforeItsRecordLeavesTheDecisionAsItWas) {
  take();
  ASSERT_EQ(tell(report(id_, true, 0.4, 2)), REMORA_OK) << error.text;
  EXPECT_EQ(verdict(1).window_count, 1U);
  EXPECT_NEAR(belief(1).state_value, 2, 1e-6) << "1.1 + 1.2, clipped";
}

TEST_F(DeathAmidAReport, BehindItsRecordCountsTheReportOnce) {
  write(*take(), 2, store::kOutcomeViolation, 1.5F);
  EXPECT_EQ(tell(report(id_, true, 0.4, 2)), REMORA_E_ALREADY_RECORDED);
  EXPECT_EQ(verdict(1).allowed, 0U) << "a violation acts whoever reported it";
  EXPECT_EQ(verdict(1).window_count, 1U);
  remora_reward reward = sized<remora_reward>();
  ASSERT_EQ(record(report(id_, false, 0.2, 3), &reward), REMORA_OK) << error.text;
  EXPECT_NEAR(reward.target, 1.6, 1e-6) << "goes on from what the dead one's report made";
}

// Others go round the lane before anybody finds the dead process: nobody can tell which report it was.
TEST_F(DeathAmidAReport, WhoseRecordIsGoneClosesTheDecision) {
  write(*take(), 2, 0, 1.5F);
  go_round();
  for (const uint32_t number : {2U, 3U, 0U}) {
    EXPECT_EQ(tell(report(id_, true, 0.4, number)), REMORA_E_ALREADY_RECORDED) << number;
  }
  EXPECT_EQ(verdict(1).window_count, 1U);
}

// The record of the report before is gone as well by then, and says nothing.
TEST_F(DeathAmidAReport, BeforeItsRecordLeavesADecisionOpenHoweverOldItIs) {
  go_round();
  take();
  EXPECT_EQ(tell(report(id_, true, 0.4, 2)), REMORA_OK) << error.text;
}

TEST_F(DeathAmidAReport, IsPutRightByTheNextTick) {
  write(*take(), 2, store::kOutcomeCritical, 1.5F);
  raw_.reset();
  reopen();
  join("sum", "", "true");
  tick();
  EXPECT_EQ(verdict(1).allowed, 0U);
  EXPECT_EQ(tell(report(id_, true, 0.4, 2)), REMORA_E_ALREADY_RECORDED);
  EXPECT_NE(std::string(error.text).find("report number 2"), std::string::npos) << error.text;
}

}  // namespace
}  // namespace remora::test
