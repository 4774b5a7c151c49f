#include "rollout/on_outcome.hpp"

#include <gtest/gtest.h>

#include "guard/on_outcome.hpp"
#include "rollout/agent_in_rollout.hpp"
#include "rollout/command.hpp"

namespace remora::rollout {
namespace {

using store::EventKind;
using test::AgentInRollout;
using test::kStart;
using test::short_plan;
using test::some;

class CountOutcome : public testing::Test {
 protected:
  // A rollout of variant 1 (or of learning) at a stage: 0 monitor, 1 shadow, 2 canary, 3 full.
  uint32_t at_stage(int stage, uint32_t treatment = 1, uint32_t samples = 10) {
    Plan plan = short_plan(a_.agent, treatment);
    for (store::StagePlan& s : plan.stages) {
      s.minimum_samples = samples;
    }
    r_ = a_.start(plan);
    base::Problem problem;
    for (int i = 0; i < stage; ++i) {
      command(a_.history(), r_, Command::kAdvance, a_.thresholds, kStart, problem);
    }
    return r_;
  }
  void expect_arms(uint32_t treatment, uint32_t baseline) {
    const Status s = a_.status(r_);
    EXPECT_EQ(s.treatment_count, treatment);
    EXPECT_EQ(s.baseline_count, baseline);
  }

  AgentInRollout a_;
  uint32_t r_ = 0;
};

TEST_F(CountOutcome, CountsTheCanaryArmsByTheirFlags) {
  at_stage(2);
  a_.treatment("+++-");
  a_.baseline("++");
  const Status s = a_.status(r_);
  EXPECT_EQ(s.treatment_count, 4U);
  EXPECT_EQ(s.treatment_successes, 3U);
  EXPECT_EQ(s.baseline_count, 2U);
  EXPECT_EQ(s.baseline_successes, 2U);
  EXPECT_NEAR(s.difference, -0.25, 1e-9);
}

TEST_F(CountOutcome, CountsNeitherArmForADecisionThatFellBack) {
  at_stage(2);
  for (const uint32_t flag :
       {store::kDecisionSafetyFallback, store::kDecisionMasked, store::kDecisionControlOff}) {
    a_.report(a_.decision(0, store::kDecisionCanary | flag), "+");
    a_.report(a_.decision(0, store::kDecisionControlArm | flag), "+");
  }
  a_.report(a_.decision(2, store::kDecisionCanary), "+");      // in, but another variant ran
  a_.report(a_.decision(1, store::kDecisionControlArm), "+");  // out, but the treatment ran
  expect_arms(0, 0);
}

TEST_F(CountOutcome, CountsShadowRunsForTheTreatment) {
  at_stage(1);
  a_.treatment("+-+");
  a_.baseline("++++");
  expect_arms(3, 4);
}

TEST_F(CountOutcome, CountsMonitoredTrafficForTheBaseline) {
  at_stage(0);
  a_.report(a_.decision(0, store::kDecisionMonitor | store::kDecisionControlArm), "++");
  expect_arms(0, 2);
}

TEST_F(CountOutcome, CountsAllOfAFullStageForTheTreatment) {
  at_stage(3);
  a_.treatment("++");
  a_.report(a_.decision(2, 0), "+");
  EXPECT_EQ(a_.status(r_).treatment_count, 2U);
}

TEST_F(CountOutcome, CountsAgreementOfLearningAndBaselineForBoth) {
  at_stage(1, kLearnedTreatment);
  store::SlotChoice choice = a_.decision(0, store::kDecisionControlArm);
  choice.learned = 0;
  a_.report(choice, "++-");
  expect_arms(3, 3);
  choice.learned = 2;  // learning wanted another one: its shadow run speaks for it
  a_.report(choice, "+");
  expect_arms(3, 4);
}

TEST_F(CountOutcome, TellsWhatASingleUnitBroughtFromWhatOthersDid) {
  at_stage(2);
  const auto shared = [this] {
    const Evidence evidence = view_stage(a_.history(), a_.history().rollouts[r_], kStart).evidence;
    return std::pair{evidence.treatment.trials - evidence.treatment_surplus,
                     evidence.baseline.trials - evidence.baseline_surplus};
  };
  a_.unit = 1'000'000;
  a_.treatment(some(100, 0));
  a_.baseline(some(100, 0));
  EXPECT_EQ(shared(), (std::pair<uint64_t, uint64_t>{1, 1}));
  a_.unit = 0;
  a_.treatment(some(10, 0));
  EXPECT_EQ(shared(), (std::pair<uint64_t, uint64_t>{21, 1}));
  a_.baseline(some(200, 0));
  EXPECT_EQ(shared().second, 300U);
  base::Problem problem;
  ASSERT_TRUE(
      test::is_ok(command(a_.history(), r_, Command::kAdvance, a_.thresholds, kStart, problem), problem));
  a_.treatment("+");
  EXPECT_EQ(shared().first, 1U) << "of this stage alone";
}

TEST_F(CountOutcome, DropsOutcomesDecidedInAnEarlierStage) {
  at_stage(2);
  const store::SlotChoice choice = a_.decision(1, store::kDecisionCanary);
  const uint32_t old_epoch = a_.word().epoch - 1;
  count_outcome(a_.history(), a_.agent, {choice, old_epoch}, {true, false, false}, a_.rules, a_.thresholds,
                kStart);
  expect_arms(0, 0);
}

TEST_F(CountOutcome, NeverCountsBackwards) {
  at_stage(2);
  a_.treatment("+++");
  // A thread that read the state before the last change of stage, and counts only now.
  store::Word& arm = a_.history().rollouts[r_].treatment_outcomes;
  store::ArmWord later = store::ArmWord::unpack(arm.load());
  later.epoch += 1;
  arm.store(later.pack());
  a_.treatment("-");
  EXPECT_EQ(arm.load(), later.pack());
}

TEST_F(CountOutcome, IgnoresDecisionsOutsideARollout) {
  at_stage(2);
  store::SlotChoice choice = a_.decision(1, store::kDecisionCanary);
  choice.rollout = store::SlotChoice::kNoRollout;
  a_.report(choice, "++");
  choice.rollout = 60;
  a_.report(choice, "++");
  choice.rollout = 0;
  count_outcome(a_.history(), a_.agent + 1, {choice, a_.word().epoch}, {}, a_.rules, a_.thresholds, kStart);
  expect_arms(0, 0);
}

TEST_F(CountOutcome, RollsBackAtOnceForACriticalErrorOfTheTreatment) {
  at_stage(2);
  a_.report(a_.decision(0, store::kDecisionControlArm), guard::OutcomeFacts{false, true, true});
  EXPECT_EQ(a_.state_of(r_), State::kRunning) << "the baseline's errors do not speak against the treatment";
  a_.report(a_.decision(1, store::kDecisionCanary), guard::OutcomeFacts{false, true, false});
  EXPECT_EQ(a_.state_of(r_), State::kRolledBack);
  EXPECT_EQ(a_.reason_of(r_), Reason::kCriticalError);
  const auto events = a_.state.events(EventKind::kRolledBack);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].severity, store::Severity::kCritical);
  EXPECT_EQ(events[0].stage, 2U);
}

TEST_F(CountOutcome, RollsBackForALateCriticalErrorOfAnEarlierStage) {
  at_stage(2);
  const store::SlotChoice choice = a_.decision(1, store::kDecisionCanary);
  const uint32_t old_epoch = a_.word().epoch - 1;
  count_outcome(a_.history(), a_.agent, {choice, old_epoch}, {false, false, true}, a_.rules, a_.thresholds,
                kStart);
  EXPECT_EQ(a_.reason_of(r_), Reason::kSafetyViolation);
}

TEST_F(CountOutcome, RollsBackForAShadowRunsCriticalError) {
  at_stage(1);
  store::SlotChoice choice = a_.decision(1, 0);
  choice.shadow = 1;
  a_.report(choice, guard::OutcomeFacts{true, true, false});
  EXPECT_EQ(a_.reason_of(r_), Reason::kCriticalError);
}

TEST_F(CountOutcome, RollsBackWhenTheSafetyCheckBlocksTheTreatment) {
  at_stage(2, 1, 1'000);
  a_.baseline("+");
  for (int i = 0; i < 10; ++i) {
    guard::on_outcome(a_.history(), a_.agent, 1, {false, false, false}, a_.thresholds, kStart);
  }
  ASSERT_TRUE(a_.state.is_blocked(a_.agent, 1));
  a_.treatment("-");
  EXPECT_EQ(a_.reason_of(r_), Reason::kBlocked);
}

TEST_F(CountOutcome, RollsBackAtTheOutcomeThatShowsTheDrop) {
  at_stage(2, 1, 100);
  a_.baseline(some(88, 12));
  a_.treatment(some(77, 22));
  EXPECT_EQ(a_.state_of(r_), State::kRunning) << "99 of 100: the interval still holds 0";
  a_.treatment("-");
  EXPECT_EQ(a_.reason_of(r_), Reason::kSuccessDrop);
  const auto events = a_.state.events(EventKind::kRolledBack);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_NEAR(events[0].value, -0.11, 1e-9);
  EXPECT_NEAR(events[0].threshold, -0.10, 1e-9);
  EXPECT_EQ(events[0].detail[0], 100U);
  EXPECT_EQ(events[0].detail[1], 100U);
}

TEST_F(CountOutcome, RollsBackWhilePausedToo) {
  at_stage(2);
  base::Problem problem;
  command(a_.history(), r_, Command::kPause, a_.thresholds, kStart, problem);
  a_.report(a_.decision(1, store::kDecisionCanary), guard::OutcomeFacts{false, true, false});
  EXPECT_EQ(a_.state_of(r_), State::kRolledBack);
}

TEST_F(CountOutcome, LeavesACompleteRolloutToTheGuard) {
  at_stage(4);
  ASSERT_EQ(a_.state_of(r_), State::kComplete);
  a_.report(a_.decision(1, 0), guard::OutcomeFacts{false, true, false});
  EXPECT_EQ(a_.state_of(r_), State::kComplete);
}

}  // namespace
}  // namespace remora::rollout
