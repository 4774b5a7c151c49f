// The learned choice as a host sees it: policies, pooling and schedules of the configuration.

#include <gtest/gtest.h>

#include <cmath>

#include "engine/host.hpp"

namespace remora::test {
namespace {

class Learning : public Host {
 protected:
  void SetUp() override {
    Host::SetUp();
    learn("{}");
  }
  // A configuration of learning alone. Failing variants are not blocked: what is left to choose is all of
  // them.
  void learn(const std::string& learning, const std::string& agents = "[]") {
    configure(R"({"safety": {"enabled": false}, "learning": )" + learning + R"(, "agents": )" + agents + "}");
  }
  double epsilon() { return route().epsilon; }
  // Which share of decisions takes a variant, over fixed draws.
  double share_of(uint32_t variant, int decisions = 2'000) {
    int chosen = 0;
    remora_task t = task();
    for (int i = 1; i <= decisions; ++i) {
      t.draw = static_cast<uint64_t>(i) * 0x9E3779B97F4A7C15ULL;
      chosen += route(t).variant == variant ? 1 : 0;
    }
    return static_cast<double>(chosen) / decisions;
  }
};

TEST_F(Learning, ThePolicyChangesLiveAndKeepsWhatWasLearned) {
  teach(0, true, 20);
  for (const uint32_t v : {1U, 2U, 3U}) {
    teach(v, false, 20);
  }
  tick();
  for (const char* policy : {"epsilon_greedy", "ucb1", "thompson", "thompson_beta", "softmax"}) {
    learn(std::string(R"({"policy": ")") + policy + R"(", "temperature": 0.2, "ucb_width": 0.2})");
    EXPECT_GT(share_of(0), 0.85) << policy;
    EXPECT_EQ(route().visits, 20U) << policy;
  }
}

TEST_F(Learning, APolicyOfAnAgentGoesBeforeTheFleets) {
  teach(0, true, 20);
  for (const uint32_t v : {1U, 2U, 3U}) {
    teach(v, false, 20);
  }
  learn(R"({"policy": "ucb1"})",
        R"([{"name": "architect", "learning": {"policy": "epsilon_greedy", "epsilon": 1}}])");
  EXPECT_NEAR(share_of(0), 0.25, 0.05);
}

TEST_F(Learning, EpsilonZeroStopsEveryPolicyFromExploring) {
  teach(0, true, 3);
  for (const uint32_t v : {1U, 2U, 3U}) {
    teach(v, false, 3);
  }
  for (const char* policy : {"thompson", "ucb1", "softmax"}) {
    learn(std::string(R"({"epsilon": 0, "policy": ")") + policy + R"("})");
    EXPECT_EQ(share_of(0), 1) << policy;
  }
}

TEST_F(Learning, ARarelySeenStateLeansOnItsAgent) {
  learn(R"({"epsilon": 0})");
  teach(2, true, 50);
  for (const uint32_t v : {0U, 1U, 3U}) {
    teach(v, false, 50);
  }
  tick();  // folds the outcomes into the agent's values
  type = intern(REMORA_KIND_TASK_TYPE, "another");
  EXPECT_EQ(route().variant, 2U) << "never seen";
  teach(0, true);
  EXPECT_EQ(route().variant, 2U) << "one success is little beside what the agent knows";
  teach(0, true, 50);
  teach(2, false, 50);
  EXPECT_EQ(route().variant, 0U) << "many outcomes of its own count more";
}

TEST_F(Learning, WithoutPoolingAStateIsLearnedByItself) {
  learn(R"({"epsilon": 0, "pooling": {"enabled": false, "prior": 0}})");
  teach(2, true, 50);
  tick();
  type = intern(REMORA_KIND_TASK_TYPE, "another");
  EXPECT_EQ(route().variant, 2U) << "a state never seen reads as its agent";
  teach(0, true);
  EXPECT_EQ(route().variant, 0U);
}

TEST_F(Learning, ABeliefIsExplainedByItsLevels) {
  learn(R"({"pooling": {"weight": 10, "prior": 0.5}})");
  teach(0, true, 10);
  teach(0, false, 10);
  tick();
  type = intern(REMORA_KIND_TASK_TYPE, "another");
  teach(0, true, 10);
  remora_belief belief = sized<remora_belief>();
  belief.agent = agent;
  belief.task_type = type;
  ASSERT_EQ(plugin().explain(handle, &belief, &error), REMORA_OK) << error.text;
  EXPECT_EQ(belief.state_visits, 10U);
  EXPECT_EQ(belief.agent_visits, 20U) << "the last ten were not folded yet";
  EXPECT_DOUBLE_EQ(belief.state_value, 1);
  EXPECT_NEAR(belief.agent_value, 0.5, 1e-6);
  EXPECT_DOUBLE_EQ(belief.prior_value, 0.5);
  EXPECT_NEAR(belief.state_weight, 0.5, 1e-9);
  EXPECT_NEAR(belief.agent_weight, 0.5 * 20 / 21, 1e-9);
  EXPECT_NEAR(belief.state_weight + belief.agent_weight + belief.prior_weight, 1, 1e-12);
  EXPECT_NEAR(belief.mean, 0.75, 1e-6);
  EXPECT_GT(belief.deviation, 0);
  belief.variant = 9;
  EXPECT_EQ(plugin().explain(handle, &belief, &error), REMORA_E_NOT_FOUND);
}

TEST_F(Learning, EpsilonFallsWithTheOutcomesAndGoesOnAfterARestart) {
  const char* kSchedule =
      R"({"policy": "epsilon_greedy", "epsilon": 0.5,
          "schedule": {"kind": "exponential", "decay": 0.9, "minimum": 0.05}})";
  learn(kSchedule);
  EXPECT_NEAR(epsilon(), 0.5, 1e-6) << "before any outcome";
  teach(0, true, 5);
  tick();
  EXPECT_NEAR(epsilon(), 0.5 * std::pow(0.9, 5), 1e-6);
  reopen();
  learn(kSchedule);
  EXPECT_NEAR(epsilon(), 0.5 * std::pow(0.9, 5), 1e-6);
  teach(1, false, 5);
  tick();
  EXPECT_NEAR(epsilon(), 0.5 * std::pow(0.9, 10), 1e-6);
  teach(1, false, 50);
  tick();
  EXPECT_NEAR(epsilon(), 0.05, 1e-6);
  learn("{}");
  EXPECT_NEAR(epsilon(), 0.1, 1e-6) << "the schedule was taken back";
}

TEST_F(Learning, EpsilonFallsWhereTheMeanRewardReachesARisingThreshold) {
  const char* kSchedule =
      R"({"policy": "epsilon_greedy", "epsilon": 0.5,
          "schedule": {"kind": "reward", "minimum": 0.1, "step_outcomes": 10, "reward_threshold": 0.5,
                       "reward_increment": 0.4, "epsilon_decrement": 0.3}})";
  learn(kSchedule);
  teach(0, true, 4);
  teach(0, false, 5);
  tick();
  EXPECT_NEAR(epsilon(), 0.5, 1e-6) << "too few outcomes for a look";
  teach(0, true, 1);
  tick();
  EXPECT_NEAR(epsilon(), 0.2, 1e-6) << "half of ten succeeded";
  teach(0, true, 8);
  teach(0, false, 2);
  tick();
  EXPECT_NEAR(epsilon(), 0.2, 1e-6) << "0.8 is below the threshold of now 0.9";
  reopen();
  learn(kSchedule);
  teach(0, true, 10);
  tick();
  EXPECT_NEAR(epsilon(), 0.1, 1e-6);
}

TEST_F(Learning, ThePropensityIsTheShareThatEachVariantGets) {
  teach(0, true, 6);
  teach(1, true, 3);
  teach(1, false, 3);
  teach(2, false, 4);
  double propensity[4] = {};
  double chosen[4] = {};
  constexpr int kDecisions = 20'000;
  remora_task t = task();
  for (int i = 1; i <= kDecisions; ++i) {
    t.draw = static_cast<uint64_t>(i) * 0x9E3779B97F4A7C15ULL;
    const remora_decision d = route(t);
    propensity[d.variant] = d.propensity;
    chosen[d.variant] += 1.0 / kDecisions;
  }
  for (int v = 0; v < 4; ++v) {
    EXPECT_NEAR(chosen[v], propensity[v], 0.02) << v;
  }
}

}  // namespace
}  // namespace remora::test
