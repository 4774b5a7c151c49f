// Tasks that are tried again: attempts are states of their own.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/stepping_host.hpp"

namespace remora::test {
namespace {

class Cascade : public Steps {};

TEST_F(Cascade, WithoutCascadesAPreviousDecisionChangesNothing) {
  teach(1, true, 5);
  const remora_decision again = route_again(12345);
  EXPECT_EQ(again.variant, 1U);
  EXPECT_EQ(again.visits, 5U);
  EXPECT_EQ(again.flags & REMORA_DECISION_UNSEEN, 0U);
}

TEST_F(Cascade, ASecondAttemptIsAStateOfItsOwn) {
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

TEST_F(Cascade, AttemptsOfOtherTaskTypesAreAFirstGuessForAnAttempt) {
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

TEST_F(Cascade, LearnsToEscalateOnlyWhereThatPays) {
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

TEST_F(Cascade, TriedVariantsAreLeftOutWhileAnotherMayRun) {
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

TEST_F(Cascade, AnotherAgentHasVariantsOfItsOwnToTry) {
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

TEST_F(Cascade, APreviousDecisionThatIsUnknownIsAnErrorWithASafeChoice) {
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

// The one variant was tried at easy tasks and the other at hard ones: that says nothing of the variants.
TEST_F(Cascade, WhatAnAgentKnowsOfAVariantIsNotHowHardItsTasksWere) {
  const remora_id types[] = {intern(REMORA_KIND_TASK_TYPE, "easy"), intern(REMORA_KIND_TASK_TYPE, "hard")};
  const auto live = [&](const std::string& name, bool cascade) {
    EXPECT_EQ(plugin().agent_define(handle, name.c_str(), "one,other", &agent, &error), REMORA_OK);
    learn(R"({"epsilon": 0, "pooling": {"category_weight": 0, "fleet_weight": 0},
              "cascade": {"enabled": )" +
          std::string(cascade ? "true}}" : "false}}"));
    for (int i = 0; i < 200; ++i) {
      // Easy tasks go well 9 times of 10, hard ones 3, whichever variant does them.
      const bool hard = i % 2 == 1;
      type = types[hard ? 1 : 0];
      teach(hard != (i / 2 % 5 == 0) ? 1 : 0, i / 10 % 10 < (hard ? 3 : 9));
      tick();
    }
    return explain(0, 0, 0).agent_value - explain(1, 0, 0).agent_value;
  };
  const double together = live("together", false);
  const double apart = live("apart", true);
  EXPECT_GT(together, 0.3);
  EXPECT_LT(apart, 0.6 * together);
  learn(R"({"epsilon": 0, "cascade": {"enabled": true}, "reward": {"success": 0.5},
            "pooling": {"category_weight": 0, "fleet_weight": 0}})");
  remora_replay_request again = sized<remora_replay_request>();
  again.mode = REMORA_REPLAY_RELEARN;
  ASSERT_EQ(plugin().replay(handle, &again, nullptr, &error), REMORA_OK) << error.text;
  const double halved = explain(0, 0, 0).agent_value - explain(1, 0, 0).agent_value;
  EXPECT_LT(halved, 0.6 * 0.5 * together) << "nor when learned again";
}

// Sets of labels until there is no more room for one.
class FullLabelSets : public Cascade {
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

TEST_F(Cascade, LearnedValuesOfAttemptsAreListedAsSuch) {
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

TEST_F(Cascade, AMaskOfTriedVariantsWithoutAnAttemptIsNoState) {
  remora_belief belief = sized<remora_belief>();
  belief.agent = agent;
  belief.tried_variants = 1;
  EXPECT_EQ(plugin().explain(handle, &belief, &error), REMORA_E_INVALID);
  belief.attempts = 16;
  EXPECT_EQ(plugin().explain(handle, &belief, &error), REMORA_E_INVALID);
}

TEST_F(Cascade, AFurtherAttemptAtATaskCountsByADiscountOfItsOwn) {
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

}  // namespace
}  // namespace remora::test
