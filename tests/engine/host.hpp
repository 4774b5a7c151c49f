// A host for tests of the engine: one open state, an agent with four variants, and short words for what hosts
// do.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "abi/plugin.hpp"

namespace remora::test {

using abi_test::plugin;
using abi_test::sized;

inline constexpr int64_t kSecond = 1'000'000'000;
inline constexpr int64_t kStart = 1'800'000'000 * kSecond;

class Host : public testing::Test {
 protected:
  void SetUp() override {
    open();
    ASSERT_EQ(plugin().agent_define(handle, "architect", "steady,quick,deep,wild", &agent, &error), REMORA_OK)
        << error.text;
    type = intern(REMORA_KIND_TASK_TYPE, "api-design");
  }
  void TearDown() override {
    if (handle != 0) {
      EXPECT_EQ(plugin().close(handle, &error), REMORA_OK) << error.text;
    }
  }

  void open(uint32_t flags = REMORA_OPEN_NO_AUTO_TICK | REMORA_OPEN_NO_ENVIRONMENT) {
    remora_options options = abi_test::small_options();
    options.flags = flags;
    options.ledger_slots = ledger_slots;
    options.names = name_capacity;
    const std::string path = folder.path() + "/state";
    ASSERT_EQ(plugin().open(path.data(), path.size(), &options, &handle, &error), REMORA_OK) << error.text;
  }
  void reopen() {
    ASSERT_EQ(plugin().close(handle, &error), REMORA_OK) << error.text;
    open();
  }

  remora_id intern(uint32_t kind, const std::string& name) {
    remora_id id = 0;
    EXPECT_EQ(plugin().intern(handle, kind, name.data(), name.size(), &id, &error), REMORA_OK) << error.text;
    return id;
  }
  void configure(const std::string& json) {
    ASSERT_EQ(plugin().configure(handle, json.data(), json.size(), &error), REMORA_OK) << error.text;
  }
  // Always the best value, so that tests need no luck.
  void stop_exploring() { configure(R"({"learning": {"epsilon": 0}})"); }

  remora_task task() const {
    remora_task t = sized<remora_task>();
    t.agent = agent;
    t.task_type = type;
    return t;
  }
  remora_decision route(const remora_task& t) {
    remora_decision decision = sized<remora_decision>();
    EXPECT_EQ(plugin().route(handle, &t, &decision, &error), REMORA_OK) << error.text;
    return decision;
  }
  remora_decision route() { return route(task()); }

  int32_t record(const remora_outcome& outcome, remora_reward* reward = nullptr) {
    return plugin().record_outcome(handle, &outcome, reward, &error);
  }
  int32_t record(uint64_t decision_id, bool success) {
    return plugin().record_result(handle, decision_id, success ? 1 : 0, 0, &error);
  }
  // Outcomes of a variant that the host chose by itself.
  void teach(uint32_t variant, bool success, int times = 1) {
    remora_outcome outcome = sized<remora_outcome>();
    outcome.agent = agent;
    outcome.task_type = type;
    outcome.variant = variant;
    outcome.success = success ? 1 : 0;
    for (int i = 0; i < times; ++i) {
      ASSERT_EQ(record(outcome), REMORA_OK) << error.text;
    }
  }
  remora_stats stats() {
    remora_stats s = sized<remora_stats>();
    EXPECT_EQ(plugin().stats_get(handle, &s, &error), REMORA_OK) << error.text;
    return s;
  }
  remora_belief explain(uint32_t variant, uint32_t attempts = 0, uint64_t tried = 0) {
    remora_belief belief = sized<remora_belief>();
    belief.agent = agent;
    belief.task_type = type;
    belief.variant = variant;
    belief.attempts = attempts;
    belief.tried_variants = tried;
    EXPECT_EQ(plugin().explain(handle, &belief, &error), REMORA_OK) << error.text;
    return belief;
  }
  // A rollout of learning itself, which stays in a first stage of that mode.
  remora_id start_trial(uint32_t mode, uint32_t share_basis_points) {
    remora_rollout_plan plan = sized<remora_rollout_plan>();
    plan.agent = agent;
    plan.treatment = REMORA_TREATMENT_LEARNED;
    plan.stage_count = 2;
    plan.stages[0].mode = mode;
    plan.stages[0].share_basis_points = share_basis_points;
    plan.stages[0].minimum_samples = 100'000;
    plan.stages[0].maximum_drop = 1;
    plan.stages[1].mode = REMORA_MODE_FULL;
    plan.stages[1].share_basis_points = 10'000;
    remora_id rollout = 0;
    EXPECT_EQ(plugin().rollout_start(handle, "trial", 5, &plan, &rollout, &error), REMORA_OK) << error.text;
    return rollout;
  }
  void tick(int64_t now_ns = 0, int64_t budget_ns = 0) {
    remora_tick_report report = sized<remora_tick_report>();
    ASSERT_EQ(plugin().tick(handle, now_ns, budget_ns, &report, &error), REMORA_OK) << error.text;
  }

  // Decisions that may be made while a thread waits for its turn before that thread's own is given up.
  uint32_t ledger_slots = 4096;
  uint32_t name_capacity = 512;
  abi_test::Folder folder;
  uint64_t handle = 0;
  remora_id agent = 0;
  remora_id type = 0;
  remora_error error = REMORA_ERROR_INIT;
};

}  // namespace remora::test
