// A decision's life: claimed and published by route, taken once by record, its outcome written, learned,
// freed; the process that does it may die anywhere, and another takes over.
#include <gtest/gtest.h>

#include "engine/record.hpp"
#include "model/deciding.hpp"
#include "model/small_state.hpp"
#include "store/ledger.hpp"
#include "store/outcome_lanes.hpp"
#include "store/q_table.hpp"
#include "store/recovery.hpp"
#include "store/stripe.hpp"

namespace remora::model {
namespace {

using base::Code;
using store::SlotState;

constexpr Code kNotReported{-1'000};
constexpr uint32_t kDead = 9;  // process number of one that died before the actors began

class RecordModel : public testing::Test {
 protected:
  explicit RecordModel(uint32_t lane_slots = 8)
      : small_({.ledger = 2, .lanes = 1, .lane_slots = lane_slots, .events = 8}) {
    small_.state.add_agent("a", 1);
    active_.profiles.resize(1);
    small_.world.watch(&number_taken_, sizeof number_taken_);
    small_.world.name({"process number", reinterpret_cast<uintptr_t>(&number_taken_), 8, 1, 8});
    small_.world.watch(stripes_, sizeof stripes_);
    seat_ = store::Seat(stripes_, 0);
    id_ = decide(7);
    begin_ = [this] { codes_.fill(kNotReported); };
  }

  uint64_t decide(uint32_t task, uint32_t variant = 0) { return model::decide(small_, seat_, task, variant); }

  Code report(uint64_t id, uint32_t owner) {
    base::ThreadContext thread;
    const engine::Call call{small_.history, small_.generation(), seat_, thread, active_, owner};
    remora_outcome outcome{};
    outcome.struct_size = sizeof outcome;
    outcome.decision_id = id;
    outcome.success = 1;
    outcome.critical_error = critical_ ? 1 : 0;
    outcome.now_ns = 1'700'000'000'000'000'000;
    base::Problem problem;
    return engine::record({call, &RecordModel::alive, this}, outcome, nullptr, problem);
  }
  static bool alive(void* context, uint32_t owner) {
    auto& self = *static_cast<RecordModel*>(context);
    return owner == kDead ? self.number_taken_.load(std::memory_order_acquire) != 0 : Explorer::alive(owner);
  }

  Actor reporter(std::string name, uint32_t actor) {
    return {std::move(name), [this, actor] { codes_[actor] = report(id_, actor); }};
  }

  uint32_t committed(uint64_t id) {
    uint32_t found = 0;
    for (uint64_t p = 0; p < small_.history.lanes[0].head.load(); ++p) {
      store::OutcomeRecord record;
      uint32_t ignored = 0;
      found += store::read_outcome(small_.history, 0, p, &record, &ignored) == store::ReadOutcome::kRead &&
                       record.decision_id == id
                   ? 1
                   : 0;
    }
    return found;
  }
  uint32_t visits(uint32_t task) {
    const store::Row* row = store::find_row(store::StateKey{0, task, 0, 0}.pack(), small_.generation());
    return row == nullptr ? 0 : store::QCell::unpack(row->cells[0].load()).visits;
  }
  uint32_t count(Code code) const {
    return static_cast<uint32_t>(std::count(codes_.begin(), codes_.end(), code));
  }

  // What every report of one decision must come to, when the last has been made again.
  void check(uint32_t actors) {
    bool crashed = false;
    for (uint32_t a = 0; a < actors; ++a) {
      crashed = crashed || !Explorer::alive(a);
    }
    require(committed(id_) <= 1, "the outcome was written twice");
    require(visits(7) <= 1, "the outcome was learned twice");
    require(count(Code::kOk) <= 1, "two were told that they recorded it");
    require(count(Code::kOk) == 0 || committed(id_) == 1, "an acknowledged outcome is lost");
    store::reclaim_slots(small_.history, &RecordModel::alive, this);
    const Code again = report(id_, 3);
    require(again == Code::kAlreadyRecorded || (again == Code::kOk && count(Code::kOk) == 0),
            "after recovery the decision is stuck, or counts again");
    require(committed(id_) == 1, "the outcome is not there once");
    require(visits(7) <= 1 && (crashed || visits(7) == 1), "the outcome was not learned once");
    const auto block = store::BlockWord::unpack(small_.state.variant(0, 0).block.load());
    require(block.count <= 1 && (crashed || block.count == 1), "the window does not hold the outcome once");
    require(!critical_ || block.tolerated, "a critical error that is kept was never judged");
  }

  Model duplicate() {
    return {"two reports of one decision", begin_, {reporter("first", 0), reporter("second", 1)}, [this] {
              check(2);
            }};
  }

  SmallState small_;
  engine::Active active_;
  store::Stripe stripes_[2];
  bool critical_ = false;
  std::atomic<uint64_t> number_taken_{0};
  store::Seat seat_;
  uint64_t id_ = 0;
  std::array<Code, 4> codes_{};
  std::function<void()> begin_;
};

TEST_F(RecordModel, CountsADecisionOnce) {
  EXPECT_EQ(explore(small_, duplicate(), {.crash = true}).violation, "");
  EXPECT_EQ(explore(small_, duplicate(), {.order = Order::kRelaxed}).violation, "");
}

TEST_F(RecordModel, CountsADecisionOnceAmongThree) {
  const Model three{"three reports of one decision",
                    begin_,
                    {reporter("first", 0), reporter("second", 1), reporter("third", 2)},
                    [this] { check(3); }};
  EXPECT_EQ(explore(small_, three, {.crash = true}).violation, "");
}

// The agent's only variant: it is not blocked, but marked.
TEST_F(RecordModel, JudgesACriticalErrorWhoeverDies) {
  critical_ = true;
  active_.profiles[0].safety = guard::Thresholds::of({});
  EXPECT_EQ(explore(small_, duplicate(), {.crash = true}).violation, "");
}

// A ring of two slots: the decision that is reported is being given up for a new one.
TEST_F(RecordModel, TakesNoFieldsOfAnotherDecision) {
  const Model lap{"report while its slot is claimed anew",
                  begin_,
                  {{"router", [this] { decide(8), decide(9); }}, reporter("reporter", 1)},
                  [this] {
                    require(visits(8) == 0 && visits(9) == 0, "an outcome was learned for another decision");
                    require(count(Code::kOk) == committed(id_) || !Explorer::alive(1),
                            "an outcome without its record");
                    require(visits(7) == count(Code::kOk) || !Explorer::alive(1), "not learned once");
                  }};
  EXPECT_EQ(explore(small_, lap, {.crash = true}).violation, "");
  EXPECT_EQ(explore(small_, lap, {.order = Order::kRelaxed}).violation, "");
}

// The same while another only looks, as for the decision before or the next of a task: it sees both words of
// that decision, or that it is gone.
TEST_F(RecordModel, ShowsNoFieldsOfAnotherDecision) {
  bool seen = false;
  store::SlotView view;
  const Model lap{"look while the slot is claimed anew",
                  [&] { seen = false; },
                  {{"router", [this] { decide(8, 1), decide(9, 1); }},
                   {"looker", [&] { seen = store::view_slot(small_.history, id_, &view); }}},
                  [&] {
                    require(!seen || (store::StateKey::unpack(view.key).task_type == 7 && view.variant == 0),
                            "fields of another decision were shown");
                  }};
  EXPECT_EQ(explore(small_, lap, {.order = Order::kRelaxed}).violation, "");
  EXPECT_TRUE(is_found(small_, lap, {.order = Order::kRelaxed},
                       {"the state is told without release",
                        Break::kWeaken,
                        "slot.key",
                        Kind::kStore,
                        std::memory_order_release,
                        std::memory_order_relaxed,
                        {},
                        0}));
}

// Others go round the lane before the dead recorder is found: its record is gone, and was learned or not.
class OverwrittenRecordModel : public RecordModel {
 protected:
  OverwrittenRecordModel() : RecordModel(1) {}
};

TEST_F(OverwrittenRecordModel, LearnsADecisionAtMostOnce) {
  const Model lap{"report while others go round the lane",
                  begin_,
                  {reporter("reporter", 0),
                   {"others",
                    [this] {
                      test::Outcome other(0, 0, true, 1);
                      store::append_outcome(small_.history, 0, 1, 1, other, nullptr);
                    },
                    false}},
                  [this] {
                    store::reclaim_slots(small_.history, &RecordModel::alive, this);
                    report(id_, 3);
                    require(report(id_, 3) == Code::kAlreadyRecorded, "after recovery the decision is stuck");
                    require(visits(7) <= 1, "the outcome was learned twice");
                  }};
  EXPECT_EQ(explore(small_, lap, {.crash = true, .preemptions = bound(1)}).violation, "");
}

TEST_F(RecordModel, PublishesADecisionWithItsFields) {
  SmallState& small = small_;
  // The id is told by whatever way the host has; here by the word that names it, seen without any order.
  const Model model{"route and report",
                    begin_,
                    {{"router", [this] { decide(8); }},
                     {"reporter",
                      [this, &small] {
                        const uint64_t word = small.history.ledger[0].word.load(std::memory_order_relaxed);
                        const auto slot = store::SlotWord::unpack(word);
                        const uint64_t id = store::decision_id(slot.tag, 0);
                        if (slot.state == SlotState::kPending && id != id_) {
                          codes_[1] = report(id, 1);
                        }
                      }}},
                    [this] {
                      require(codes_[1] == kNotReported || codes_[1] == Code::kOk, "refused");
                      require(visits(8) == count(Code::kOk), "fields of the slot's last decision were taken");
                    }};
  EXPECT_EQ(explore(small_, model, {.order = Order::kRelaxed}).violation, "");
  EXPECT_TRUE(is_found(small_, model, {.order = Order::kRelaxed},
                       {"a decision is published without release",
                        Break::kWeaken,
                        "slot.word",
                        Kind::kStore,
                        std::memory_order_release,
                        std::memory_order_relaxed,
                        {},
                        0}));
}

// A process died with the decision in its hands; its number is given to a new one while another process,
// which found the dead one, is about to put the slot back.
TEST_F(RecordModel, KeepsANewProcessApartFromTheDeadOneOfItsNumber) {
  store::LedgerSlot* slot = nullptr;
  ASSERT_EQ(store::take_slot(small_.history, id_, kDead, &slot), store::Take::kTaken);
  const Model model{"a process number is used again",
                    begin_,
                    {{"other", [this] { codes_[0] = report(id_, 0); }},
                     {"newcomer",
                      [this] {
                        // As State::take_process_slot does it.
                        number_taken_.store(1, std::memory_order_release);
                        store::reclaim_slots(
                            small_.history,
                            [](void* self, uint32_t owner) { return owner != kDead && alive(self, owner); },
                            this);
                        codes_[1] = report(id_, kDead);
                      }}},
                    [this] { check(2); }};
  EXPECT_EQ(explore(small_, model, {}).violation, "");
}

TEST_F(RecordModel, BreaksWithoutItsOrder) {
  EXPECT_TRUE(is_found(small_, duplicate(), {},
                       {"a decision is taken by whoever asks", Break::kForce, "slot.word",
                        Kind::kCompareExchange, std::memory_order_acquire}));
  EXPECT_TRUE(
      is_found(small_, duplicate(), {.crash = true},
               {"the outcome's place is not announced", Break::kSkip, "slot.outcome_at", Kind::kStore}));
  EXPECT_TRUE(is_found(small_, duplicate(), {.crash = true},
                       {"it is not marked that judging begins", Break::kSkip, "slot.facts", Kind::kStore}));
}

}  // namespace
}  // namespace remora::model
