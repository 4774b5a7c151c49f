#include "guard/on_outcome.hpp"

#include <gtest/gtest.h>

#include "guard/guarded_agent.hpp"
#include "guard/operator_actions.hpp"
#include "guard/reason.hpp"

namespace remora::guard {
namespace {

using store::Event;
using store::EventKind;
using store::Severity;
using test::GuardedAgent;
using test::kHour;
using test::kStart;

uint32_t number(Reason reason) { return static_cast<uint32_t>(reason); }

TEST(OnOutcome, BlocksAFailingVariantAndSaysSoOnce) {
  GuardedAgent a(3);
  a.report(1, "+---------", kStart);
  EXPECT_TRUE(a.blocked(1));
  EXPECT_EQ(a.block(1).reason, number(Reason::kBelowMinimum));
  a.report(1, "-----");
  const auto events = a.state.events(EventKind::kVariantBlocked);
  ASSERT_EQ(events.size(), 1U);
  const Event& e = events[0];
  EXPECT_EQ(e.severity, Severity::kWarning);
  EXPECT_EQ(e.agent, store::make_id(store::Kind::kAgent, a.agent));
  EXPECT_EQ(e.variant, 1U);
  EXPECT_EQ(e.reason, 2);
  EXPECT_EQ(e.when_ns, kStart);
  EXPECT_DOUBLE_EQ(e.value, 0.1);
  EXPECT_DOUBLE_EQ(e.threshold, 0.5);
  EXPECT_EQ(e.detail[0], 10U);
  EXPECT_EQ(e.detail[1], 1U);
}

TEST(OnOutcome, LetsAVariantRunUntilItsWindowIsFull) {
  GuardedAgent a(2);
  a.report(1, "---------");
  EXPECT_FALSE(a.blocked(1));
  a.report(1, "-");
  EXPECT_TRUE(a.blocked(1));
}

TEST(OnOutcome, LooksAtTheNewestOutcomesAlone) {
  GuardedAgent a(2);
  a.report(1, std::string(64, '+'));
  EXPECT_EQ(a.block(1).count, 64U);
  a.report(1, "--------");
  EXPECT_FALSE(a.blocked(1));
  a.report(1, "-");
  EXPECT_TRUE(a.blocked(1));
  EXPECT_EQ(a.block(1).count, 64U);
}

TEST(OnOutcome, BlocksUntilTheEndOfTimeWhereHousekeepingsTimeIsBeyondIt) {
  GuardedAgent a(2);
  a.history().control->highest_wall_ns.store(INT64_MAX);
  a.report(1, "----------");
  EXPECT_TRUE(a.blocked(1));
  EXPECT_EQ(a.block(1).since_s, UINT32_MAX) << "a time long past would end the block at once";
}

TEST(OnOutcome, UsesAWholeWordOfHistoryWhenAsked) {
  Settings settings;
  settings.lookback = 64;
  GuardedAgent a(2, settings);
  a.report(1, std::string(23, '+') + std::string(40, '-'));
  EXPECT_FALSE(a.blocked(1));
  a.report(1, "-");
  EXPECT_TRUE(a.blocked(1)) << "23 of 64";
}

TEST(OnOutcome, BlocksAtOnceForACriticalErrorOrAViolation) {
  GuardedAgent a(3);
  a.report(1, OutcomeFacts{true, true, false});
  a.report(2, OutcomeFacts{true, false, true});
  EXPECT_EQ(a.block(1).reason, number(Reason::kCriticalError));
  EXPECT_EQ(a.block(2).reason, number(Reason::kViolation));
  EXPECT_TRUE(a.blocked(1));
  EXPECT_TRUE(a.blocked(2));
  for (const Event& e : a.state.events(EventKind::kVariantBlocked)) {
    EXPECT_EQ(e.severity, Severity::kCritical);
  }
}

TEST(OnOutcome, LeavesThatToTheWindowWhenTold) {
  Settings settings;
  settings.block_on_critical_error = false;
  settings.block_on_safety_violation = false;
  GuardedAgent a(2, settings);
  a.report(1, OutcomeFacts{true, true, true});
  EXPECT_FALSE(a.blocked(1));
}

TEST(OnOutcome, OnlyWatchesWhenSwitchedOff) {
  Settings settings;
  settings.enabled = false;
  GuardedAgent a(2, settings);
  a.report(1, "--------------------");
  a.report(1, OutcomeFacts{false, true, true});
  EXPECT_FALSE(a.blocked(1));
  EXPECT_EQ(a.block(1).count, 21U);
}

TEST(OnOutcome, KeepsTheBaselineWhileNothingElseIsProven) {
  GuardedAgent a(2);
  a.report(1, "+++");
  a.report(0, "----------");
  EXPECT_FALSE(a.blocked(0));
  EXPECT_TRUE(a.block(0).tolerated);
  const auto events = a.state.events(EventKind::kVariantBlocked);
  ASSERT_EQ(events.size(), 1U) << "the operator is told";
  EXPECT_EQ(events[0].severity, Severity::kCritical);
  a.report(0, "-----");
  EXPECT_EQ(a.events(EventKind::kVariantBlocked), 1U) << "once for the trip";
}

TEST(OnOutcome, BlocksTheBaselineOnceAnotherVariantIsProven) {
  GuardedAgent a(2);
  a.report(0, "----------");
  ASSERT_FALSE(a.blocked(0));
  a.report(1, "++++++++++");
  a.report(0, "-");
  EXPECT_TRUE(a.blocked(0));
  EXPECT_EQ(a.safe(), 1U);
}

TEST(OnOutcome, TellsAgainWhenATolerantBaselineFailsAfterRecovering) {
  GuardedAgent a(1);
  a.report(0, "----------");
  a.report(0, "++");
  EXPECT_FALSE(a.block(0).tolerated);
  a.report(0, "----------");
  EXPECT_EQ(a.events(EventKind::kVariantBlocked), 2U);
}

TEST(OnOutcome, NeverBlocksTheLastVariantThatMayRun) {
  GuardedAgent a(3);
  a.report(0, "++++++++++");
  a.report(1, "++++++++++");
  a.report(2, "++++++++++");
  for (const uint32_t v : {0U, 2U, 1U}) {
    a.report(v, OutcomeFacts{false, true, false});
  }
  EXPECT_TRUE(a.blocked(0));
  EXPECT_TRUE(a.blocked(2));
  EXPECT_FALSE(a.blocked(1));
  EXPECT_TRUE(a.block(1).tolerated);
  EXPECT_EQ(a.safe(), 1U);
}

TEST(OnOutcome, EndsProbationAfterAFullWindow) {
  GuardedAgent a(2);
  a.report(1, "----------");
  ASSERT_EQ(end_blocks(a.history(), a.thresholds, kStart + kHour), 1U);
  a.report(1, "-++-++-+-");
  EXPECT_TRUE(a.block(1).probation);
  a.report(1, "+");
  EXPECT_FALSE(a.block(1).probation);
  EXPECT_EQ(a.block(1).reason, 0U);
  EXPECT_EQ(a.block(1).relapses, 0U);
  EXPECT_EQ(a.block(1).count, 10U);
}

TEST(OnOutcome, BlocksAgainAtTheRelapseForTwiceTheTime) {
  GuardedAgent a(2);
  a.report(1, "----------");
  ASSERT_EQ(end_blocks(a.history(), a.thresholds, kStart + kHour), 1U);
  a.report(1, "-----", kStart + kHour);
  EXPECT_FALSE(a.blocked(1));
  a.report(1, "-", kStart + kHour);
  EXPECT_TRUE(a.blocked(1));
  EXPECT_EQ(a.block(1).relapses, 1U);
  EXPECT_EQ(end_blocks(a.history(), a.thresholds, kStart + 2 * kHour), 0U);
  EXPECT_EQ(end_blocks(a.history(), a.thresholds, kStart + 3 * kHour), 1U);
}

TEST(OnOutcome, IgnoresNumbersThatNameNothing) {
  GuardedAgent a(2);
  on_outcome(a.history(), a.agent, 2, {}, a.thresholds, kStart);
  on_outcome(a.history(), a.agent, 64, {}, a.thresholds, kStart);
  on_outcome(a.history(), a.agent, 0xFFFFFFFF, {}, a.thresholds, kStart);
  on_outcome(a.history(), 15, 0, {}, a.thresholds, kStart);
  on_outcome(a.history(), 0xFFFFFFFF, 0, {}, a.thresholds, kStart);
  EXPECT_TRUE(a.state.events().empty());
}

}  // namespace
}  // namespace remora::guard
