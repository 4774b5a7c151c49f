// An evaluation asks in the states, and pools as, route would under the configuration that is evaluated.
// Where that is the one in force, every decision weighs 1.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "engine/evaluating_host.hpp"

namespace remora::test {
namespace {

// Its choices hang on what is believed.
const std::string kSoftmax = R"("policy": "softmax", "epsilon": 1, "temperature": 0.1)";

std::string learning(const std::string& keys) {
  return R"({"safety": {"enabled": false}, "learning": {)" + keys + "}}";
}

class EvaluatePooling : public Evaluate {
 protected:
  // One attempt; housekeeping follows, so that route goes by all that was recorded.
  remora_decision attempt(uint64_t previous = 0) {
    remora_task t = task();
    t.previous_decision = previous;
    const remora_decision decision = run(t);
    tick();
    return decision;
  }
  // A second attempt after each first one.
  void run_twice(int tasks) {
    for (int i = 0; i < tasks; ++i) {
      attempt(attempt().decision_id);
    }
  }
  remora_evaluation evaluate_agent(remora_id asked, const std::string& configuration) {
    remora_evaluation evaluation = sized<remora_evaluation>();
    evaluation.agent = asked;
    evaluation.least_effective = 10;
    EXPECT_EQ(plugin().evaluate(handle, configuration.data(), configuration.size(), &evaluation, &error),
              REMORA_OK)
        << error.text;
    return evaluation;
  }
  void expect_weights_of_one(const remora_evaluation& evaluation, uint64_t outcomes) {
    EXPECT_EQ(evaluation.outcomes, outcomes);
    EXPECT_EQ(evaluation.left_out, 0U);
    EXPECT_NEAR(evaluation.largest_weight, 1, 1e-3) << "seed " << kSeed;
    EXPECT_NEAR(evaluation.effective, static_cast<double>(outcomes), 0.1);
  }
};

TEST_F(EvaluatePooling, AgentsLeanOnTheirCategoryAndTheFleet) {
  const remora_id category = intern(REMORA_KIND_CATEGORY, "testing");
  remora_id agents[3] = {agent, 0, 0};
  ASSERT_EQ(plugin().agent_define(handle, "reviewer", "steady,quick,deep,wild", &agents[1], &error),
            REMORA_OK);
  ASSERT_EQ(plugin().agent_register(handle, "tester", 6, category, &agents[2], &error), REMORA_OK);
  ASSERT_EQ(plugin().agent_define(handle, "tester", "quick,steady", &agents[2], &error), REMORA_OK);
  configure(learning(kSoftmax));
  for (int i = 0; i < 240; ++i) {
    agent = agents[i % 3];
    attempt();
  }
  expect_weights_of_one(evaluate(""), 240);
  expect_weights_of_one(evaluate_agent(agents[2], ""), 80);
  const remora_evaluation alone =
      evaluate(learning(kSoftmax + R"(, "pooling": {"category_weight": 0, "fleet_weight": 0})"));
  EXPECT_GT(alone.largest_weight, 1.05) << "without, it would have chosen otherwise";
}

TEST_F(EvaluatePooling, AttemptsAreStatesOfTheirOwn) {
  configure(learning(kSoftmax + R"(, "cascade": {"enabled": true})"));
  run_twice(150);
  type = intern(REMORA_KIND_TASK_TYPE, "another");  // leans on attempts at the first type
  run_twice(50);
  expect_weights_of_one(evaluate(""), 400);
}

TEST_F(EvaluatePooling, WhatWasTriedIsLeftOutWhereTheConfigurationSaysSo) {
  configure(learning(R"("policy": "epsilon_greedy", "epsilon": 1, "cascade": {"enabled": true})"));
  run_twice(400);
  const remora_evaluation without = evaluate(learning(
      R"("policy": "epsilon_greedy", "epsilon": 1, "cascade": {"enabled": true, "exclude_tried": true})"));
  EXPECT_NEAR(without.largest_weight, 4.0 / 3, 1e-6) << "one of three in place of four";
  EXPECT_NEAR(without.mean_weight, 1, 0.05);
}

// The record shows nothing of what it left out.
TEST_F(EvaluatePooling, WhatTheRecordLeftOutAsTriedCannotBeWeighed) {
  configure(learning(R"("policy": "epsilon_greedy", "epsilon": 1,
                        "cascade": {"enabled": true, "exclude_tried": true})"));
  run_twice(400);
  expect_weights_of_one(evaluate(""), 800);
  evaluate(learning(R"("policy": "epsilon_greedy", "epsilon": 1, "cascade": {"enabled": true})"),
           REMORA_E_STATE);
  EXPECT_NE(std::string(error.text).find("mean weight"), std::string::npos) << error.text;
}

// The same choices and outcomes, with tries told apart and without.
TEST_F(EvaluatePooling, WithoutCascadesARetryIsAnotherTaskOfItsState) {
  remora_evaluation found[2];
  for (const bool cascade : {false, true}) {
    random.seed(kSeed);
    ASSERT_EQ(plugin().agent_define(handle, cascade ? "apart" : "together", "steady,quick,deep,wild", &agent,
                                    &error),
              REMORA_OK);
    configure(learning(
        R"("policy": "epsilon_greedy", "epsilon": 1, "pooling": {"category_weight": 0, "fleet_weight": 0},
                          "cascade": {"enabled": )" +
        std::string(cascade ? "true}" : "false}")));
    run_twice(200);
    found[cascade ? 1 : 0] = evaluate_agent(agent, learning(R"("policy": "epsilon_greedy", "epsilon": 0.2,
                           "pooling": {"category_weight": 0, "fleet_weight": 0})"));
  }
  EXPECT_EQ(found[0].ips, found[1].ips);
  EXPECT_EQ(found[0].effective, found[1].effective);
}

TEST_F(EvaluatePooling, ACascadeIsRefusedWhereTheRecordDoesNotTellAttemptsApart) {
  configure(kUniform);
  run_twice(200);
  const std::string cascade = learning(R"("cascade": {"enabled": true})");
  const remora_evaluation refused = evaluate(cascade, REMORA_E_STATE);
  EXPECT_EQ(refused.flags, 1U);
  EXPECT_NE(std::string(error.text).find("agent architect"), std::string::npos) << error.text;
  EXPECT_NE(std::string(error.text).find("learning.cascade"), std::string::npos) << error.text;
}

}  // namespace
}  // namespace remora::test
