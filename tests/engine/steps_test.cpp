// Tasks of several decisions, as a host sees them: the next decision that an outcome names, tasks that are
// tried again, and decisions whose outcome never comes.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/host.hpp"

namespace remora::test {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kStart = 1'800'000'000 * kSecond;

class Steps : public Host {
 protected:
  void SetUp() override {
    Host::SetUp();
    learn(R"({"epsilon": 0})");
  }
  // A configuration of learning alone. Failing variants are not blocked.
  void learn(const std::string& learning, const std::string& agents = "[]") {
    configure(R"({"safety": {"enabled": false}, "learning": )" + learning + R"(, "agents": )" + agents + "}");
  }
  // The following state counts half, and by its own outcomes alone.
  void look_ahead(const std::string& target) {
    learn(
        R"({"epsilon": 0, "discount": 0.5, "pooling": {"enabled": false, "prior_weight": 1e-6}, "target": ")" +
        target + "\"}");
  }
  remora_decision route_again(uint64_t previous, uint64_t allowed = 0) {
    remora_task t = task();
    t.previous_decision = previous;
    t.allowed_variants = allowed;
    return route(t);
  }
  int32_t record_next(uint64_t decision_id, uint64_t next_decision, remora_reward* reward) {
    remora_outcome outcome = sized<remora_outcome>();
    outcome.decision_id = decision_id;
    outcome.flags = REMORA_OUTCOME_HAS_NEXT;
    outcome.next_decision = next_decision;
    return record(outcome, reward);
  }
  remora_belief explain(uint32_t variant, uint32_t attempts, uint64_t tried) {
    remora_belief belief = sized<remora_belief>();
    belief.agent = agent;
    belief.task_type = type;
    belief.variant = variant;
    belief.attempts = attempts;
    belief.tried_variants = tried;
    EXPECT_EQ(plugin().explain(handle, &belief, &error), REMORA_OK) << error.text;
    return belief;
  }
  double metric(const std::string& name) {
    std::string text(64 * 1024, '\0');
    uint64_t needed = 0;
    EXPECT_EQ(plugin().metrics_text(handle, text.data(), text.size(), &needed, &error), REMORA_OK)
        << error.text;
    const size_t at = text.find("\n" + name + " ");
    return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size() + 2));
  }
};

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

TEST_F(Steps, WithoutCascadesAPreviousDecisionChangesNothing) {
  teach(1, true, 5);
  const remora_decision again = route_again(12345);
  EXPECT_EQ(again.variant, 1U);
  EXPECT_EQ(again.visits, 5U);
  EXPECT_EQ(again.flags & REMORA_DECISION_UNSEEN, 0U);
}

TEST_F(Steps, ASecondAttemptIsAStateOfItsOwn) {
  learn(R"({"epsilon": 0, "cascade": {"enabled": true}})");
  teach(1, true, 5);
  tick();
  const remora_decision first = route();
  ASSERT_EQ(first.variant, 1U);
  const remora_decision second = route_again(first.decision_id, 0b1000);
  EXPECT_NE(second.flags & REMORA_DECISION_UNSEEN, 0U) << "nothing was learned of second attempts";
  ASSERT_EQ(record(first.decision_id, false), REMORA_OK);
  ASSERT_EQ(record(second.decision_id, true), REMORA_OK);
  EXPECT_EQ(explain(3, 1, 0b10).state_visits, 1U);
  EXPECT_EQ(explain(3, 0, 0).state_visits, 0U) << "first attempts have not seen it";
  EXPECT_EQ(explain(3, 1, 0b1).state_visits, 0U) << "nor those after another variant";
  const remora_decision third = route_again(second.decision_id);
  ASSERT_EQ(record(third.decision_id, true), REMORA_OK);
  EXPECT_EQ(explain(third.variant, 2, 0b1010).state_visits, 1U);
}

TEST_F(Steps, AttemptsOfOtherTaskTypesAreAFirstGuessForAnAttempt) {
  learn(R"({"epsilon": 0, "cascade": {"enabled": true}})");
  teach(0, true, 20);
  uint64_t first = route().decision_id;
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(record(route_again(first, 0b0100).decision_id, true), REMORA_OK);
    ASSERT_EQ(record(route_again(first, 0b0001).decision_id, false), REMORA_OK);
  }
  tick();
  type = intern(REMORA_KIND_TASK_TYPE, "another");
  first = route().decision_id;
  EXPECT_EQ(route().variant, 0U) << "first attempts of any type";
  EXPECT_EQ(route_again(first).variant, 2U) << "second attempts of any type";
  EXPECT_EQ(explain(2, 1, 0b1).agent_visits, 20U);
  EXPECT_EQ(explain(2, 0, 0).agent_visits, 0U);
}

TEST_F(Steps, LearnsToEscalateOnlyWhereThatPays) {
  // Variant 0 is cheap and often fails; variant 1 is dear. After a failure of the cheap one, the dear one is
  // learned to be better than the same again; at first the cheap one is better with the way back.
  learn(R"({"discount": 0.99, "reward": {"cost": -0.5, "cost_scale_micros": 1000},
            "policy": "epsilon_greedy", "epsilon": 0.2, "cascade": {"enabled": true}})");
  uint64_t draw = 1;
  const auto outcome_of = [&](const remora_decision& d, bool success) {
    remora_outcome outcome = sized<remora_outcome>();
    outcome.decision_id = d.decision_id;
    outcome.success = success ? 1 : 0;
    outcome.cost_micros = d.variant == 0 ? 100 : 1000;
    return outcome;
  };
  remora_task t = task();
  t.allowed_variants = 0b11;
  for (int i = 0; i < 1'500; ++i) {
    t.draw = draw += 0x9E3779B97F4A7C15ULL;
    t.previous_decision = 0;
    const remora_decision first = route(t);
    // The cheap variant fails every other time, and always again on the same task.
    const bool hard = i % 2 == 0;
    if (first.variant == 1 || !hard) {
      ASSERT_EQ(record(outcome_of(first, true)), REMORA_OK) << error.text;
      continue;
    }
    t.draw = draw += 0x9E3779B97F4A7C15ULL;
    t.previous_decision = first.decision_id;
    const remora_decision second = route(t);
    remora_outcome failed = outcome_of(first, false);
    failed.flags = REMORA_OUTCOME_HAS_NEXT;
    failed.next_decision = second.decision_id;
    ASSERT_EQ(record(failed), REMORA_OK) << error.text;
    ASSERT_EQ(record(outcome_of(second, second.variant == 1)), REMORA_OK) << error.text;
  }
  learn(R"({"epsilon": 0, "cascade": {"enabled": true}})");
  t.draw = 1;
  t.previous_decision = 0;
  const remora_decision first = route(t);
  EXPECT_EQ(first.variant, 0U) << "the cheap one first";
  t.previous_decision = first.decision_id;
  EXPECT_EQ(route(t).variant, 1U) << "then the dear one";
}

TEST_F(Steps, TriedVariantsAreLeftOutWhileAnotherMayRun) {
  learn(R"({"epsilon": 0, "cascade": {"enabled": true, "exclude_tried": true}})");
  teach(1, true, 30);
  tick();
  uint64_t previous = 0;
  uint64_t tried = 0;
  for (int attempt = 0; attempt < 4; ++attempt) {
    const remora_decision d = route_again(previous);
    EXPECT_EQ(tried >> d.variant & 1, 0U) << "attempt " << attempt;
    EXPECT_EQ(d.flags & REMORA_DECISION_SAFETY_FALLBACK, 0U);
    tried |= 1ULL << d.variant;
    previous = d.decision_id;
  }
  EXPECT_EQ(tried, 0b1111U);
  EXPECT_EQ(route_again(previous).flags & REMORA_DECISION_SAFETY_FALLBACK, 0U) << "all were tried: any again";
}

TEST_F(Steps, AnotherAgentHasVariantsOfItsOwnToTry) {
  learn(R"({"epsilon": 0, "cascade": {"enabled": true}})");
  const uint64_t first = route().decision_id;
  remora_id other = 0;
  ASSERT_EQ(plugin().agent_define(handle, "escalation", "only", &other, &error), REMORA_OK) << error.text;
  remora_task t = task();
  t.agent = other;
  t.previous_decision = first;
  const remora_decision d = route(t);
  ASSERT_EQ(record(d.decision_id, true), REMORA_OK);
  agent = other;
  EXPECT_EQ(explain(0, 1, 0).state_visits, 1U) << "a second attempt, none of its variants tried";
}

TEST_F(Steps, APreviousDecisionThatIsUnknownIsAnErrorWithASafeChoice) {
  learn(R"({"cascade": {"enabled": true}})");
  remora_task t = task();
  t.previous_decision = 12345;
  remora_decision d = sized<remora_decision>();
  EXPECT_EQ(plugin().route(handle, &t, &d, &error), REMORA_E_EXPIRED);
  EXPECT_NE(std::string(error.text).find("previous_decision is 12345"), std::string::npos) << error.text;
  EXPECT_EQ(d.variant, 0U);
  EXPECT_EQ(d.reason, REMORA_REASON_ERROR);
  EXPECT_EQ(d.decision_id, 0U);
}

// Sets of labels until there is no more room for one.
class FullLabelSets : public Steps {
 protected:
  void fill_label_sets() {
    std::vector<remora_id> labels;
    for (int i = 0; i < 200; ++i) {
      labels.push_back(intern(REMORA_KIND_LABEL, "label " + std::to_string(i)));
    }
    remora_task t = task();
    t.label_count = 2;
    for (size_t i = 0; i < labels.size() * labels.size(); ++i) {
      t.labels[0] = labels[i / labels.size()];
      t.labels[1] = labels[i % labels.size()];
      route(t);
    }
  }
  remora_task labelled(const std::string& label, uint64_t previous, uint32_t variant) {
    remora_task t = task();
    t.label_count = 1;
    t.labels[0] = intern(REMORA_KIND_LABEL, label);
    t.previous_decision = previous;
    t.allowed_variants = 1ULL << variant;
    return t;
  }
};

TEST_F(FullLabelSets, ARetryWithoutAPlaceTeachesFirstAttemptsNothing) {
  learn(R"({"epsilon": 0, "cascade": {"enabled": true}})");
  fill_label_sets();
  const remora_decision first = route();
  uint64_t previous = first.decision_id;
  for (int attempt = 0; attempt < 3; ++attempt) {
    const remora_decision d = route_again(previous, 0b0100);
    EXPECT_NE(d.flags & REMORA_DECISION_TABLE_FULL, 0U) << attempt;
    remora_reward reward = sized<remora_reward>();
    remora_outcome outcome = sized<remora_outcome>();
    outcome.decision_id = d.decision_id;
    outcome.success = 1;
    ASSERT_EQ(record(outcome, &reward), REMORA_OK) << error.text;
    EXPECT_EQ(reward.visits, 0U) << "it taught a state";
    previous = d.decision_id;
  }
  tick();
  EXPECT_EQ(explain(2, 0, 0).agent_visits, 0U);
  EXPECT_EQ(explain(2, 0, 0).state_visits, 0U);
  EXPECT_EQ(metric(R"(remora_variant_outcomes_total{agent="architect",variant="deep"})"), 3)
      << "its figures have them";
  EXPECT_GE(metric("remora_label_sets"), 32);
  EXPECT_LE(metric("remora_label_sets"), metric("remora_label_set_capacity"));
  remora_replay_request again = sized<remora_replay_request>();
  again.mode = REMORA_REPLAY_RELEARN;
  ASSERT_EQ(plugin().replay(handle, &again, nullptr, &error), REMORA_OK) << error.text;
  EXPECT_EQ(explain(2, 0, 0).agent_visits, 0U) << "nor when learned again";
}

TEST_F(FullLabelSets, ARetryWithoutAPlaceForItsLabelsIsLearnedWithAllRetries) {
  learn(R"({"epsilon": 0, "cascade": {"enabled": true}})");
  const remora_decision known = route(labelled("known", 0, 0));
  ASSERT_EQ(record(route_again(known.decision_id, 0b0010).decision_id, true), REMORA_OK) << error.text;
  fill_label_sets();
  const remora_decision first = route(labelled("new", 0, 0));
  EXPECT_NE(first.flags & REMORA_DECISION_TABLE_FULL, 0U);
  const remora_decision second = route(labelled("new", first.decision_id, 1));
  EXPECT_NE(second.flags & REMORA_DECISION_TABLE_FULL, 0U);
  ASSERT_EQ(record(second.decision_id, true), REMORA_OK) << error.text;
  remora_reward reward = sized<remora_reward>();
  ASSERT_EQ(record_next(first.decision_id, second.decision_id, &reward), REMORA_OK) << error.text;
  EXPECT_GT(reward.target, 0.5) << "the next attempt counts as what is believed of it";
  tick();
  EXPECT_EQ(explain(1, 1, 0b1).agent_visits, 2U);
  EXPECT_EQ(explain(1, 0, 0).agent_visits, 0U) << "not with first attempts";
  EXPECT_EQ(explain(0, 0, 0).agent_visits, 1U) << "a first attempt is one, with its labels or without";
}

TEST_F(Steps, LearnedValuesOfAttemptsAreListedAsSuch) {
  learn(R"({"epsilon": 0, "cascade": {"enabled": true}})");
  const remora_decision first = route();
  ASSERT_EQ(record(route_again(first.decision_id).decision_id, true), REMORA_OK);
  tick();
  remora_q_cell cells[4];
  std::fill_n(cells, 4, sized<remora_q_cell>());
  uint64_t cursor = 0;
  uint32_t count = 0;
  ASSERT_EQ(plugin().q_cells(handle, &cursor, cells, 0, 4, &count), REMORA_OK);
  ASSERT_EQ(count, 1U) << "and the agent's own over all tasks is no state";
  EXPECT_EQ(cells[0].task_type, type);
  EXPECT_EQ(cells[0].label_count, 0U);
  EXPECT_EQ(cells[0].attempts, 1U);
  EXPECT_EQ(cells[0].tried_variants, 1ULL << first.variant);
}

TEST_F(Steps, AMaskOfTriedVariantsWithoutAnAttemptIsNoState) {
  remora_belief belief = sized<remora_belief>();
  belief.agent = agent;
  belief.tried_variants = 1;
  EXPECT_EQ(plugin().explain(handle, &belief, &error), REMORA_E_INVALID);
  belief.attempts = 16;
  EXPECT_EQ(plugin().explain(handle, &belief, &error), REMORA_E_INVALID);
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

TEST_F(Steps, AFurtherAttemptAtATaskCountsByADiscountOfItsOwn) {
  for (const double discount : {1.0, 0.5}) {
    learn(R"({"epsilon": 0, "cascade": {"enabled": true, "discount": )" + std::to_string(discount) + "}}");
    type = intern(REMORA_KIND_TASK_TYPE, "discount " + std::to_string(discount));
    const uint64_t first = route().decision_id;
    const uint64_t second = route_again(first).decision_id;
    ASSERT_EQ(record(second, true), REMORA_OK) << error.text;
    remora_reward reward = sized<remora_reward>();
    ASSERT_EQ(record_next(first, second, &reward), REMORA_OK) << error.text;
    EXPECT_NEAR(reward.target, discount, 1e-6) << "not by learning.discount, which is 0.9";
  }
}

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
  remora_rollout_plan plan = sized<remora_rollout_plan>();
  plan.agent = agent;
  plan.treatment = REMORA_TREATMENT_LEARNED;
  plan.stage_count = 2;
  plan.stages[0].mode = REMORA_MODE_SHADOW;
  plan.stages[0].share_basis_points = 10'000;
  plan.stages[0].minimum_samples = 100'000;
  plan.stages[0].maximum_drop = 1;
  plan.stages[1].mode = REMORA_MODE_FULL;
  plan.stages[1].share_basis_points = 10'000;
  remora_id rollout = 0;
  ASSERT_EQ(plugin().rollout_start(handle, "trial", 5, &plan, &rollout, &error), REMORA_OK) << error.text;
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
