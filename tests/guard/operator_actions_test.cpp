#include "guard/operator_actions.hpp"

#include <gtest/gtest.h>

#include "guard/guarded_agent.hpp"
#include "store/roster.hpp"
#include "support/status.hpp"

namespace remora::guard {
namespace {

using base::Code;
using store::EventKind;
using test::GuardedAgent;
using test::is_ok;
using test::kHour;
using test::kSecond;
using test::kStart;

class OperatorActions : public testing::Test {
 protected:
  Code block_by(uint32_t variant, Reason reason = Reason::kOperator) {
    return block(a_.history(), a_.agent, variant, reason, a_.thresholds, kStart, problem_);
  }
  Code let_in(uint32_t variant) {
    return unblock(a_.history(), a_.agent, variant, a_.thresholds, kStart, problem_);
  }
  uint32_t end_at(int64_t now_ns) { return end_blocks(a_.history(), a_.thresholds, now_ns); }

  GuardedAgent a_{3};
  base::Problem problem_;
};

TEST_F(OperatorActions, KeepAVariantOutUntilLetBackIn) {
  a_.report(1, "++++++++++");
  EXPECT_TRUE(is_ok(block_by(1), problem_));
  EXPECT_TRUE(a_.blocked(1));
  EXPECT_EQ(end_at(kStart + 1'000 * kHour), 0U) << "an operator's block does not end by itself";
  EXPECT_TRUE(is_ok(let_in(1), problem_));
  EXPECT_FALSE(a_.blocked(1));
  EXPECT_EQ(a_.block(1).count, 0U) << "with an empty window";
  EXPECT_EQ(a_.events(EventKind::kVariantBlocked), 1U);
  EXPECT_EQ(a_.events(EventKind::kVariantUnblocked), 1U);
}

TEST_F(OperatorActions, ForgetOldFailuresWhenLettingIn) {
  a_.report(1, "----------");
  EXPECT_TRUE(is_ok(let_in(1), problem_));
  a_.report(1, "---------");
  EXPECT_FALSE(a_.blocked(1));
  a_.report(1, "-");
  EXPECT_TRUE(a_.blocked(1));
}

TEST_F(OperatorActions, RefuseToLeaveNothing) {
  EXPECT_TRUE(is_ok(block_by(1), problem_));
  EXPECT_TRUE(is_ok(block_by(0), problem_));
  EXPECT_EQ(block_by(2), Code::kState);
  EXPECT_FALSE(a_.blocked(2));
  EXPECT_EQ(a_.safe(), 2U);
}

TEST_F(OperatorActions, SayWhichVariantIsMissing) {
  EXPECT_EQ(block_by(9), Code::kNotFound);
  EXPECT_NE(std::string(problem_.text()).find("variant 9"), std::string::npos);
  EXPECT_EQ(let_in(9), Code::kNotFound);
}

TEST_F(OperatorActions, TellOnceOfABlockAskedTwice) {
  EXPECT_TRUE(is_ok(block_by(1), problem_));
  EXPECT_TRUE(is_ok(block_by(1), problem_));
  EXPECT_TRUE(is_ok(let_in(2), problem_));
  EXPECT_EQ(a_.state.events().size(), 1U);
}

TEST_F(OperatorActions, MakeATimedBlockLastUntilLetBackIn) {
  a_.report(1, "----------");
  EXPECT_TRUE(is_ok(block_by(1), problem_));
  EXPECT_EQ(end_at(kStart + 100 * kHour), 0U);
}

TEST_F(OperatorActions, LeaveAnOperatorsBlockAnOperatorsWhenARolloutIsRolledBack) {
  EXPECT_TRUE(is_ok(block_by(1), problem_));
  EXPECT_TRUE(is_ok(block_by(1, Reason::kRolledBack), problem_));
  EXPECT_EQ(a_.block(1).reason, static_cast<uint32_t>(Reason::kOperator));
}

TEST_F(OperatorActions, LetInOnProbationWhenTheTimeIsOver) {
  a_.report(1, "----------");
  EXPECT_EQ(end_at(kStart + kHour - kSecond), 0U);
  EXPECT_TRUE(a_.blocked(1));
  EXPECT_EQ(end_at(kStart + kHour), 1U);
  EXPECT_FALSE(a_.blocked(1));
  EXPECT_TRUE(a_.block(1).probation);
  EXPECT_EQ(a_.block(1).count, 0U);
  EXPECT_EQ(end_at(kStart + kHour), 0U);
  const auto events = a_.state.events(EventKind::kVariantUnblocked);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].reason, static_cast<int32_t>(Reason::kProbation));
}

TEST_F(OperatorActions, KeepAVariantOutForEverWhenProbationIsOff) {
  Settings settings;
  settings.probation_ns = 0;
  GuardedAgent a(2, settings);
  a.report(1, "----------");
  EXPECT_EQ(end_blocks(a.history(), a.thresholds, kStart + 10'000 * kHour), 0U);
}

TEST_F(OperatorActions, DoubleTheTimeUpToADay) {
  int64_t now = kStart;
  a_.report(1, "----------", now);
  for (const int64_t hours : {1, 2, 4, 8, 16, 24, 24}) {
    EXPECT_EQ(end_at(now + hours * kHour - kSecond), 0U) << hours;
    now += hours * kHour;
    ASSERT_EQ(end_at(now), 1U) << hours;
    a_.report(1, "------", now);
    ASSERT_TRUE(a_.blocked(1));
  }
}

TEST_F(OperatorActions, DeriveTheMaskAgainAfterACrash) {
  a_.report(1, "----------");
  store::set_blocked(a_.state.agent(a_.agent), 1, false);
  store::set_blocked(a_.state.agent(a_.agent), 2, true);
  EXPECT_EQ(reconcile(a_.history()), 2U);
  EXPECT_TRUE(a_.blocked(1));
  EXPECT_FALSE(a_.blocked(2));
  EXPECT_EQ(reconcile(a_.history()), 0U);
}

TEST_F(OperatorActions, PardonsWhatARolloutRolledBackAlone) {
  ASSERT_TRUE(is_ok(block_by(1), problem_));
  pardon(a_.history(), a_.agent, 1);
  EXPECT_FALSE(admit_pardoned(a_.history(), a_.agent, 1)) << "an operator's block";
  ASSERT_TRUE(is_ok(block_by(2, Reason::kRolledBack), problem_));
  EXPECT_FALSE(admit_pardoned(a_.history(), a_.agent, 2)) << "nobody pardoned it";
  pardon(a_.history(), a_.agent, 2);
  EXPECT_TRUE(a_.blocked(2)) << "it is let in by the second step";
  EXPECT_TRUE(admit_pardoned(a_.history(), a_.agent, 2));
  EXPECT_FALSE(a_.blocked(2));
  EXPECT_EQ(a_.block(2).count, 0U);
}

TEST_F(OperatorActions, BlockingAnewTakesAPardonBack) {
  for (const Reason reason : {Reason::kRolledBack, Reason::kOperator}) {
    let_in(1);
    ASSERT_TRUE(is_ok(block_by(1, Reason::kRolledBack), problem_));
    pardon(a_.history(), a_.agent, 1);
    ASSERT_TRUE(is_ok(block_by(1, reason), problem_));
    EXPECT_FALSE(admit_pardoned(a_.history(), a_.agent, 1));
    EXPECT_TRUE(a_.blocked(1));
  }
}

}  // namespace
}  // namespace remora::guard
