// Later reports of a decision that has its outcome: each number counts once, whoever dies amid one.
#include <gtest/gtest.h>

#include "engine/record.hpp"
#include "model/deciding.hpp"
#include "model/small_state.hpp"
#include "store/ledger.hpp"
#include "store/outcome_lanes.hpp"
#include "store/q_table.hpp"
#include "store/recovery.hpp"
#include "store/reports.hpp"
#include "store/stripe.hpp"

namespace remora::model {
namespace {

using base::Code;

constexpr Code kNotReported{-1'000};
constexpr float kReward = 0.25F;

class LaterReportModel : public testing::Test {
 protected:
  explicit LaterReportModel(bool reported = true, uint32_t lane_slots = 8)
      : small_({.ledger = 2, .lanes = 1, .lane_slots = lane_slots, .events = 8}) {
    small_.state.add_agent("a", 1);
    active_.profiles.resize(1);
    active_.profiles[0].safety = guard::Thresholds::of({});
    active_.profiles[0].learning.join = learn::Join::kSum;
    active_.profiles[0].learning.reward.success = kReward;
    small_.world.watch(stripes_, sizeof stripes_);
    seat_ = store::Seat(stripes_, 0);
    id_ = decide(small_, seat_, 7);
    EXPECT_TRUE(!reported || report(1, 0) == Code::kOk);
  }

  Code report(uint32_t number, uint32_t owner) {
    base::ThreadContext thread;
    const engine::Call call{small_.history, small_.generation(), seat_, thread, active_, owner};
    remora_outcome outcome{};
    outcome.struct_size = sizeof outcome;
    outcome.flags = number * REMORA_OUTCOME_REPORT;
    outcome.decision_id = id_;
    outcome.success = 1;
    outcome.critical_error = critical_ ? 1 : 0;
    outcome.now_ns = 1'700'000'000'000'000'000;
    base::Problem problem;
    return engine::record({call, &LaterReportModel::alive, this}, outcome, nullptr, problem);
  }
  static bool alive(void* /*context*/, uint32_t owner) { return Explorer::alive(owner); }

  Actor reporter(std::string name, uint32_t actor, uint32_t number) {
    return {std::move(name), [this, actor, number] { codes_[actor] = report(number, actor); }};
  }
  Model model(uint32_t first, uint32_t second) {
    return {"two later reports",
            [this] { codes_.fill(kNotReported); },
            {reporter("first", 0, first), reporter("second", 1, second)},
            [this, first, second] { check(first, second); }};
  }

  uint32_t records_of(uint32_t number) {
    uint32_t found = 0;
    for (uint64_t p = 0; p < small_.history.lanes[0].head.load(); ++p) {
      store::OutcomeRecord record;
      uint32_t ignored = 0;
      found += store::read_outcome(small_.history, 0, p, &record, &ignored) == store::ReadOutcome::kRead &&
                       (record.flags & store::kOutcomeReport) != 0 &&
                       store::ReportMark::of(record).number == number
                   ? 1
                   : 0;
    }
    return found;
  }
  store::QCell cell() {
    const store::Row* row = store::find_row(store::StateKey{0, 7, 0, 0}.pack(), small_.generation());
    return row == nullptr ? store::QCell{} : store::QCell::unpack(row->cells[0].load());
  }
  float joined() const { return store::FloatPair::unpack(small_.history.ledger[0].result.load()).first; }

  void check(uint32_t first, uint32_t second) {
    const bool crashed = !Explorer::alive(0) || !Explorer::alive(1);
    const uint32_t numbers = first == second ? 1 : 2;
    require(first != second || codes_[0] != Code::kOk || codes_[1] != Code::kOk,
            "two were told that they recorded the same report");
    store::reclaim_slots(small_.history, &LaterReportModel::alive, this);
    for (const uint32_t number : {first, second}) {
      const Code again = report(number, 3);
      require(again == Code::kOk || again == Code::kAlreadyRecorded, "after recovery the decision is stuck");
      require(records_of(number) == 1, "a report is not there once");
      require(report(number, 3) == Code::kAlreadyRecorded, "a report counts again");
    }
    require(joined() == kReward * static_cast<float>(1 + numbers),
            "a report is not in the joined reward once");
    require(cell().visits == 1, "a report was counted as an outcome");
    require(cell().q <= joined() && (crashed || cell().q == joined()), "a report was not learned once");
    const auto block = store::BlockWord::unpack(small_.state.variant(0, 0).block.load());
    require(block.count == 1, "the window does not hold the decision once");
    require(!critical_ || block.tolerated, "a critical error that is kept was never judged");
  }
  static void require(bool holds, const char* what) { Explorer::require(holds, what); }

  SmallState small_;
  engine::Active active_;
  store::Stripe stripes_[2];
  store::Seat seat_;
  bool critical_ = false;
  uint64_t id_ = 0;
  std::array<Code, 2> codes_{};
};

TEST_F(LaterReportModel, TwoNumbersCountOnceEach) {
  EXPECT_EQ(explore(small_, model(2, 3), {.crash = true}).violation, "");
  EXPECT_EQ(explore(small_, model(2, 3), {.order = Order::kRelaxed}).violation, "");
}

TEST_F(LaterReportModel, OneNumberReportedByTwoCountsOnce) {
  EXPECT_EQ(explore(small_, model(2, 2), {.crash = true}).violation, "");
  EXPECT_EQ(explore(small_, model(2, 2), {.order = Order::kRelaxed}).violation, "");
}

// The agent's only variant: it is not blocked, but marked.
TEST_F(LaterReportModel, ACriticalErrorIsJudgedWhoeverDies) {
  critical_ = true;
  EXPECT_EQ(explore(small_, model(2, 3), {.crash = true}).violation, "");
}

// Others go round the lane before the dead one is found.
class OverwrittenReportModel : public LaterReportModel {
 protected:
  OverwrittenReportModel() : LaterReportModel(true, 2) {}
};

TEST_F(OverwrittenReportModel, CountsAReportAtMostOnce) {
  const Model lap{"later report while others go round the lane",
                  [this] { codes_.fill(kNotReported); },
                  {reporter("reporter", 0, 2),
                   {"others",
                    [this] {
                      for (int i = 0; i < 2; ++i) {
                        test::Outcome other(0, 0, true, 1);
                        store::append_outcome(small_.history, 0, 1, 1, other, nullptr);
                      }
                    },
                    false}},
                  [this] {
                    store::reclaim_slots(small_.history, &LaterReportModel::alive, this);
                    report(2, 3);
                    require(report(2, 3) == Code::kAlreadyRecorded, "the decision is stuck");
                    require(cell().q <= 2 * kReward, "the report was learned twice");
                    require(joined() <= 2 * kReward, "the report is in the joined reward twice");
                  }};
  EXPECT_EQ(explore(small_, lap, {.crash = true, .preemptions = bound(1)}).violation, "");
}

// The first report of a decision that takes several.
class FirstOfSeveralModel : public LaterReportModel {
 protected:
  FirstOfSeveralModel() : LaterReportModel(false) { critical_ = true; }

  void check_first() {
    require(codes_[0] != Code::kOk || codes_[1] != Code::kOk, "two were told that they recorded the outcome");
    store::reclaim_slots(small_.history, &LaterReportModel::alive, this);
    report(1, 3);
    require(report(1, 3) == Code::kAlreadyRecorded, "the outcome counts again");
    require(cell().visits <= 1, "the outcome was learned twice");
    const Code second = report(2, 3);
    require(second == Code::kOk || second == Code::kAlreadyRecorded, "the decision is stuck");
    require(second == Code::kOk || !Explorer::alive(0) || !Explorer::alive(1),
            "a decision that was recorded in peace takes no second report");
    const auto block = store::BlockWord::unpack(small_.state.variant(0, 0).block.load());
    require(block.count <= 1, "the window holds the decision twice");
    require(block.tolerated, "a critical error that is kept was never judged");
  }
};

TEST_F(FirstOfSeveralModel, CountsOnceAndOpensTheDecisionForMore) {
  const Model model{"two first reports",
                    [this] { codes_.fill(kNotReported); },
                    {reporter("first", 0, 1), reporter("second", 1, 1)},
                    [this] { check_first(); }};
  EXPECT_EQ(explore(small_, model, {.crash = true}).violation, "");
  EXPECT_EQ(explore(small_, model, {.order = Order::kRelaxed}).violation, "");
}

TEST_F(LaterReportModel, BreaksWithoutItsOrder) {
  EXPECT_TRUE(is_found(small_, model(2, 2), {},
                       {"a decision is taken again by whoever asks", Break::kForce, "slot.word",
                        Kind::kCompareExchange, std::memory_order_acquire}));
  EXPECT_TRUE(
      is_found(small_, model(2, 3), {.crash = true},
               {"the report's place is not announced", Break::kSkip, "slot.outcome_at", Kind::kStore}));
}

}  // namespace
}  // namespace remora::model
