#include "guard/fallback.hpp"

#include <gtest/gtest.h>

#include "guard/guarded_agent.hpp"
#include "guard/operator_actions.hpp"
#include "store/roster.hpp"
#include "support/status.hpp"

namespace remora::guard {
namespace {

using test::GuardedAgent;
using test::is_ok;
using test::kStart;

uint32_t best_of(const GuardedAgent& a) { return safe_variant(a.history(), a.agent, a.thresholds); }

TEST(Fallback, IsTheBaselineWhileNothingIsProven) {
  GuardedAgent a(3);
  a.report(1, "+++++++++");
  EXPECT_EQ(best_of(a), 0U);
  a.report(1, "+");
  EXPECT_EQ(best_of(a), 1U);
}

TEST(Fallback, IsTheVariantWithTheHighestLowerEnd) {
  GuardedAgent a(4);
  a.report(0, "++++++++--");
  a.report(1, std::string(40, '+') + "-");
  a.report(2, "++++++++++");
  a.report(3, "+++++++---");
  EXPECT_EQ(best_of(a), 1U) << "40 of 41 says more than 10 of 10";
}

TEST(Fallback, PrefersTheBaselineAmongEquals) {
  GuardedAgent a(3);
  base::Problem problem;
  uint32_t v = 0;
  ASSERT_TRUE(
      is_ok(store::register_variant(a.history(), a.agent, "v2", {0, 0, true, false}, &v, problem), problem));
  ASSERT_EQ(v, 2U);
  for (uint32_t variant = 0; variant < 3; ++variant) {
    a.report(variant, "++++++++++");
  }
  EXPECT_EQ(best_of(a), 2U);
}

TEST(Fallback, PassesOverBlockedRetiredAndFailingVariants) {
  GuardedAgent a(4);
  base::Problem problem;
  a.report(0, "+++++-----");
  for (const uint32_t variant : {1U, 2U, 3U}) {
    a.report(variant, "++++++++++");
  }
  ASSERT_TRUE(
      is_ok(block(a.history(), a.agent, 1, Reason::kOperator, a.thresholds, kStart, problem), problem));
  uint32_t v = 0;
  ASSERT_TRUE(
      is_ok(store::register_variant(a.history(), a.agent, "v2", {0, 0, false, true}, &v, problem), problem));
  a.report(3, "------");
  EXPECT_EQ(best_of(a), 0U) << "4 of 10 is not proven";
}

TEST(Fallback, TakesTheBestOfTheOthersWhereTheBaselineIsKeptOut) {
  GuardedAgent a(3);
  base::Problem problem;
  a.report(1, "+-");
  a.report(2, "++");
  ASSERT_TRUE(
      is_ok(block(a.history(), a.agent, 0, Reason::kOperator, a.thresholds, kStart, problem), problem));
  EXPECT_EQ(best_of(a), 2U);
  EXPECT_EQ(a.safe(), 2U) << "and route finds it at once";
}

TEST(Fallback, RefreshesTheSafeVariantAndKeepsTheRestOfTheWord) {
  GuardedAgent a(3);
  a.report(2, "++++++++++");
  EXPECT_TRUE(refresh_safe_variant(a.history(), a.agent, a.thresholds));
  EXPECT_FALSE(refresh_safe_variant(a.history(), a.agent, a.thresholds));
  const auto choice = store::ChoiceWord::unpack(a.state.agent(a.agent).choice.load());
  EXPECT_EQ(choice.safe, 2U);
  EXPECT_EQ(choice.baseline, 0U);
  EXPECT_EQ(choice.count, 3U);
}

}  // namespace
}  // namespace remora::guard
