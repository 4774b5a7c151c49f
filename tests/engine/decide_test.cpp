#include <cstring>
#include <map>
#include <tuple>

#include "engine/host.hpp"

namespace remora::test {
namespace {

using Decide = Host;

TEST_F(Decide, TakesTheVariantThatDidBest) {
  stop_exploring();
  teach(0, false, 3);
  teach(1, true, 3);
  teach(2, false, 3);
  const remora_decision decision = route();
  EXPECT_EQ(decision.variant, 1U);
  EXPECT_EQ(decision.reason, REMORA_REASON_LEARNED);
  EXPECT_DOUBLE_EQ(decision.q_value, 1.0);
  EXPECT_EQ(decision.visits, 3U);
  EXPECT_DOUBLE_EQ(decision.propensity, 1.0);
}

TEST_F(Decide, BreaksTiesAtRandomAndSaysThePropensity) {
  stop_exploring();
  std::map<uint32_t, int> chosen;
  for (int i = 0; i < 400; ++i) {
    const remora_decision decision = route();
    ++chosen[decision.variant];
    EXPECT_DOUBLE_EQ(decision.propensity, 0.25);
    EXPECT_TRUE(decision.flags & REMORA_DECISION_UNSEEN);
  }
  EXPECT_EQ(chosen.size(), 4U);
}

TEST_F(Decide, ExploresAsOftenAsItSays) {
  configure(R"({"learning": {"policy": "epsilon_greedy"}})");
  teach(2, true, 5);
  double expected[4] = {};
  int counts[4] = {};
  constexpr int kRounds = 20'000;
  for (int i = 0; i < kRounds; ++i) {
    remora_task t = task();
    t.draw = 0x9e3779b97f4a7c15ULL * static_cast<uint64_t>(i + 1);
    const remora_decision decision = route(t);
    ++counts[decision.variant];
    expected[decision.variant] = decision.propensity;
  }
  EXPECT_NEAR(expected[2], 0.925, 1e-6);
  for (int v = 0; v < 4; ++v) {
    EXPECT_NEAR(static_cast<double>(counts[v]) / kRounds, expected[v], 0.01) << "variant " << v;
  }
}

TEST_F(Decide, TheSameDrawGivesTheSameDecision) {
  remora_task t = task();
  for (uint64_t draw = 1; draw < 200; ++draw) {
    t.draw = draw * 0x2545F4914F6CDD1DULL;
    EXPECT_EQ(route(t).variant, route(t).variant);
  }
}

TEST_F(Decide, KeepsToTheAllowedMask) {
  remora_task t = task();
  t.allowed_variants = 0b1010;
  for (int i = 0; i < 100; ++i) {
    const uint32_t variant = route(t).variant;
    EXPECT_TRUE(variant == 1 || variant == 3) << variant;
  }
}

TEST_F(Decide, AMaskThatLeavesNothingGivesTheBaselineAndSaysSo) {
  remora_task t = task();
  t.allowed_variants = 1ULL << 40;
  const remora_decision decision = route(t);
  EXPECT_EQ(decision.variant, 0U);
  EXPECT_EQ(decision.reason, REMORA_REASON_MASK);
  EXPECT_TRUE(decision.flags & REMORA_DECISION_MASKED);
}

// The bytes of a decision for this task in a struct that held `before` in each, but for its id.
std::string decision_over(int before, uint64_t handle, const remora_task& task) {
  remora_decision decision;
  std::memset(&decision, before, sizeof decision);
  decision.struct_size = sizeof decision;
  plugin().route(handle, &task, &decision, nullptr);
  decision.decision_id = 0;
  return {reinterpret_cast<const char*>(&decision), sizeof decision};
}

TEST_F(Decide, FillsEveryFieldWhateverTheStructHeld) {
  const auto expect_filled = [&](const remora_task& asked, const char* what) {
    remora_task t = asked;
    t.draw = 77;
    EXPECT_TRUE(decision_over(0, handle, t) == decision_over(0xAA, handle, t)) << what;
  };
  remora_task masked = task();
  masked.allowed_variants = 1ULL << 40;
  remora_task nobody = task();
  nobody.agent = 99;
  expect_filled(task(), "unseen");
  teach(1, true, 3);
  expect_filled(task(), "learned");
  expect_filled(masked, "masked");
  expect_filled(nobody, "an agent that is none");
  remora_control control = sized<remora_control>();
  control.learning = 1;
  for (const uint32_t mode : {REMORA_MODE_MONITOR, REMORA_MODE_FULL}) {
    control.enabled = mode == REMORA_MODE_MONITOR ? 1 : 0;
    control.mode = mode;
    ASSERT_EQ(plugin().control_set(handle, &control, &error), REMORA_OK) << error.text;
    expect_filled(task(), mode == REMORA_MODE_MONITOR ? "monitor" : "off");
    expect_filled(masked, "masked meanwhile");
  }
}

TEST_F(Decide, LabelsMakeStatesOfTheirOwnWhateverTheirOrder) {
  stop_exploring();
  const remora_id python = intern(REMORA_KIND_LABEL, "lang=python");
  const remora_id large = intern(REMORA_KIND_LABEL, "size=large");
  remora_outcome outcome = sized<remora_outcome>();
  outcome.agent = agent;
  outcome.task_type = type;
  outcome.variant = 3;
  outcome.success = 1;
  outcome.label_count = 2;
  outcome.labels[0] = large;
  outcome.labels[1] = python;
  ASSERT_EQ(record(outcome), REMORA_OK) << error.text;
  remora_task t = task();
  t.label_count = 2;
  t.labels[0] = python;
  t.labels[1] = large;
  EXPECT_EQ(route(t).visits, 1U);
  EXPECT_EQ(route(t).variant, 3U);
  t.label_count = 1;
  EXPECT_TRUE(route(t).flags & REMORA_DECISION_UNSEEN);
}

TEST_F(Decide, AnUnseenStateIsServedByTheAgentsOtherTasks) {
  stop_exploring();
  teach(2, true, 4);
  teach(0, false, 4);
  tick();  // folds the outcomes into the agent's own row
  remora_task t = task();
  t.task_type = intern(REMORA_KIND_TASK_TYPE, "never-seen");
  for (int i = 0; i < 20; ++i) {
    const remora_decision decision = route(t);
    EXPECT_EQ(decision.variant, 2U);
    EXPECT_TRUE(decision.flags & REMORA_DECISION_UNSEEN);
    EXPECT_EQ(decision.visits, 0U);
  }
}

TEST_F(Decide, ChoosesTheAgentToo) {
  stop_exploring();
  remora_id other = 0;
  ASSERT_EQ(plugin().agent_define(handle, "tester", "plain", &other, &error), REMORA_OK);
  teach(1, true, 3);
  remora_task t = task();
  t.agent = 0;
  const remora_decision decision = route(t);
  EXPECT_EQ(decision.agent, agent);
  EXPECT_EQ(decision.variant, 1U);
}

TEST_F(Decide, ChoosesAmongEqualAgentsAtRandomAndSaysThePropensity) {
  stop_exploring();
  for (const char* name : {"second", "third", "fourth"}) {
    remora_id other = 0;
    ASSERT_EQ(plugin().agent_define(handle, name, "plain", &other, &error), REMORA_OK);
  }
  std::map<remora_id, int> chosen;
  for (uint64_t i = 1; i <= 400; ++i) {
    remora_task t = task();
    t.agent = 0;
    t.draw = 0x9e3779b97f4a7c15ULL * i;
    const remora_decision decision = route(t);
    ++chosen[decision.agent];
    EXPECT_DOUBLE_EQ(decision.propensity, decision.agent == agent ? 0.25 * 0.25 : 0.25);
  }
  EXPECT_EQ(chosen.size(), 4U);
  for (const auto& [id, count] : chosen) {
    EXPECT_GE(count, 50) << "agent " << id;
  }
  teach(1, true, 3);
  remora_task t = task();
  t.agent = 0;
  EXPECT_DOUBLE_EQ(route(t).propensity, 1.0) << "one is better than the others now";
}

TEST_F(Decide, ChoosesTheAgentByTheEpsilonThatSchedulesHaveComeTo) {
  configure(R"({"safety": {"enabled": false},
                "learning": {"epsilon": 1, "schedule": {"kind": "exponential", "decay": 0.5, "minimum": 0}}})");
  const remora_id category = intern(REMORA_KIND_CATEGORY, "testing");
  const auto define = [&](const std::string& name) {
    remora_id id = 0;
    EXPECT_EQ(plugin().agent_register(handle, name.data(), name.size(), category, &id, &error), REMORA_OK);
    EXPECT_EQ(plugin().agent_define(handle, name.c_str(), "plain", &id, &error), REMORA_OK) << error.text;
    return id;
  };
  const remora_id settled = define("settled");
  const remora_id fresh = define("fresh");
  remora_task t = task();
  t.agent = 0;
  t.category = category;
  for (const auto& [taught, best, other] : {std::tuple{settled, 0.75, 0.25}, std::tuple{fresh, 1.0, 0.0}}) {
    agent = taught;
    teach(0, taught == settled, 40);
    tick();
    int others = 0;
    for (uint64_t i = 1; i <= 100; ++i) {
      t.draw = 0x9e3779b97f4a7c15ULL * i;
      const remora_decision d = route(t);
      others += d.agent == settled ? 0 : 1;
      EXPECT_NEAR(d.propensity, d.agent == settled ? best : other, 1e-6);
    }
    EXPECT_NEAR(others, other * 100, 15);
  }
}

TEST_F(Decide, AnAgentOfAnotherCategoryIsNotChosen) {
  const remora_id category = intern(REMORA_KIND_CATEGORY, "testing");
  remora_id tester = 0;
  ASSERT_EQ(plugin().agent_register(handle, "tester", 6, category, &tester, &error), REMORA_OK) << error.text;
  ASSERT_EQ(plugin().agent_define(handle, "tester", "plain", &tester, &error), REMORA_OK) << error.text;
  teach(1, true, 3);
  remora_task t = task();
  t.agent = 0;
  t.category = category;
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(route(t).agent, tester);
  }
}

TEST_F(Decide, FailsSafe) {
  remora_task t = task();
  t.task_type = agent;  // an id of the wrong kind
  remora_decision decision = sized<remora_decision>();
  EXPECT_EQ(plugin().route(handle, &t, &decision, &error), REMORA_E_INVALID);
  EXPECT_EQ(decision.variant, 0U);
  EXPECT_EQ(decision.decision_id, 0U);
  EXPECT_EQ(decision.reason, REMORA_REASON_ERROR);
  EXPECT_NE(std::string(error.text).find("task_type"), std::string::npos) << error.text;
}

TEST_F(Decide, AnAgentWithoutVariantsIsAnErrorThatSaysWhatToDo) {
  remora_task t = task();
  ASSERT_EQ(plugin().agent_register(handle, "empty", 5, 0, &t.agent, &error), REMORA_OK);
  remora_decision decision = sized<remora_decision>();
  EXPECT_EQ(plugin().route(handle, &t, &decision, &error), REMORA_E_NOT_FOUND);
  EXPECT_NE(std::string(error.text).find("register"), std::string::npos) << error.text;
}

TEST_F(Decide, SixtyFourVariantsAllLearnAndAllRoute) {
  stop_exploring();
  std::string names = "v0";
  for (int i = 1; i < 64; ++i) {
    names += ",v" + std::to_string(i);
  }
  ASSERT_EQ(plugin().agent_define(handle, "many", names.c_str(), &agent, &error), REMORA_OK) << error.text;
  EXPECT_EQ(plugin().agent_define(handle, "many", "one-too-many", &agent, &error), REMORA_E_FULL);
  for (uint32_t v : {0U, 5U, 6U, 37U}) {
    teach(v, false, 2);
  }
  teach(63, true, 2);
  EXPECT_EQ(route().variant, 63U);
  EXPECT_EQ(stats().visits, 10U);
}

TEST_F(Decide, ABatchAnswersEachTaskAndPointsAtTheFirstThatFailed) {
  remora_task tasks[3] = {task(), task(), task()};
  tasks[1].agent = 12345;
  remora_decision decisions[3] = {sized<remora_decision>(), sized<remora_decision>(),
                                  sized<remora_decision>()};
  remora_batch batch = sized<remora_batch>();
  batch.count = 3;
  EXPECT_EQ(plugin().route_batch(handle, tasks, decisions, &batch, &error), REMORA_E_INVALID);
  EXPECT_EQ(batch.done, 2U);
  EXPECT_EQ(batch.first_failed, 1U);
  EXPECT_NE(decisions[0].decision_id, 0U);
  EXPECT_EQ(decisions[1].decision_id, 0U);
  EXPECT_NE(decisions[2].decision_id, 0U);
}

}  // namespace
}  // namespace remora::test
