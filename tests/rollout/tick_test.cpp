#include "rollout/tick.hpp"

#include <gtest/gtest.h>

#include "guard/operator_actions.hpp"
#include "rollout/agent_in_rollout.hpp"
#include "rollout/command.hpp"

namespace remora::rollout {
namespace {

using store::EventKind;
using test::AgentInRollout;
using test::is_ok;
using test::kHour;
using test::kStart;
using test::short_plan;
using test::some;

class Tick : public testing::Test {
 protected:
  Tick() : r_(a_.start(short_plan(a_.agent, 1))) {}

  bool due(int64_t now_ns) { return change_due(a_.history(), a_.rules, now_ns); }
  uint32_t tick(int64_t now_ns) {
    uint32_t changed = 0;
    for (uint32_t r = 0; r < store::name_count(a_.history(), store::Kind::kRollout); ++r) {
      changed += advance_due(a_.history(), r, a_.rules, a_.thresholds, now_ns) ? 1 : 0;
    }
    return changed;
  }
  Mode mode() const { return static_cast<Mode>(a_.word().mode); }

  AgentInRollout a_;
  uint32_t r_;
};

TEST_F(Tick, TakesAWeekLongRolloutToItsEndByTheClockItIsGiven) {
  int64_t now = kStart;
  for (const Mode stage : {Mode::kMonitor, Mode::kShadow, Mode::kCanary, Mode::kFull}) {
    ASSERT_EQ(mode(), stage);
    a_.baseline(some(16, 4));
    if (stage != Mode::kMonitor) {
      a_.treatment(some(17, 3));
    }
    EXPECT_FALSE(due(now + kHour - 1));
    EXPECT_EQ(tick(now + kHour - 1), 0U);
    now += kHour;
    EXPECT_TRUE(due(now));
    EXPECT_EQ(tick(now), 1U);
  }
  EXPECT_EQ(a_.state_of(r_), State::kComplete);
  EXPECT_FALSE(due(now + 1'000 * kHour));
  const auto events = a_.state.events(EventKind::kRolloutComplete);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_NEAR(events[0].value, 0.05, 1e-9);
  EXPECT_EQ(events[0].detail[0], 20U);
  EXPECT_EQ(events[0].reason, static_cast<int32_t>(Reason::kPassed));
}

TEST_F(Tick, HoldsAStageThatIsShortOfOutcomes) {
  a_.baseline(some(9, 0));
  EXPECT_EQ(tick(kStart + 1'000 * kHour), 0U);
  EXPECT_EQ(a_.status(r_, kStart + 1'000 * kHour).reason, Reason::kTooFew);
}

TEST_F(Tick, HoldsAPausedRolloutAndOneThatOnlyOperatorsAdvance) {
  a_.baseline(some(10, 0));
  base::Problem problem;
  ASSERT_TRUE(is_ok(command(a_.history(), r_, Command::kPause, a_.thresholds, kStart, problem), problem));
  EXPECT_FALSE(due(kStart + 2 * kHour));
  EXPECT_EQ(tick(kStart + 2 * kHour), 0U);
  ASSERT_TRUE(is_ok(command(a_.history(), r_, Command::kResume, a_.thresholds, kStart, problem), problem));
  a_.rules.settings.automatic = false;
  EXPECT_EQ(tick(kStart + 2 * kHour), 0U);
  a_.rules.settings.automatic = true;
  EXPECT_EQ(tick(kStart + 2 * kHour), 1U);
}

TEST_F(Tick, RollsBackATreatmentThatWasBlockedMeanwhile) {
  base::Problem problem;
  ASSERT_TRUE(
      is_ok(guard::block(a_.history(), a_.agent, 1, guard::Reason::kOperator, a_.thresholds, kStart, problem),
            problem));
  a_.rules.settings.automatic = false;
  EXPECT_TRUE(due(kStart));
  EXPECT_EQ(tick(kStart), 1U);
  EXPECT_EQ(a_.reason_of(r_), Reason::kBlocked);
}

TEST_F(Tick, DoesNotAdvanceWhenTheClockWasSetBack) {
  a_.baseline(some(10, 0));
  EXPECT_EQ(tick(kStart - 1'000 * kHour), 0U);
}

TEST_F(Tick, ServesEveryAgent) {
  const uint32_t other = a_.state.add_agent("b", 2);
  a_.baseline(some(10, 0));
  const uint32_t second = a_.start(short_plan(other, 1), "b's");
  store::SlotChoice choice = a_.decision(0, store::kDecisionControlArm);
  choice.rollout = second;
  for (uint32_t unit = 0; unit < 10; ++unit) {
    count_outcome(a_.history(), other, {choice, 1, unit}, {true, false, false}, a_.rules, a_.thresholds,
                  kStart);
  }
  EXPECT_EQ(tick(kStart + kHour), 2U);
}

}  // namespace
}  // namespace remora::rollout
