#include "guard/safety_check.hpp"

#include <gtest/gtest.h>

#include "guard/guarded_agent.hpp"
#include "guard/operator_actions.hpp"
#include "store/roster.hpp"
#include "store/statistics.hpp"
#include "support/status.hpp"

namespace remora::guard {
namespace {

using test::GuardedAgent;
using test::is_ok;
using test::kHour;
using test::kStart;

Verdict verdict_on(const GuardedAgent& a, uint32_t variant, int64_t now_ns = kStart) {
  Verdict verdict;
  EXPECT_TRUE(check(a.history(), a.agent, variant, a.thresholds, now_ns, &verdict));
  return verdict;
}

TEST(SafetyCheck, AllowsWhatHasTooFewOutcomes) {
  GuardedAgent a(2);
  a.report(1, "---");
  const Verdict v = verdict_on(a, 1);
  EXPECT_TRUE(v.allowed);
  EXPECT_EQ(v.reason, Reason::kTooFew);
  EXPECT_EQ(v.window_count, 3U);
  EXPECT_EQ(v.window_successes, 0U);
}

TEST(SafetyCheck, GivesTheFiguresOfTheWindow) {
  GuardedAgent a(2);
  a.report(1, "----++++++++--");
  const Verdict v = verdict_on(a, 1);
  EXPECT_TRUE(v.allowed);
  EXPECT_EQ(v.reason, Reason::kOk);
  EXPECT_EQ(v.window_count, 10U);
  EXPECT_EQ(v.window_successes, 8U);
  EXPECT_DOUBLE_EQ(v.success_rate, 0.8);
  EXPECT_NEAR(v.interval_low, 0.4902, 1e-4);  // Wilson, 8 of 10 at 95 %
  EXPECT_NEAR(v.interval_high, 0.9433, 1e-4);
  EXPECT_DOUBLE_EQ(v.minimum, 0.5);
  EXPECT_EQ(v.blocked_since_ns, 0);
  EXPECT_EQ(v.probation_ns, 0);
}

TEST(SafetyCheck, DeniesABlockedVariantAndSaysUntilWhen) {
  GuardedAgent a(3);
  a.report(2, "++++++++++");
  a.report(1, "----------");
  const Verdict v = verdict_on(a, 1);
  EXPECT_FALSE(v.allowed);
  EXPECT_EQ(v.reason, Reason::kBelowMinimum);
  EXPECT_EQ(v.safe_variant, 2U);
  EXPECT_EQ(v.blocked_since_ns, kStart);
  EXPECT_EQ(v.probation_ns, kStart + kHour);
}

TEST(SafetyCheck, NamesNoEndForAnOperatorsBlock) {
  GuardedAgent a(2);
  base::Problem problem;
  ASSERT_TRUE(
      is_ok(block(a.history(), a.agent, 1, Reason::kOperator, a.thresholds, kStart, problem), problem));
  const Verdict v = verdict_on(a, 1);
  EXPECT_FALSE(v.allowed);
  EXPECT_EQ(v.reason, Reason::kOperator);
  EXPECT_EQ(v.blocked_since_ns, kStart);
  EXPECT_EQ(v.probation_ns, 0);
}

TEST(SafetyCheck, SaysThatAVariantIsOnProbation) {
  GuardedAgent a(2);
  a.report(1, "----------");
  end_blocks(a.history(), a.thresholds, kStart + kHour);
  const Verdict v = verdict_on(a, 1);
  EXPECT_TRUE(v.allowed);
  EXPECT_EQ(v.reason, Reason::kProbation);
  EXPECT_EQ(v.window_count, 0U);
  EXPECT_EQ(v.blocked_since_ns, 0);
}

TEST(SafetyCheck, AllowsTheLastVariantThoughItFails) {
  GuardedAgent a(1);
  a.report(0, "----------");
  const Verdict v = verdict_on(a, 0);
  EXPECT_TRUE(v.allowed);
  EXPECT_EQ(v.reason, Reason::kBelowMinimum);
  EXPECT_EQ(v.safe_variant, 0U);
}

TEST(SafetyCheck, DeniesARetiredVariant) {
  GuardedAgent a(2);
  base::Problem problem;
  uint32_t variant = 0;
  ASSERT_TRUE(is_ok(
      store::register_variant(a.history(), a.agent, "v1", {0, 0, false, true}, &variant, problem), problem));
  const Verdict v = verdict_on(a, 1);
  EXPECT_FALSE(v.allowed);
  EXPECT_EQ(v.reason, Reason::kRetired);
}

TEST(SafetyCheck, GivesTheFiguresOfHourAndDayAsFolded) {
  GuardedAgent a(2);
  store::VariantStatistics s{};
  store::add_outcome(s, test::Outcome(a.agent, 1, true, kStart), kStart);
  store::add_outcome(s, test::Outcome(a.agent, 1, false, kStart - 3 * kHour), kStart);
  store::publish_statistics(a.state.variant(a.agent, 1), s, 1);
  const Verdict v = verdict_on(a, 1);
  EXPECT_EQ(v.hour_count, 1U);
  EXPECT_EQ(v.hour_successes, 1U);
  EXPECT_EQ(v.day_count, 2U);
  EXPECT_EQ(v.day_successes, 1U);
}

TEST(SafetyCheck, IsSafeForNumbersThatNameNothing) {
  GuardedAgent a(2);
  a.report(1, "++++++++++");
  Verdict v;
  EXPECT_FALSE(check(a.history(), a.agent, 2, a.thresholds, kStart, &v));
  EXPECT_FALSE(v.allowed);
  EXPECT_EQ(v.safe_variant, 0U);
  EXPECT_FALSE(check(a.history(), 12, 0, a.thresholds, kStart, &v));
  EXPECT_FALSE(v.allowed);
}

TEST(SafetyCheck, NamesARunnableSafeVariantWhenTheStoredOneIsBlocked) {
  GuardedAgent a(2);
  base::Problem problem;
  a.report(1, "++++++++++");
  ASSERT_TRUE(
      is_ok(block(a.history(), a.agent, 0, Reason::kOperator, a.thresholds, kStart, problem), problem));
  const store::ChoiceWord stale{0, 0, 2};  // as a process leaves it that dies before it refreshed
  a.state.agent(a.agent).choice.store(stale.pack());
  EXPECT_EQ(verdict_on(a, 0).safe_variant, 1U);
}

}  // namespace
}  // namespace remora::guard
