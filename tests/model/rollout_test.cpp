// A change of stage: two tickers that reached a verdict, and a record that rolls back at once. One of them
// makes each change, and the agent's word ends up saying what the rollout's record says.
#include <gtest/gtest.h>

#include "guard/operator_actions.hpp"
#include "guard/thresholds.hpp"
#include "model/small_state.hpp"
#include "rollout/agent_word.hpp"
#include "rollout/rules.hpp"
#include "rollout/start.hpp"
#include "rollout/tick.hpp"
#include "rollout/transition.hpp"
#include "store/event_ring.hpp"
#include "store/names.hpp"

namespace remora::model {
namespace {

using rollout::Reason;
using rollout::State;
using store::RolloutStateWord;

constexpr int64_t kNow = 1'700'000'000LL * 1'000'000'000;

class RolloutModel : public testing::Test {
 protected:
  RolloutModel() : small_({.events = 8}), thresholds_(guard::Thresholds::of({})) {
    agent_ = small_.state.add_agent("a", 2);
    rollout::Plan plan;
    plan.agent = agent_;
    plan.treatment = 1;
    plan.stage_count = 3;
    for (store::StagePlan& stage : plan.stages) {
      stage = {static_cast<uint32_t>(rollout::Mode::kCanary), 1'000, 10, 0, 0, 0.05, 0.10, {}};
    }
    base::Problem problem;
    const rollout::Rules rules = rollout::Rules::of({});
    EXPECT_TRUE(base::ok(
        rollout::start(small_.history, "r", plan, rules.settings, thresholds_, kNow, &rollout_, problem)))
        << problem.text();
    events_before_ = store::last_event(small_.history);
    begin_ = [this] { advanced_ = rolled_back_ = 0; };
  }

  Actor ticker(std::string name) {
    return {std::move(name), [this] {
              const uint64_t seen = record().state.load(std::memory_order_acquire);
              if (static_cast<State>(RolloutStateWord::unpack(seen).state) == State::kRunning) {
                advanced_ +=
                    rollout::advance(small_.history, rollout_, seen, Reason::kPassed, {}, kNow) ? 1 : 0;
              }
            }};
  }
  Actor recorder() {
    return {"recorder", [this] {
              rolled_back_ +=
                  rollout::roll_back(small_.history, rollout_, Reason::kCriticalError, {}, thresholds_, kNow)
                      ? 1
                      : 0;
            }};
  }
  store::RolloutRecord& record() { return small_.history.rollouts[rollout_]; }

  void check(size_t actors, bool rolls_back) {
    bool crashed = false;
    for (uint32_t a = 0; a < actors; ++a) {
      crashed = crashed || !Explorer::alive(a);
    }
    const uint32_t wrong = rollout::reconcile(small_.history);
    require(crashed || wrong == 0, "the agent's word does not say what the record says");
    const auto state = RolloutStateWord::unpack(record().state.load());
    const auto word = store::RolloutWord::unpack(small_.history.agents[agent_].rollout.load());
    require(word.epoch == state.epoch && word.state == state.state && word.stage == state.stage,
            "reconciling left the agent's word wrong");
    require(rolled_back_ <= 1, "two made one change");
    require(crashed || state.epoch == 1 + advanced_ + rolled_back_, "an epoch for each change");
    require(crashed || state.stage == advanced_, "a stage was skipped");
    require(crashed || store::last_event(small_.history) - events_before_ == advanced_ + rolled_back_,
            "an event for each change");
    if (rolls_back && !crashed) {
      require(static_cast<State>(state.state) == State::kRolledBack && rolled_back_ == 1, "still running");
      require((small_.history.agents[agent_].blocked.load() >> 1 & 1) != 0, "the treatment may still run");
    }
  }

  Model stage_change() {
    return {
        "stage change", begin_, {ticker("first"), ticker("second"), recorder()}, [this] { check(3, true); }};
  }
  Model pair() {
    return {"stage change, two actors", begin_, {ticker("ticker"), recorder()}, [this] { check(2, true); }};
  }

  SmallState small_;
  guard::Thresholds thresholds_;
  uint32_t agent_ = 0, rollout_ = 0;
  uint64_t events_before_ = 0;
  uint32_t advanced_ = 0, rolled_back_ = 0;
  std::function<void()> begin_;
};

TEST_F(RolloutModel, MakesEachChangeOnce) {
  EXPECT_EQ(explore(small_, pair(), {.crash = true}).violation, "");
  EXPECT_EQ(explore(small_, stage_change(), {.crash = true, .preemptions = bound(1)}).violation, "");
  EXPECT_EQ(
      explore(small_, pair(), {.order = Order::kRelaxed, .preemptions = bound(2), .stale_loads = bound(1)})
          .violation,
      "");
}

// A variant that was rolled back is tried anew, while others tick and record.
class RestartModel : public testing::Test {
 protected:
  RestartModel() : small_({.events = 8}), thresholds_(guard::Thresholds::of({})) {
    agent_ = small_.state.add_agent("a", 2);
    EXPECT_TRUE(start("first"));
    EXPECT_TRUE(rollout::roll_back(small_.history, 0, Reason::kCriticalError, {}, thresholds_, kNow));
    base::Problem problem;
    uint32_t name = 0;
    EXPECT_TRUE(base::ok(store::add_name(small_.history, store::Kind::kRollout, "second", &name, problem)));
  }

  bool start(const char* name) {
    rollout::Plan plan;
    plan.agent = agent_;
    plan.treatment = 1;
    plan.stage_count = 1;
    plan.stages[0] = {static_cast<uint32_t>(rollout::Mode::kCanary), 1'000, 10, 0, 0, 0.05, 0.10, {}};
    base::Problem problem;
    uint32_t rollout = 0;
    return base::ok(
        rollout::start(small_.history, name, plan, rules_.settings, thresholds_, kNow, &rollout, problem));
  }
  Actor starter() {
    return {"starter", [this] { start("second"); }};
  }
  Actor ticker() {
    return {"ticker", [this] {
              rollout::reconcile(small_.history);
              rollout::advance_due(small_.history, 1, rules_, thresholds_, kNow);
            }};
  }
  // What any outcome of the treatment may find a reason for, once there is a rollout to find.
  Actor recorder() {
    return {"recorder",
            [this] { rollout::roll_back(small_.history, 1, Reason::kCriticalError, {}, thresholds_, kNow); }};
  }

  void check(bool may_roll_back) {
    const bool crashed = !Explorer::alive(0) || !Explorer::alive(1);
    rollout::reconcile(small_.history);
    guard::reconcile(small_.history);
    const store::RolloutRecord* record = rollout::find_rollout(small_.history, 1);
    require(crashed || record != nullptr, "the rollout was not started");
    const bool running =
        record != nullptr &&
        static_cast<State>(RolloutStateWord::unpack(record->state.load()).state) == State::kRunning;
    require(running || record == nullptr || may_roll_back, "a tick rolled it back for the block it lifts");
    const bool kept_out = (small_.history.agents[agent_].blocked.load() >> 1 & 1) != 0;
    require(!running || !kept_out || (crashed && may_roll_back),
            "the rollout runs, and its treatment may not");
    require(running || kept_out, "let in without a rollout that runs");
  }

  SmallState small_;
  guard::Thresholds thresholds_;
  rollout::Rules rules_ = rollout::Rules::of({});
  uint32_t agent_ = 0;
};

TEST_F(RestartModel, IsNotRolledBackForTheBlockThatItLifts) {
  const Model model{"restart and tick", [] {}, {starter(), ticker()}, [this] { check(false); }};
  EXPECT_EQ(explore(small_, model, {.crash = true, .preemptions = bound(2)}).violation, "");
}

TEST_F(RestartModel, LetsNoVariantInThatIsRolledBackMeanwhile) {
  const Model model{"restart and rollback", [] {}, {starter(), recorder()}, [this] { check(true); }};
  EXPECT_EQ(explore(small_, model, {.crash = true, .preemptions = bound(2)}).violation, "");
}

TEST_F(RolloutModel, BreaksWithoutItsOrder) {
  const Options some{.preemptions = bound(2)};
  EXPECT_TRUE(is_found(small_, pair(), some,
                       {"a state is stored, not exchanged", Break::kForce, "rollout.state",
                        Kind::kCompareExchange, std::memory_order_acq_rel}));
  EXPECT_TRUE(is_found(small_, pair(), some,
                       {"no second look at the record", Break::kPass, "rollout.state", Kind::kLoad,
                        std::memory_order_acquire}));
}

}  // namespace
}  // namespace remora::model
