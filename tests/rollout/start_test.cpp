#include "rollout/start.hpp"

#include <gtest/gtest.h>

#include "guard/operator_actions.hpp"
#include "rollout/agent_in_rollout.hpp"
#include "rollout/command.hpp"
#include "rollout/tick.hpp"
#include "rollout/transition.hpp"

namespace remora::rollout {
namespace {

using base::Code;
using store::EventKind;
using test::AgentInRollout;
using test::is_ok;
using test::kHour;
using test::kStart;
using test::short_plan;

class Start : public testing::Test {
 protected:
  Code start_named(std::string_view name, const Plan& plan) {
    uint32_t rollout = 0;
    return start(a_.history(), name, plan, a_.rules.settings, a_.thresholds, kStart, &rollout, problem_);
  }

  AgentInRollout a_;
  base::Problem problem_;
};

TEST_F(Start, BeginsAtTheFirstStage) {
  const uint32_t r = a_.start(short_plan(a_.agent, 1));
  EXPECT_EQ(a_.state_of(r), State::kRunning);
  EXPECT_EQ(a_.word().mode, static_cast<uint32_t>(Mode::kMonitor));
  EXPECT_EQ(a_.word().share_basis_points, 0U);
  EXPECT_EQ(a_.word().treatment, 1U);
  const Status s = a_.status(r);
  EXPECT_EQ(s.started_ns, kStart);
  EXPECT_EQ(s.stage_count, 4U);
  EXPECT_EQ(s.stage_ends_ns, kStart + kHour);
  EXPECT_EQ(s.samples_needed, 10U);
  EXPECT_EQ(s.reason, Reason::kTooEarly);
  const auto events = a_.state.events(EventKind::kRolloutStarted);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].rollout, store::make_id(store::Kind::kRollout, r));
  EXPECT_EQ(events[0].variant, 1U);
}

TEST_F(Start, PutsLearningItselfOnTrial) {
  const uint32_t r = a_.start(short_plan(a_.agent, kLearnedTreatment));
  EXPECT_EQ(a_.word().treatment, store::RolloutWord::kLearned);
  EXPECT_EQ(a_.status(r).treatment, kLearnedTreatment);
  EXPECT_EQ(a_.state.events()[0].variant, 0xFFFFFFFFU);
}

TEST_F(Start, LeavesNoNameBehindWhenThePlanIsRefused) {
  Plan plan = short_plan(a_.agent, 1);
  plan.stages[1].mode = 9;
  EXPECT_EQ(start_named("r", plan), Code::kInvalid);
  EXPECT_EQ(start_named("r", short_plan(a_.agent, 7)), Code::kNotFound);
  EXPECT_EQ(start_named("r", short_plan(12, 1)), Code::kNotFound);
  EXPECT_EQ(start_named("r", short_plan(a_.agent, 0)), Code::kState) << "the baseline is no treatment";
  EXPECT_TRUE(is_ok(start_named("r", short_plan(a_.agent, 1)), problem_));
}

TEST_F(Start, RunsOneAtATimeForAnAgent) {
  const uint32_t r = a_.start(short_plan(a_.agent, 1));
  EXPECT_EQ(start_named("second", short_plan(a_.agent, 2)), Code::kState);
  EXPECT_NE(std::string(problem_.text()).find("\"r\""), std::string::npos) << problem_.text();
  ASSERT_TRUE(is_ok(command(a_.history(), r, Command::kPause, a_.thresholds, kStart, problem_), problem_));
  EXPECT_EQ(start_named("second", short_plan(a_.agent, 2)), Code::kState);
  const uint32_t other = a_.state.add_agent("b", 2);
  EXPECT_TRUE(is_ok(start_named("b's", short_plan(other, 1)), problem_));
}

TEST_F(Start, TakesANameOnce) {
  const uint32_t r = a_.start(short_plan(a_.agent, 1));
  ASSERT_TRUE(roll_back(a_.history(), r, Reason::kOperator, {}, a_.thresholds, kStart));
  EXPECT_EQ(start_named("r", short_plan(a_.agent, 2)), Code::kExists);
  EXPECT_TRUE(is_ok(start_named("r2", short_plan(a_.agent, 2)), problem_));
}

// A process that dies between name and record leaves the name; a host that interned it before does the same.
TEST_F(Start, TakesANameThatWasLeftWithoutARollout) {
  uint32_t left = 0;
  ASSERT_TRUE(is_ok(store::add_name(a_.history(), store::Kind::kRollout, "r", &left, problem_), problem_));
  const uint32_t r = a_.start(short_plan(a_.agent, 1));
  EXPECT_EQ(r, left) << "the name was lost, or doubled";
  EXPECT_EQ(a_.word().rollout, r);
  EXPECT_EQ(a_.state_of(r), State::kRunning);
  EXPECT_EQ(store::name_count(a_.history(), store::Kind::kRollout), 1U);
  EXPECT_EQ(a_.state.events(EventKind::kRolloutStarted).size(), 1U);
}

// Rollouts of an agent are told apart by age through their numbers.
TEST_F(Start, RefusesALeftNameThatIsOlderThanTheAgentsLastRollout) {
  uint32_t left = 0;
  ASSERT_TRUE(is_ok(store::add_name(a_.history(), store::Kind::kRollout, "r", &left, problem_), problem_));
  const uint32_t later = a_.start(short_plan(a_.agent, 1), "later");
  ASSERT_TRUE(roll_back(a_.history(), later, Reason::kOperator, {}, a_.thresholds, kStart));
  EXPECT_EQ(start_named("r", short_plan(a_.agent, 2)), Code::kExists);
  EXPECT_EQ(a_.word().rollout, later);
  const uint32_t other = a_.state.add_agent("b", 2);
  EXPECT_TRUE(is_ok(start_named("r", short_plan(other, 1)), problem_)) << "it is new to the other agent";
}

TEST_F(Start, TriesARolledBackVariantAnew) {
  const uint32_t r = a_.start(short_plan(a_.agent, 1));
  ASSERT_TRUE(roll_back(a_.history(), r, Reason::kOperator, {}, a_.thresholds, kStart));
  ASSERT_TRUE(a_.state.is_blocked(a_.agent, 1));
  a_.start(short_plan(a_.agent, 1), "again");
  EXPECT_FALSE(a_.state.is_blocked(a_.agent, 1));
}

// As a process leaves it that dies before the last step of a start: the next tick does that.
TEST_F(Start, LetsATreatmentInThatADeadProcessPardoned) {
  a_.start(short_plan(a_.agent, 1));
  base::Problem problem;
  ASSERT_TRUE(is_ok(
      guard::block(a_.history(), a_.agent, 1, guard::Reason::kRolledBack, a_.thresholds, kStart, problem),
      problem));
  guard::pardon(a_.history(), a_.agent, 1);
  EXPECT_TRUE(a_.state.is_blocked(a_.agent, 1));
  EXPECT_FALSE(change_due(a_.history(), a_.rules, kStart)) << "it speaks against the rollout that lifts it";
  reconcile(a_.history());
  EXPECT_FALSE(a_.state.is_blocked(a_.agent, 1));
}

TEST_F(Start, RefusesAVariantThatTheSafetyCheckKeepsOut) {
  ASSERT_TRUE(is_ok(
      guard::block(a_.history(), a_.agent, 1, guard::Reason::kOperator, a_.thresholds, kStart, problem_),
      problem_));
  EXPECT_EQ(start_named("r", short_plan(a_.agent, 1)), Code::kState);
  EXPECT_TRUE(a_.state.is_blocked(a_.agent, 1));
}

TEST_F(Start, SaysWhenAllPlacesAreUsed) {
  for (uint32_t i = 0; i < a_.history().capacities.rollouts; ++i) {
    const uint32_t r = a_.start(short_plan(a_.agent, kLearnedTreatment), "r" + std::to_string(i));
    ASSERT_EQ(r, i);
    ASSERT_TRUE(roll_back(a_.history(), r, Reason::kOperator, {}, a_.thresholds, kStart));
  }
  EXPECT_EQ(start_named("one more", short_plan(a_.agent, 1)), Code::kFull);
}

}  // namespace
}  // namespace remora::rollout
