// A variant that was the best turns bad: what is told, and how fast learned routing gets over it.
#include <gtest/gtest.h>

#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "engine/host.hpp"

namespace remora::test {
namespace {

constexpr uint64_t kSeed = 4'711;
constexpr int kSteps = 10'000;
constexpr int kDrift = 4'000;

// How often each arm succeeds before the drift, and behind it.
struct World {
  double before[2], after[2];
};
constexpr World kBestFalls = {{0.9, 0.6}, {0.3, 0.6}};
constexpr World kIdleRises = {{0.6, 0.3}, {0.6, 0.9}};

struct Figures {
  double mean_after = 0;  // reward from the drift to the end
  int alarm_delay = 0;    // decisions from the drift to the event; 0 = none came
  int false_alarms = 0;
};

class Drift : public Host {
 protected:
  void SetUp() override {
    Host::SetUp();
    agent = 0;
    ASSERT_EQ(plugin().agent_define(handle, "drifting", "first,second", &agent, &error), REMORA_OK);
  }

  std::vector<remora_event> changes() {
    std::vector<remora_event> found;
    remora_event events[16];
    for (;;) {
      for (remora_event& event : events) {
        event = sized<remora_event>();
      }
      uint32_t count = 0;
      EXPECT_EQ(plugin().events(handle, &cursor_, events, sizeof events[0], 16, &count), REMORA_OK);
      for (uint32_t i = 0; i < count; ++i) {
        if (events[i].kind == REMORA_EVENT_REWARD_CHANGED) {
          found.push_back(events[i]);
        }
      }
      if (count < 16) {
        return found;
      }
    }
  }

  Figures run(const std::string& learning, const World& world = kBestFalls) {
    configure(R"({"safety": {"enabled": false}, "learning": )" + learning + "}");
    std::mt19937_64 random(kSeed);
    std::uniform_real_distribution<double> share;
    Figures result;
    for (int step = 0; step < kSteps; ++step) {
      remora_task t = task();
      t.draw = random();
      const remora_decision d = route(t);
      const double rate = (step < kDrift ? world.before : world.after)[d.variant];
      const bool success = share(random) < rate;
      EXPECT_EQ(record(d.decision_id, success), REMORA_OK);
      result.mean_after += step >= kDrift && success ? 1.0 / (kSteps - kDrift) : 0;
      if (step % 10 == 9) {
        tick();
        for (const remora_event& event : changes()) {
          EXPECT_EQ(event.agent, agent);
          const bool of_the_drift = step >= kDrift && event.variant == 0 && event.value < event.threshold;
          result.false_alarms += of_the_drift ? 0 : 1;
          result.alarm_delay =
              of_the_drift && result.alarm_delay == 0 ? step - kDrift + 1 : result.alarm_delay;
        }
      }
    }
    std::printf("%s: mean reward after the drift %.4f, alarm after %d, others %d\n", learning.c_str(),
                result.mean_after, result.alarm_delay, result.false_alarms);
    return result;
  }

  uint64_t cursor_ = 0;
};

class DriftOfEachPolicy : public Drift, public testing::WithParamInterface<const char*> {};

TEST_P(DriftOfEachPolicy, IsGotOverWithAMemoryAndTold) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  const Figures with = run(std::string(R"({"memory": 500, "policy": ")") + GetParam() + "\"" +
                           (std::string(GetParam()) == "epsilon_greedy" ? R"(, "epsilon": 0.05)" : "") + "}");
  EXPECT_GE(with.mean_after, 0.57);
  EXPECT_GT(with.alarm_delay, 0);
  EXPECT_LE(with.alarm_delay, 200);
  EXPECT_EQ(with.false_alarms, 0);
}

INSTANTIATE_TEST_SUITE_P(Policies, DriftOfEachPolicy,
                         testing::Values("thompson", "thompson_beta", "ucb1", "softmax", "epsilon_greedy"),
                         [](const auto& policy) { return std::string(policy.param); });

TEST_F(Drift, IsGotOverByAnAlarmThatLeavesLittleEvidence) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  const Figures with = run(R"({"alarm": {"keep": 0.05}})");
  EXPECT_GE(with.mean_after, 0.57);
  EXPECT_GT(with.alarm_delay, 0);
}

// Nobody sees that an arm got better which nobody tries any more.
TEST_F(Drift, OfAnIdleArmIsFoundWithAMemory) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  const Figures plain = run("{}", kIdleRises);
  remora_id another = 0;
  ASSERT_EQ(plugin().agent_define(handle, "another", "one,two", &another, &error), REMORA_OK);
  agent = another;
  const Figures with = run(R"({"memory": 500})", kIdleRises);
  EXPECT_GE(with.mean_after, 0.8);
  EXPECT_GT(with.mean_after, plain.mean_after + 0.1);
}

TEST_F(Drift, IsOnlyToldByDefault) {
  const Figures plain = run("{}");
  EXPECT_GT(plain.alarm_delay, 0);
  EXPECT_EQ(plain.false_alarms, 0);
}

TEST_F(Drift, IsNotLookedForWhenTheAlarmIsOff) {
  EXPECT_EQ(run(R"({"alarm": {"enabled": false}})").alarm_delay, 0);
}

TEST_F(Drift, EvidenceForTheNextAlarmSurvivesARestart) {
  for (int i = 0; i < 100; ++i) {
    teach(0, i % 10 != 0);
  }
  teach(0, false, 12);
  tick();
  EXPECT_TRUE(changes().empty());
  reopen();
  teach(0, false, 12);
  tick();
  EXPECT_EQ(changes().size(), 1U) << "24 failures are enough, 12 are not";
}

TEST_F(Drift, AnAlarmDiscountsTheEvidenceOfItsAgentAlone) {
  configure(R"({"learning": {"alarm": {"keep": 0.1}}, "safety": {"enabled": false}})");
  remora_id other = 0;
  ASSERT_EQ(plugin().agent_define(handle, "steady", "only,spare", &other, &error), REMORA_OK);
  const remora_id drifting = agent;
  agent = other;
  teach(0, true, 100);
  agent = drifting;
  teach(0, true, 100);
  teach(1, true, 50);
  tick();
  const auto visits = [this](remora_id of, uint32_t variant) {
    remora_belief belief = sized<remora_belief>();
    belief.agent = of;
    belief.task_type = type;
    belief.variant = variant;
    EXPECT_EQ(plugin().explain(handle, &belief, &error), REMORA_OK);
    return belief.state_visits;
  };
  EXPECT_EQ(visits(drifting, 1), 50U);
  teach(0, false, 30);
  tick();
  EXPECT_LE(visits(drifting, 0), 14U);
  EXPECT_EQ(visits(drifting, 1), 5U) << "idle variants are unsure again too";
  EXPECT_EQ(visits(other, 0), 100U);
}

TEST_F(Drift, WithAMemoryIdleVariantsLoseEvidenceToTheOutcomesOfOthers) {
  configure(R"({"learning": {"memory": 100}, "safety": {"enabled": false}})");
  teach(1, true, 64);
  tick();
  for (int i = 0; i < 20; ++i) {
    teach(0, true, 10);
    tick();
  }
  remora_belief belief = sized<remora_belief>();
  belief.agent = agent;
  belief.task_type = type;
  belief.variant = 1;
  ASSERT_EQ(plugin().explain(handle, &belief, &error), REMORA_OK);
  EXPECT_NEAR(belief.state_visits, 16, 5) << "two half-lives";
  EXPECT_NEAR(belief.state_value, 1, 1e-6);
}

}  // namespace
}  // namespace remora::test
