// The next decision that an outcome names, or the state that follows, as a host sees it.
#include <gtest/gtest.h>

#include <string>

#include "engine/stepping_host.hpp"

namespace remora::test {
namespace {

TEST_F(Steps, TheStateOfTheNextDecisionAddsItsBestValue) {
  const remora_id first = type;
  type = intern(REMORA_KIND_TASK_TYPE, "follow-up");
  teach(2, true);
  const uint64_t next = route().decision_id;
  type = first;
  remora_reward reward = sized<remora_reward>();
  ASSERT_EQ(record_next(route().decision_id, next, &reward), REMORA_OK) << error.text;
  EXPECT_NEAR(reward.reward, 0, 1e-6);
  EXPECT_NEAR(reward.target, 0.9, 1e-6);
  ASSERT_EQ(record(next, true), REMORA_OK) << "the next decision is still open: " << error.text;
  ASSERT_EQ(record_next(route().decision_id, next, &reward), REMORA_OK) << "or done: " << error.text;
  EXPECT_NEAR(reward.target, 0.9, 1e-6);
}

// The following state counts by what route could choose there.
TEST_F(Steps, WhatTheNextDecisionWasNotAllowedToChooseDoesNotCount) {
  for (const char* target : {"q_learning", "expected_sarsa"}) {
    look_ahead(target);
    type = intern(REMORA_KIND_TASK_TYPE, std::string("follow-up of ") + target);
    teach(2, true);
    teach(1, true);
    teach(1, false);
    remora_task t = task();
    t.allowed_variants = 0b0010;
    const uint64_t next = route(t).decision_id;
    remora_reward reward = sized<remora_reward>();
    ASSERT_EQ(record_next(route().decision_id, next, &reward), REMORA_OK) << error.text;
    EXPECT_NEAR(reward.target, 0.5 * 0.5, 1e-4) << target << ": variant 2 was not allowed";
    ASSERT_EQ(record(next, true), REMORA_OK) << error.text;
    ASSERT_EQ(record_next(route().decision_id, next, &reward), REMORA_OK) << error.text;
    EXPECT_NEAR(reward.target, 0.5 * 2 / 3, 1e-4) << target << ": the same with its outcome";
  }
}

TEST_F(Steps, ABlockedVariantDoesNotCountInTheNextState) {
  for (const char* target : {"q_learning", "expected_sarsa"}) {
    look_ahead(target);
    const remora_id first = type;
    type = intern(REMORA_KIND_TASK_TYPE, std::string("follow-up of ") + target);
    teach(0, true);  // the safe variant, 1 of 4
    teach(0, false, 3);
    teach(1, true);  // 1 of 2
    teach(1, false);
    teach(2, true);
    const uint64_t next = route().decision_id;
    remora_task t = task();
    t.allowed_variants = 0b0100;
    const uint64_t alone = route(t).decision_id;
    ASSERT_EQ(plugin().variant_block(handle, agent, 2, &error), REMORA_OK) << error.text;
    type = first;
    remora_reward reward = sized<remora_reward>();
    ASSERT_EQ(record_next(route().decision_id, next, &reward), REMORA_OK) << error.text;
    const bool by_policy = target == std::string("expected_sarsa");
    EXPECT_NEAR(reward.target, by_policy ? 0.5 * 0.25 : 0.5 * 0.5, 1e-4)
        << target << ": in place of the blocked one route takes the safe one; the best free one is another";
    ASSERT_EQ(record_next(route().decision_id, alone, &reward), REMORA_OK) << error.text;
    EXPECT_NEAR(reward.target, 0.5 * 0.25, 1e-4)
        << target << ": nothing that was allowed is free, so the safe one";
    ASSERT_EQ(plugin().variant_unblock(handle, agent, 2, &error), REMORA_OK) << error.text;
  }
}

TEST_F(Steps, ANextDecisionThatCannotBeIsNamedAndNothingIsRecorded) {
  remora_reward reward = sized<remora_reward>();
  const uint64_t id = route().decision_id;
  EXPECT_EQ(record_next(id, id, &reward), REMORA_E_INVALID);
  EXPECT_NE(std::string(error.text).find("the decision itself"), std::string::npos) << error.text;
  EXPECT_EQ(record_next(id, 12345, &reward), REMORA_E_EXPIRED);
  EXPECT_NE(std::string(error.text).find("next_decision is 12345"), std::string::npos) << error.text;
  remora_outcome outcome = sized<remora_outcome>();
  outcome.decision_id = id;
  outcome.flags = REMORA_OUTCOME_HAS_NEXT;
  outcome.next_decision = route().decision_id;
  outcome.next_task_type = type;
  EXPECT_EQ(record(outcome), REMORA_E_INVALID) << "two names for one state";
  EXPECT_EQ(stats().outcomes, 0U);
  EXPECT_EQ(record(id, true), REMORA_OK) << "it was given back: " << error.text;
}

TEST_F(Steps, ANextDecisionThatTheLedgerForgotIsExpired) {
  const uint64_t next = route().decision_id;
  for (uint32_t i = 0; i < 2 * ledger_slots; ++i) {
    route();
  }
  remora_reward reward = sized<remora_reward>();
  EXPECT_EQ(record_next(route().decision_id, next, &reward), REMORA_E_EXPIRED);
}

TEST_F(Steps, ExpectedSarsaCountsTheNextStateAsThePolicyWouldUseIt) {
  // Two variants may run. With epsilon 0.5 the better is taken in 3 of 4 cases.
  const std::string base =
      R"("policy": "epsilon_greedy", "epsilon": 0.5, "pooling": {"enabled": false, "prior": 0,
                              "prior_weight": 1e-6}, "discount": 0.5)";
  const remora_id first = type;
  type = intern(REMORA_KIND_TASK_TYPE, "follow-up");
  remora_id pair = 0;
  ASSERT_EQ(plugin().agent_define(handle, "pair", "good,bad", &pair, &error), REMORA_OK) << error.text;
  agent = pair;
  teach(0, true, 10);
  teach(1, false, 10);
  const uint64_t next = route().decision_id;
  type = first;
  remora_reward reward = sized<remora_reward>();
  learn("{" + base + R"(, "target": "expected_sarsa"})");
  ASSERT_EQ(record_next(route().decision_id, next, &reward), REMORA_OK) << error.text;
  EXPECT_NEAR(reward.target, 0.5 * 0.75, 1e-3);
  learn("{" + base + R"(, "target": "q_learning"})");
  ASSERT_EQ(record_next(route().decision_id, next, &reward), REMORA_OK) << error.text;
  EXPECT_NEAR(reward.target, 0.5, 1e-3);
}

TEST_F(Steps, RewardWeightsOfAnAgentGoBeforeItsCategorysAndTheFleets) {
  remora_id other = 0;
  ASSERT_EQ(plugin().agent_define(handle, "other", "a,b", &other, &error), REMORA_OK) << error.text;
  learn(R"({"reward": {"tokens": -0.5, "tokens_scale": 1000}})",
        R"([{"name": "other", "learning": {"reward": {"tokens": -2, "success": 3}}}])");
  remora_outcome outcome = sized<remora_outcome>();
  outcome.agent = agent;
  outcome.success = 1;
  outcome.tokens_in = 600;
  outcome.tokens_out = 400;
  remora_reward reward = sized<remora_reward>();
  ASSERT_EQ(record(outcome, &reward), REMORA_OK) << error.text;
  EXPECT_NEAR(reward.tokens_term, -0.25, 1e-6);
  EXPECT_NEAR(reward.reward, 0.75, 1e-6);
  outcome.agent = other;
  ASSERT_EQ(record(outcome, &reward), REMORA_OK) << error.text;
  EXPECT_NEAR(reward.tokens_term, -1, 1e-6);
  EXPECT_NEAR(reward.success_term, 3, 1e-6);
  EXPECT_NEAR(reward.reward, 2, 1e-6) << "the sum is clipped";
}

}  // namespace
}  // namespace remora::test
