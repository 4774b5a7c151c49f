// The recorded history under another configuration: what is kept of each decision, and what is made of it.
#include <gtest/gtest.h>

#include <string>

#include "engine/evaluating_host.hpp"

namespace remora::test {
namespace {

TEST_F(Evaluate, SaysWhatAnotherPolicyWouldHaveBrought) {
  configure(kUniform);
  run(2'000);
  const remora_evaluation greedy = evaluate(kGreedy);
  EXPECT_EQ(greedy.outcomes, 2'000U);
  EXPECT_EQ(greedy.left_out, 0U);
  EXPECT_NEAR(greedy.mean_weight, 1, 0.2);
  EXPECT_NEAR(greedy.logged, 0.525, 0.05) << "the mean of all four";
  EXPECT_GT(greedy.doubly_robust_low, greedy.logged_high);
  // What it really brings: 0.9 times the best but for the learning, 0.1 times the mean.
  const double real = 0.9 * 0.9 + 0.1 * 0.525;
  EXPECT_LT(greedy.doubly_robust_low, real);
  EXPECT_GT(greedy.doubly_robust_high, real - 0.05) << "seed " << kSeed;
  EXPECT_NEAR(greedy.snips, greedy.doubly_robust, 0.1);

  const remora_evaluation same = evaluate("");
  EXPECT_NEAR(same.effective, 2'000, 1e-3) << "the policy that logged: every weight is 1";
  EXPECT_NEAR(same.ips, same.logged, 1e-6);
}

// What the learner would still have had to find out is not held against it.
TEST_F(Evaluate, TheWarmUpTeachesAndIsNotWeighed) {
  configure(kUniform);
  for (int i = 0; i < 1'000; ++i) {
    remora_task t = task();
    t.draw = random() | 1;
    const remora_decision decision = route(t);
    ASSERT_EQ(record(decision.decision_id, decision.variant == 3), REMORA_OK) << error.text;
  }
  const remora_evaluation cold = evaluate(kGreedy);
  remora_evaluation warm = sized<remora_evaluation>();
  warm.warm_up = 0.5;
  ASSERT_EQ(plugin().evaluate(handle, kGreedy, std::string(kGreedy).size(), &warm, &error), REMORA_OK)
      << error.text;
  EXPECT_EQ(warm.outcomes, 500U);
  EXPECT_GT(warm.direct, cold.direct) << "the share of the one variant that succeeds";
  warm.warm_up = 1;
  EXPECT_EQ(plugin().evaluate(handle, nullptr, 0, &warm, &error), REMORA_E_INVALID);
}

TEST_F(Evaluate, IsTheSameAfterARestart) {
  configure(kUniform);
  run(300);
  const remora_evaluation before = evaluate(kGreedy, REMORA_OK, 10);
  reopen();
  const remora_evaluation after = evaluate(kGreedy, REMORA_OK, 10);
  EXPECT_EQ(before.doubly_robust, after.doubly_robust);
  EXPECT_EQ(before.ips_low, after.ips_low);
}

TEST_F(Evaluate, RefusesWhatTheHistoryCannotBear) {
  EXPECT_EQ(evaluate(kGreedy, REMORA_E_STATE).flags, 1U);
  configure(R"({"safety": {"enabled": false}, "learning": {"policy": "epsilon_greedy", "epsilon": 0}})");
  run(1'000);
  // Never explored: nothing is known of what a uniform choice would bring.
  const remora_evaluation uniform = evaluate(kUniform, REMORA_E_STATE);
  EXPECT_EQ(uniform.flags, 1U);
  EXPECT_EQ(uniform.outcomes, 1'000U);
  EXPECT_GT(uniform.largest_weight, 0);
  EXPECT_EQ(uniform.doubly_robust, 0);
  EXPECT_NE(std::string(error.text).find("refused"), std::string::npos) << error.text;
}

TEST_F(Evaluate, LeavesOutWhatNoPolicyDrew) {
  configure(kUniform);
  run(200);
  teach(1, true, 50);  // by names
  configure(R"({"mode": "monitor", "learning": {"policy": "epsilon_greedy", "epsilon": 1}})");
  run(30);
  const remora_evaluation evaluation = evaluate(kUniform);
  EXPECT_EQ(evaluation.outcomes, 200U);
  EXPECT_EQ(evaluation.left_out, 80U);
}

TEST_F(Evaluate, WeighsAChoiceByWhatItWasDrawnFrom) {
  configure(kUniform);
  remora_task narrow = task();
  narrow.allowed_variants = 0b0110;
  for (int i = 0; i < 300; ++i) {
    run(narrow);
  }
  const remora_evaluation evaluation = evaluate(kUniform);
  EXPECT_NEAR(evaluation.largest_weight, 1, 1e-6) << "either of two, then as now";
  EXPECT_NEAR(evaluation.mean_weight, 1, 1e-6);
}

// The agent was drawn, too: that is not what is evaluated.
TEST_F(Evaluate, LeavesTheAgentsChanceOut) {
  remora_id other = 0;
  ASSERT_EQ(plugin().agent_define(handle, "reviewer", "steady,quick,deep,wild", &other, &error), REMORA_OK)
      << error.text;
  configure(kUniform);
  remora_task open = task();
  open.agent = 0;
  int others = 0;
  for (int i = 0; i < 300; ++i) {
    others += run(open).agent == other ? 1 : 0;
  }
  ASSERT_GT(others, 50);
  EXPECT_NEAR(evaluate(kUniform).largest_weight, 1, 1e-6);
  remora_evaluation of_one = sized<remora_evaluation>();
  of_one.agent = other;
  of_one.least_effective = 10;
  ASSERT_EQ(plugin().evaluate(handle, kUniform, std::string(kUniform).size(), &of_one, &error), REMORA_OK)
      << error.text;
  EXPECT_EQ(of_one.outcomes, static_cast<uint64_t>(others));
}

// A unit without a key is drawn into an arm: the learned arm's decisions count by the policy's chance alone.
TEST_F(Evaluate, ARolloutsArmsChangeNoWeight) {
  configure(kUniform);
  start_trial(REMORA_MODE_CANARY, 5'000);
  run(400);
  const remora_evaluation evaluation = evaluate(kUniform);
  EXPECT_GT(evaluation.left_out, 100U) << "the control arm's baseline";
  EXPECT_GT(evaluation.outcomes, 100U);
  EXPECT_NEAR(evaluation.largest_weight, 1, 1e-6);
}

TEST_F(Evaluate, NamesWhatIsWrongWithTheQuestion) {
  evaluate("{", REMORA_E_CONFIG);
  evaluate(R"({"learning": {"policy": "clairvoyance"}})", REMORA_E_CONFIG);
  evaluate("", REMORA_E_INVALID, -1);
  remora_evaluation asked = sized<remora_evaluation>();
  asked.agent = type;
  EXPECT_EQ(plugin().evaluate(handle, nullptr, 0, &asked, &error), REMORA_E_INVALID);
  asked.agent = agent + 9;
  EXPECT_EQ(plugin().evaluate(handle, nullptr, 0, &asked, &error), REMORA_E_NOT_FOUND);
  EXPECT_EQ(plugin().evaluate(handle, nullptr, 7, &asked, &error), REMORA_E_INVALID);
}

}  // namespace
}  // namespace remora::test
