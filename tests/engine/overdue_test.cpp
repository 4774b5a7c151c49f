// Decisions whose outcome never comes.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/stepping_host.hpp"

namespace remora::test {
namespace {

class Overdue : public Steps {
 protected:
  uint64_t decide_at(int64_t now_ns) {
    remora_task t = task();
    t.now_ns = now_ns;
    return route(t).decision_id;
  }
};

TEST_F(Overdue, ADecisionWithoutAnOutcomeCountsAsAFailureAfterTheDeadline) {
  learn(R"({"epsilon": 0, "deadline": {"seconds": 60}})");
  const uint64_t late = decide_at(kStart);
  const uint64_t young = decide_at(kStart + 30 * kSecond);
  tick(kStart + 60 * kSecond);
  EXPECT_EQ(stats().outcomes, 0U) << "not yet";
  tick(kStart + 62 * kSecond);
  EXPECT_EQ(stats().outcomes, 1U);
  EXPECT_EQ(metric("remora_overdue_total"), 1);
  EXPECT_EQ(route().visits, 0U) << "another variant looks better now";
  EXPECT_EQ(record(late, true), REMORA_E_ALREADY_RECORDED);
  EXPECT_NE(std::string(error.text).find("within its agent's deadline"), std::string::npos) << error.text;
  EXPECT_EQ(record(young, true), REMORA_OK) << error.text;
}

TEST_F(Overdue, WhatItCountsAsIsConfiguredForEachAgent) {
  remora_id other = 0;
  ASSERT_EQ(plugin().agent_define(handle, "other", "a", &other, &error), REMORA_OK) << error.text;
  learn(R"({"deadline": {"seconds": 10, "counts_as": "abandoned"}})",
        R"([{"name": "other", "learning": {"deadline": {"seconds": 100, "counts_as": "success"}}}])");
  const uint64_t abandoned = decide_at(kStart);
  agent = other;
  decide_at(kStart);
  tick(kStart + 50 * kSecond);
  EXPECT_EQ(stats().outcomes, 0U);
  EXPECT_EQ(metric("remora_overdue_total"), 1);
  EXPECT_EQ(record(abandoned, true), REMORA_E_ALREADY_RECORDED);
  EXPECT_NE(std::string(error.text).find("within its agent's deadline"), std::string::npos) << error.text;
  tick(kStart + 101 * kSecond);
  EXPECT_EQ(stats().outcomes, 1U);
  EXPECT_NEAR(explain(0, 0, 0).state_value, 1, 1e-6);
}

TEST_F(Overdue, OneEventAnAgentTellsOfAllThatATickFound) {
  remora_id other = 0;
  ASSERT_EQ(plugin().agent_define(handle, "other", "a", &other, &error), REMORA_OK) << error.text;
  learn(R"({"deadline": {"seconds": 60}})");
  const remora_id usual = agent;
  for (int i = 0; i < 30; ++i) {
    decide_at(kStart + i * kSecond);
  }
  agent = other;
  decide_at(kStart + 10 * kSecond);
  tick(kStart + 80 * kSecond);
  tick(kStart + 95 * kSecond);
  std::vector<remora_event> found;
  uint64_t cursor = 0;
  for (uint32_t count = 1; count != 0;) {
    remora_event event = sized<remora_event>();
    ASSERT_EQ(plugin().events(handle, &cursor, &event, 0, 1, &count), REMORA_OK);
    if (count != 0 && event.kind == REMORA_EVENT_OUTCOMES_OVERDUE) {
      found.push_back(event);
    }
  }
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].agent, usual);
  EXPECT_EQ(found[0].value, 20);
  EXPECT_EQ(found[0].threshold, 60);
  EXPECT_EQ(found[0].detail[0], 80'000U);
  EXPECT_EQ(found[0].severity, static_cast<uint32_t>(REMORA_SEVERITY_WARNING));
  EXPECT_EQ(found[1].agent, other);
  EXPECT_EQ(found[1].value, 1);
  EXPECT_EQ(found[2].agent, usual);
  EXPECT_EQ(found[2].value, 10);
  EXPECT_EQ(metric("remora_overdue_total"), 31);
}

// A budget that is over before anything has begun. Of each look at the ledger a part is done all the same.
TEST_F(Overdue, ATickGoesOnWhereTheLastOneHadNoMoreTime) {
  learn(R"({"epsilon": 0, "deadline": {"seconds": 60}})");
  for (uint32_t i = 0; i + 8 < ledger_slots; ++i) {
    ASSERT_EQ(record(decide_at(kStart), true), REMORA_OK) << error.text;
  }
  const uint64_t late = decide_at(kStart);
  ASSERT_GT(late % ledger_slots, ledger_slots / 2) << "it lies behind what one look reaches";
  for (int i = 0; i < 50; ++i) {
    tick(kStart + 62 * kSecond, 1);
  }
  EXPECT_EQ(metric("remora_overdue_total"), 1);
  const uint64_t next = decide_at(kStart + kSecond);
  for (int i = 0; i < 50; ++i) {
    tick(kStart + 64 * kSecond, 1);
  }
  EXPECT_EQ(metric("remora_overdue_total"), 2) << "and begins anew";
  EXPECT_EQ(record(next, true), REMORA_E_ALREADY_RECORDED);
}

// A host need not run the shadow: that it did not says nothing of the variant.
TEST_F(Overdue, AShadowThatNobodyRanCountsAsAbandonedWhateverTheDeadlineSays) {
  learn(R"({"epsilon": 0, "deadline": {"seconds": 60}})");
  teach(2, true, 5);
  start_trial(REMORA_MODE_SHADOW, 10'000);
  remora_task t = task();
  t.now_ns = kStart;
  const remora_decision d = route(t);
  ASSERT_EQ(d.shadow_variant, 2U);
  ASSERT_NE(d.shadow_decision_id, 0U);
  tick(kStart + 62 * kSecond);
  EXPECT_EQ(metric("remora_overdue_total"), 2) << "the decision and its shadow";
  EXPECT_EQ(metric("remora_abandoned_total"), 1) << "the shadow";
  EXPECT_EQ(explain(d.variant, 0, 0).state_visits, 1U) << "the decision is a failure";
  EXPECT_EQ(explain(2, 0, 0).state_visits, 5U) << "the shadow teaches nothing";
  EXPECT_EQ(record(d.shadow_decision_id, true), REMORA_E_ALREADY_RECORDED);
}

TEST_F(Overdue, WithoutADeadlineADecisionIsWaitedFor) {
  const uint64_t id = decide_at(kStart);
  tick(kStart + 1'000'000 * kSecond);
  EXPECT_EQ(metric("remora_overdue_total"), 0);
  EXPECT_EQ(record(id, true), REMORA_OK) << error.text;
}

}  // namespace
}  // namespace remora::test
