#include "rollout/transition.hpp"

#include <gtest/gtest.h>

#include "guard/reason.hpp"
#include "rollout/agent_in_rollout.hpp"
#include "rollout/command.hpp"
#include "rollout/plan.hpp"

namespace remora::rollout {
namespace {

using base::Code;
using store::EventKind;
using test::AgentInRollout;
using test::is_ok;
using test::kHour;
using test::kStart;
using test::short_plan;
using test::some;

class Transition : public testing::Test {
 protected:
  Transition() : r_(a_.start(short_plan(a_.agent, 1))) {}

  Code tell(Command what, int64_t now_ns = kStart) {
    return command(a_.history(), r_, what, a_.thresholds, now_ns, problem_);
  }
  uint64_t seen() const { return a_.history().rollouts[r_].state.load(); }
  Mode mode() const { return static_cast<Mode>(a_.word().mode); }

  AgentInRollout a_;
  uint32_t r_;
  base::Problem problem_;
};

TEST_F(Transition, GoesThroughTheStagesToTheEnd) {
  for (const Mode next : {Mode::kShadow, Mode::kCanary, Mode::kFull}) {
    ASSERT_TRUE(is_ok(tell(Command::kAdvance, kStart + kHour), problem_));
    EXPECT_EQ(mode(), next);
    EXPECT_EQ(a_.state_of(r_), State::kRunning);
  }
  ASSERT_TRUE(is_ok(tell(Command::kAdvance), problem_));
  EXPECT_EQ(a_.state_of(r_), State::kComplete);
  EXPECT_EQ(a_.word().share_basis_points, 10'000U);
  EXPECT_EQ(a_.state.events(EventKind::kStageAdvanced).size(), 3U);
  EXPECT_EQ(a_.state.events(EventKind::kRolloutComplete).size(), 1U);
  EXPECT_EQ(tell(Command::kAdvance), Code::kState);
}

TEST_F(Transition, BeginsEachStageWithEmptyArms) {
  a_.baseline(some(5, 5));
  EXPECT_EQ(a_.status(r_).baseline_count, 10U);
  ASSERT_TRUE(is_ok(tell(Command::kAdvance), problem_));
  EXPECT_EQ(a_.status(r_).baseline_count, 0U);
}

TEST_F(Transition, HappensOnceThoughTwoReachedTheSameVerdict) {
  const uint64_t word = seen();
  EXPECT_TRUE(advance(a_.history(), r_, word, Reason::kPassed, {}, kStart));
  EXPECT_FALSE(advance(a_.history(), r_, word, Reason::kPassed, {}, kStart));
  EXPECT_EQ(a_.truth(r_).stage, 1U);
  EXPECT_TRUE(roll_back(a_.history(), r_, Reason::kSuccessDrop, {}, a_.thresholds, kStart));
  EXPECT_FALSE(roll_back(a_.history(), r_, Reason::kSuccessDrop, {}, a_.thresholds, kStart));
  EXPECT_EQ(a_.state.events(EventKind::kRolledBack).size(), 1U);
}

TEST_F(Transition, PausesAndGoesOnWithItsFigures) {
  a_.baseline(some(5, 5));
  ASSERT_TRUE(is_ok(tell(Command::kPause), problem_));
  EXPECT_EQ(a_.state_of(r_), State::kPaused);
  EXPECT_EQ(tell(Command::kPause), Code::kState);
  EXPECT_EQ(tell(Command::kAdvance), Code::kState);
  a_.baseline(some(1, 0));
  ASSERT_TRUE(is_ok(tell(Command::kResume), problem_));
  EXPECT_EQ(tell(Command::kResume), Code::kState);
  EXPECT_EQ(a_.status(r_).baseline_count, 11U);
  EXPECT_EQ(a_.state.events(EventKind::kRolloutPaused).size(), 1U);
  EXPECT_EQ(a_.state.events(EventKind::kRolloutResumed).size(), 1U);
}

TEST_F(Transition, TakesAllTrafficAtARollbackAndKeepsTheVariantOut) {
  tell(Command::kAdvance);
  tell(Command::kAdvance);
  ASSERT_TRUE(is_ok(tell(Command::kRollBack), problem_));
  EXPECT_EQ(a_.state_of(r_), State::kRolledBack);
  EXPECT_EQ(a_.word().share_basis_points, 0U);
  EXPECT_TRUE(a_.state.is_blocked(a_.agent, 1));
  EXPECT_EQ(a_.state.block(a_.agent, 1).reason, static_cast<uint32_t>(guard::Reason::kRolledBack));
  EXPECT_TRUE(a_.state.events(EventKind::kVariantBlocked).empty()) << "one event tells it all";
  for (const Command what : {Command::kAdvance, Command::kPause, Command::kResume, Command::kRollBack}) {
    EXPECT_EQ(tell(what), Code::kState);
  }
}

TEST_F(Transition, RollsBackACompleteRolloutByHand) {
  for (int i = 0; i < 4; ++i) {
    tell(Command::kAdvance);
  }
  ASSERT_EQ(a_.state_of(r_), State::kComplete);
  EXPECT_TRUE(is_ok(tell(Command::kRollBack), problem_));
  EXPECT_EQ(a_.state_of(r_), State::kRolledBack);
}

TEST_F(Transition, ShowsTheFiguresThatARollbackRestedOn) {
  tell(Command::kAdvance);
  tell(Command::kAdvance);
  a_.baseline(some(40, 10));
  a_.treatment(some(10, 40));
  ASSERT_EQ(a_.state_of(r_), State::kRolledBack) << "on its own, by the outcomes";
  const Status s = a_.status(r_);
  EXPECT_EQ(s.reason, Reason::kSuccessDrop);
  EXPECT_EQ(s.baseline_count, 50U);
  EXPECT_EQ(s.baseline_successes, 40U);
  EXPECT_GE(s.treatment_count, a_.rules.settings.rollback_samples);
  EXPECT_LT(s.difference, -0.10);
  const auto events = a_.state.events(EventKind::kRolledBack);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].detail[0], s.treatment_count);
  EXPECT_EQ(events[0].detail[1], s.baseline_count);
  EXPECT_DOUBLE_EQ(events[0].value, s.difference);
}

TEST_F(Transition, ShowsNoFiguresOfAnEarlierStageAfterARollback) {
  a_.baseline(some(40, 10));
  tell(Command::kAdvance);
  tell(Command::kRollBack);
  EXPECT_EQ(a_.status(r_).baseline_count, 0U);
  EXPECT_EQ(a_.status(r_).treatment_count, 0U);
}

TEST_F(Transition, ShowsTheLastStagesFiguresOnceComplete) {
  for (int i = 0; i < 3; ++i) {
    tell(Command::kAdvance);
  }
  a_.treatment(some(9, 1));
  tell(Command::kAdvance);
  ASSERT_EQ(a_.state_of(r_), State::kComplete);
  EXPECT_EQ(a_.status(r_).treatment_count, 10U);
  a_.treatment(some(1, 1));
  EXPECT_EQ(a_.status(r_).treatment_count, 10U) << "a rollout that is over counts no more";
  tell(Command::kRollBack);
  ASSERT_EQ(a_.state_of(r_), State::kRolledBack);
  EXPECT_EQ(a_.status(r_).treatment_count, 10U);
  EXPECT_EQ(a_.status(r_).treatment_successes, 9U);
}

TEST_F(Transition, LeavesAnOlderRolloutToHistory) {
  for (int i = 0; i < 4; ++i) {
    tell(Command::kAdvance);
  }
  const uint32_t later = a_.start(short_plan(a_.agent, 2), "later");
  EXPECT_EQ(tell(Command::kRollBack), Code::kState);
  EXPECT_EQ(a_.word().rollout, later);
}

TEST_F(Transition, ExplainsCommandsThatAreNone) {
  EXPECT_EQ(tell(static_cast<Command>(9)), Code::kInvalid);
  EXPECT_EQ(command(a_.history(), 200, Command::kPause, a_.thresholds, kStart, problem_), Code::kNotFound);
  EXPECT_EQ(command(a_.history(), 5, Command::kPause, a_.thresholds, kStart, problem_), Code::kNotFound);
}

TEST_F(Transition, HoldsTheFullStageAgainstTheCanarysControlArm) {
  tell(Command::kAdvance);
  tell(Command::kAdvance);
  a_.baseline(some(30, 10));
  tell(Command::kAdvance);
  ASSERT_EQ(mode(), Mode::kFull);
  const Status s = a_.status(r_);
  EXPECT_EQ(s.baseline_count, 40U);
  EXPECT_EQ(s.baseline_successes, 30U);
  EXPECT_EQ(s.treatment_count, 0U);
}

TEST_F(Transition, DerivesTheAgentsWordAgainAfterACrash) {
  a_.state.agent(a_.agent).rollout.store(0);
  EXPECT_EQ(reconcile(a_.history()), 1U);
  EXPECT_EQ(a_.word().pack(), derive_word(a_.history().rollouts[r_], r_).pack());
  EXPECT_EQ(reconcile(a_.history()), 0U);
}

TEST_F(Transition, StaysWithinTheRecordWhenTheStageIsDamaged) {
  store::RolloutStateWord damaged = a_.truth(r_);
  damaged.stage = 15;
  damaged.state = 14;
  a_.history().rollouts[r_].state.store(damaged.pack());
  reconcile(a_.history());
  EXPECT_EQ(a_.word().share_basis_points, 0U);
  a_.status(r_);
}

TEST_F(Transition, NoStageEndsBeyondTheLongestWhenItsTimeIsDamaged) {
  a_.history().rollouts[r_].stages[0].minimum_ns = INT64_MAX;
  const Status s = a_.status(r_);
  EXPECT_EQ(s.stage_ends_ns, s.stage_started_ns + kLongestStageNs);
}

}  // namespace
}  // namespace remora::rollout
