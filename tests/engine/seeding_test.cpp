// What a variant without an outcome starts from: a prior, or what its group learned.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "engine/host.hpp"

namespace remora::test {
namespace {

class Seeding : public Host {
 protected:
  void SetUp() override {
    Host::SetUp();
    first = agent;
  }
  void transfer(const std::string& more = "") {
    configure(R"({"safety": {"enabled": false}, "learning": {"epsilon": 0,
                  "pooling": {"category_weight": 0, "fleet_weight": 0}, "transfer": {)" +
              more + R"("groups": [{"agents": ["architect", "builder", "planner"]}]}}})");
  }
  void define(const char* name, const char* variants) {
    ASSERT_EQ(plugin().agent_define(handle, name, variants, &agent, &error), REMORA_OK) << error.text;
  }
  remora_belief belief(remora_id of, uint32_t variant) {
    remora_belief b = sized<remora_belief>();
    b.agent = of;
    b.task_type = type;
    b.variant = variant;
    EXPECT_EQ(plugin().explain(handle, &b, &error), REMORA_OK) << error.text;
    return b;
  }
  std::vector<remora_event> seeded() {
    std::vector<remora_event> found;
    uint64_t cursor = 0;
    for (uint32_t count = 1; count != 0;) {
      remora_event event = sized<remora_event>();
      EXPECT_EQ(plugin().events(handle, &cursor, &event, 0, 1, &count), REMORA_OK);
      if (count != 0 && event.kind == REMORA_EVENT_SEEDED) {
        found.push_back(event);
      }
    }
    return found;
  }
  uint32_t snapshots(remora_snapshot_info* newest) {
    uint32_t count = 0;
    *newest = sized<remora_snapshot_info>();
    EXPECT_EQ(plugin().snapshot_list(handle, newest, 0, 1, &count, &error), REMORA_OK) << error.text;
    return count;
  }
  void restore(uint64_t sequence) {
    char path[128];
    uint64_t needed = 0;
    ASSERT_EQ(plugin().snapshot_path(handle, sequence, path, sizeof path, &needed, &error), REMORA_OK);
    ASSERT_EQ(plugin().restore(handle, path, needed - 1, nullptr, &error), REMORA_OK) << error.text;
  }

  remora_id first = 0;  // "architect": steady, quick, deep, wild
};

TEST_F(Seeding, ANewAgentStartsFromTheLowerBoundOfItsGroup) {
  transfer();
  teach(1, true, 40);
  teach(2, false, 40);
  tick();
  EXPECT_TRUE(seeded().empty()) << "nobody else is in the group";
  define("builder", "other,deep,quick");
  tick();
  const double margin = 1.6448536 * 0.4 / std::sqrt(40.0);
  const remora_belief quick = belief(agent, 2);
  EXPECT_NEAR(quick.agent_value, 1 - margin, 1e-5) << "by its name, not by its number";
  EXPECT_EQ(quick.agent_visits, 5U);
  EXPECT_NEAR(belief(agent, 1).agent_value, 0 - margin, 1e-5);
  EXPECT_EQ(belief(agent, 0).agent_visits, 0U) << "no other agent has this one";
  EXPECT_EQ(route().variant, 2U);
  ASSERT_EQ(seeded().size(), 2U);
  EXPECT_EQ(seeded()[0].agent, agent);
  EXPECT_EQ(seeded()[0].detail[0], 5U);
  EXPECT_EQ(seeded()[0].detail[1], 1U);
}

TEST_F(Seeding, CountsOfOutcomesStayCountsOfOutcomes) {
  transfer();
  teach(1, true, 40);
  tick();
  define("builder", "quick");
  tick();
  ASSERT_EQ(seeded().size(), 1U);
  EXPECT_EQ(stats().visits, 40U);
  teach(0, true, 3);
  tick();
  EXPECT_EQ(stats().visits, 43U);
  EXPECT_EQ(belief(agent, 0).state_visits, 3U);
  EXPECT_EQ(belief(agent, 0).agent_visits, 8U) << "three outcomes and what the start counts as";
}

TEST_F(Seeding, TooFewOutcomesHandNothingOn) {
  transfer();
  teach(1, true, 4);
  tick();
  define("builder", "quick");
  tick();
  EXPECT_TRUE(seeded().empty());
  const remora_id builder = agent;
  agent = first;
  teach(1, true);
  tick();
  ASSERT_EQ(seeded().size(), 1U) << "as soon as they are enough, while it has no outcome yet";
  EXPECT_EQ(belief(builder, 0).agent_visits, 5U);
}

// A snapshot before each start would be one a tick, as long as the table is full.
TEST_F(Seeding, WithoutAPlaceForTheStartNothingIsTaken) {
  transfer();
  teach(1, true, 40);
  tick();
  remora_outcome outcome = sized<remora_outcome>();
  outcome.success = 1;
  for (const char* name : {"one", "two", "three", "four", "five"}) {
    define(name, "other");
    outcome.agent = agent;
    for (int i = 0; i < 300; ++i) {
      outcome.task_type = intern(REMORA_KIND_TASK_TYPE, "task-" + std::to_string(i));
      ASSERT_EQ(record(outcome), REMORA_OK) << error.text;
    }
  }
  define("builder", "quick");
  remora_snapshot_info info;
  tick();
  const uint32_t before = snapshots(&info);
  for (int i = 0; i < 3; ++i) {
    tick();
  }
  EXPECT_EQ(snapshots(&info), before);
  EXPECT_TRUE(seeded().empty());
}

TEST_F(Seeding, AVariantThatWasLearnedIsLeftAlone) {
  transfer();
  define("builder", "quick");
  teach(0, false);
  agent = first;
  teach(1, true, 40);
  tick();
  EXPECT_TRUE(seeded().empty());
}

TEST_F(Seeding, WhatWasHandedOnIsNotHandedOnAgain) {
  transfer(R"("weight": 50, )");
  teach(1, true, 40);
  tick();
  define("builder", "quick");
  tick();
  ASSERT_EQ(seeded().size(), 1U);
  EXPECT_EQ(seeded()[0].detail[0], 40U) << "no more than what there is";
  define("planner", "quick");
  tick();
  ASSERT_EQ(seeded().size(), 2U);
  EXPECT_EQ(seeded()[1].detail[1], 1U) << "the builder has no outcome of its own";
}

TEST_F(Seeding, IsTakenBackForGoodByTheSnapshotBefore) {
  transfer();
  teach(1, true, 40);
  tick();
  remora_snapshot_info info;
  const uint32_t before = snapshots(&info);
  define("builder", "quick");
  tick();
  ASSERT_EQ(snapshots(&info), before + 1);
  EXPECT_EQ(info.kind, static_cast<uint32_t>(REMORA_SNAPSHOT_RESTORE));
  EXPECT_EQ(belief(agent, 0).agent_visits, 5U);
  restore(info.sequence);
  EXPECT_EQ(belief(agent, 0).agent_visits, 0U);
  tick();
  EXPECT_EQ(belief(agent, 0).agent_visits, 0U);
  define("builder", "quick");
  tick();
  EXPECT_EQ(seeded().size(), 1U) << "registering it again does not make it new";
}

TEST_F(Seeding, APriorGoesBeforeTheGroupAndHoldsAfterAReopening) {
  teach(1, true, 40);
  tick();
  configure(R"({"safety": {"enabled": false},
    "learning": {"epsilon": 0, "transfer": {"groups": [{"agents": ["architect", "builder"]}]}},
    "agents": [{"name": "builder", "variants": [
      {"name": "quick", "prior": {"value": 0.25, "weight": 3}}, {"name": "deep", "prior": {"value": 1.5}}]}]})");
  tick();
  ASSERT_EQ(seeded().size(), 2U);
  EXPECT_EQ(seeded()[0].detail[1], 0U) << "from the configuration";
  define("builder", "quick");
  EXPECT_NEAR(belief(agent, 0).agent_value, 0.25, 1e-6);
  EXPECT_EQ(belief(agent, 0).agent_visits, 3U);
  EXPECT_EQ(belief(agent, 1).agent_visits, 5U);
  reopen();
  tick();
  EXPECT_EQ(belief(agent, 0).agent_visits, 3U);
  EXPECT_EQ(seeded().size(), 2U);
}

TEST_F(Seeding, AStartFadesAsOutcomesCome) {
  configure(R"({"safety": {"enabled": false}, "agents": [
    {"name": "architect", "variants": [{"name": "steady", "prior": {"value": 1, "weight": 5}}]}]})");
  tick();
  ASSERT_EQ(seeded().size(), 1U);
  teach(0, false, 45);
  tick();
  EXPECT_NEAR(belief(first, 0).agent_value, 5.0 / 50, 1e-3) << "five of fifty";
}

TEST_F(Seeding, NothingIsGivenWhileLearningIsOff) {
  configure(R"({"learning": {"enabled": false}, "agents": [
    {"name": "architect", "variants": [{"name": "steady", "prior": {"value": 1}}]}]})");
  tick();
  EXPECT_TRUE(seeded().empty());
}

TEST_F(Seeding, LearningAgainKeepsTheStart) {
  configure(R"({"safety": {"enabled": false}, "agents": [
    {"name": "architect", "variants": [{"name": "steady", "prior": {"value": 1, "weight": 5}}]}]})");
  tick();
  teach(0, false, 5);
  tick();
  const remora_belief before = belief(first, 0);
  remora_replay_request request = sized<remora_replay_request>();
  request.mode = REMORA_REPLAY_RELEARN;
  ASSERT_EQ(plugin().replay(handle, &request, nullptr, &error), REMORA_OK) << error.text;
  EXPECT_EQ(belief(first, 0).agent_visits, before.agent_visits);
  EXPECT_EQ(belief(first, 0).state_visits, 5U);
}

}  // namespace
}  // namespace remora::test
