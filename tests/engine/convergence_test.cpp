// Simulated agents of each verdict, as a host sees them: the figures, the fleet, the event.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "engine/host.hpp"

namespace remora::test {
namespace {

constexpr uint64_t kSeed = 31'337;

class Convergence : public Host {
 protected:
  void SetUp() override {
    Host::SetUp();
    configure(
        R"({"safety": {"enabled": false}, "learning": {"pooling": {"category_weight": 0, "fleet_weight": 0}}})");
  }
  remora_id define(const std::string& name) {
    remora_id id = 0;
    EXPECT_EQ(plugin().agent_define(handle, name.c_str(), "first,second", &id, &error), REMORA_OK)
        << error.text;
    return id;
  }
  // Decides and reports so many tasks, at these rates of success.
  void work(remora_id of, double first, double second, int tasks) {
    std::uniform_real_distribution<double> share;
    agent = of;
    for (int i = 0; i < tasks; ++i) {
      remora_task t = task();
      t.draw = random_();
      const remora_decision d = route(t);
      EXPECT_EQ(record(d.decision_id, share(random_) < (d.variant == 0 ? first : second)), REMORA_OK);
      if (i % 10 == 9) {
        tick();
      }
    }
    tick();
  }
  remora_convergence ask(remora_id of, uint32_t variant = REMORA_NONE) {
    remora_convergence c = sized<remora_convergence>();
    c.agent = of;
    c.task_type = variant == REMORA_NONE ? 0 : type;
    c.variant = variant;
    EXPECT_EQ(plugin().convergence_get(handle, &c, &error), REMORA_OK) << error.text;
    return c;
  }
  std::vector<remora_event> verdict_events() {
    std::vector<remora_event> found;
    remora_event events[256];
    for (remora_event& event : events) {
      event = sized<remora_event>();
    }
    uint32_t count = 0;
    uint64_t cursor = 0;
    EXPECT_EQ(plugin().events(handle, &cursor, events, sizeof events[0], 256, &count), REMORA_OK);
    for (uint32_t i = 0; i < count; ++i) {
      if (events[i].kind == REMORA_EVENT_VERDICT_CHANGED) {
        found.push_back(events[i]);
      }
    }
    return found;
  }

  std::mt19937_64 random_{kSeed};
};

TEST_F(Convergence, AnAgentWithoutOutcomesIsStarved) {
  const remora_convergence c = ask(define("new"));
  EXPECT_EQ(c.verdict, static_cast<uint32_t>(REMORA_VERDICT_STARVED));
  EXPECT_EQ(c.winner, REMORA_NONE);
  EXPECT_EQ(c.outcomes, 0U);
}

TEST_F(Convergence, AnAgentOfWhichAVariantIsNeverTriedIsStarved) {
  agent = define("one-sided");
  teach(0, true, 100);
  tick();
  EXPECT_EQ(ask(agent).verdict, static_cast<uint32_t>(REMORA_VERDICT_STARVED));
  teach(1, false, 20);
  tick();
  EXPECT_NE(ask(agent).verdict, static_cast<uint32_t>(REMORA_VERDICT_STARVED));
}

TEST_F(Convergence, AnAgentWithAClearWinnerConverges) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  const remora_id clear = define("clear");
  agent = clear;
  teach(1, false, 6);
  work(clear, 0.95, 0.2, 500);
  const remora_convergence c = ask(clear);
  EXPECT_EQ(c.verdict, static_cast<uint32_t>(REMORA_VERDICT_CONVERGED)) << "met: " << c.met;
  EXPECT_EQ(c.met, 31U);
  EXPECT_EQ(c.winner, 0U);
  EXPECT_NEAR(c.winning, 0.95, 0.1);
  EXPECT_LT(c.change_high, 0.1);
  EXPECT_GT(c.separation_low, 0);
  EXPECT_LE(c.change_low, c.change);
  EXPECT_LT(c.winning_low, c.winning);
  EXPECT_LT(c.winning, c.winning_high);
  EXPECT_LT(c.separation, c.separation_high);
  EXPECT_LE(c.explored_low, c.explored);
  EXPECT_LT(c.explored, c.explored_high);
  EXPECT_LE(c.variance_low, 1);
  EXPECT_GE(c.variance_high, 1);
  const remora_convergence cell = ask(clear, 0);
  EXPECT_EQ(cell.verdict, static_cast<uint32_t>(REMORA_VERDICT_CONVERGED));
  EXPECT_GT(cell.change, 0);
  EXPECT_GT(cell.outcomes, 300U);
}

TEST_F(Convergence, AnAgentOfWhichNoVariantIsGoodKeepsLearning) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  const remora_id poor = define("poor");
  work(poor, 0.5, 0.45, 400);
  const remora_convergence c = ask(poor);
  EXPECT_EQ(c.verdict, static_cast<uint32_t>(REMORA_VERDICT_LEARNING));
  EXPECT_EQ(c.met & (REMORA_SETTLED_WINNING | REMORA_SETTLED_SEPARATION), 0U);
}

TEST_F(Convergence, AnAgentWhoseRewardsChangedIsDriftingUntilItHasAHundredMoreOutcomes) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  const remora_id drifting = define("drifting");
  agent = drifting;
  teach(1, true, 10);
  teach(0, true, 100);
  tick();
  teach(0, false, 30);
  tick();
  EXPECT_EQ(ask(drifting).verdict, static_cast<uint32_t>(REMORA_VERDICT_DRIFTING));
  teach(1, true, 99);
  tick();
  EXPECT_EQ(ask(drifting).verdict, static_cast<uint32_t>(REMORA_VERDICT_DRIFTING));
  teach(1, true, 1);
  tick();
  EXPECT_NE(ask(drifting).verdict, static_cast<uint32_t>(REMORA_VERDICT_DRIFTING));
}

TEST_F(Convergence, TheFleetCountsItsAgentsAndIsAsFarAsTheLeastOfThem) {
  const remora_id drifting = define("drifting");
  agent = drifting;
  teach(1, true, 10);
  teach(0, true, 100);
  teach(0, false, 30);
  tick();
  const remora_convergence c = ask(0);
  EXPECT_EQ(c.verdict, static_cast<uint32_t>(REMORA_VERDICT_DRIFTING));
  EXPECT_EQ(c.drifting_agents, 1U);
  EXPECT_EQ(c.starved_agents, 1U) << "the one that every test of this kind has";
  EXPECT_EQ(c.outcomes, 140U);
}

TEST_F(Convergence, AChangedVerdictIsAnEventOnce) {
  const remora_id drifting = define("drifting");
  agent = drifting;
  teach(1, true, 10);
  tick();
  EXPECT_TRUE(verdict_events().empty()) << "the first verdict is no change";
  teach(0, true, 100);
  tick();
  ASSERT_EQ(verdict_events().size(), 1U);
  teach(0, false, 30);
  tick();
  EXPECT_EQ(verdict_events().size(), 1U) << "not so soon again";
  teach(0, false, 30);
  tick();
  tick();
  const std::vector<remora_event> events = verdict_events();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[1].agent, drifting);
  EXPECT_EQ(events[1].reason, REMORA_VERDICT_DRIFTING);
  EXPECT_EQ(events[1].severity, static_cast<uint32_t>(REMORA_SEVERITY_WARNING));
}

TEST_F(Convergence, WhatIsNotThereIsSaid) {
  remora_convergence c = sized<remora_convergence>();
  c.agent = agent;
  c.variant = 9;
  EXPECT_EQ(plugin().convergence_get(handle, &c, &error), REMORA_E_NOT_FOUND);
  c.agent = type;
  EXPECT_EQ(plugin().convergence_get(handle, &c, &error), REMORA_E_INVALID);
}

}  // namespace
}  // namespace remora::test
