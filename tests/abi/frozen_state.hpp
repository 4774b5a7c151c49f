// A state directory as an earlier build left it, what a host finds in one, and how one is frozen at a
// release.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cinttypes>
#include <cstdarg>
#include <cstdio>
#include <string>
#include <vector>

#include "abi/plugin.hpp"

namespace remora::abi_test {

inline constexpr int64_t kFrozenNow = 1'700'000'000'000'000'000;
inline constexpr const char* kFrozenAgents[] = {"architect", "test-generator"};

class Session {
 public:
  explicit Session(uint64_t handle) : handle_(handle) {}

  void register_agents() {
    define(kFrozenAgents[0], "steady,quick,deep,wild");
    define(kFrozenAgents[1], "one,two,three,four,five,six,seven");
  }

  // Makes of an empty state one with two agents, one with a blocked variant and one with a rollout, values of
  // eight states, half of them with a label, and a snapshot. Returns a decision that is still without an
  // outcome.
  uint64_t fill() {
    register_agents();
    const remora_id types[] = {intern(REMORA_KIND_TASK_TYPE, "api-design"),
                               intern(REMORA_KIND_TASK_TYPE, "unit-tests")};
    const remora_id label = intern(REMORA_KIND_LABEL, "lang=python");
    intern(REMORA_KIND_METRIC, "coverage");
    for (uint32_t i = 0; i < 400; ++i) {
      record(find(REMORA_KIND_AGENT, kFrozenAgents[i % 2]), types[i / 2 % 2], i % 5 == 0 ? label : 0, i);
    }
    begin_rollout();
    check(plugin().variant_block(handle_, find(REMORA_KIND_AGENT, kFrozenAgents[0]), 3, &error_));
    remora_tick_report report = sized<remora_tick_report>();
    check(plugin().tick(handle_, kFrozenNow + 1'000'000'000, 0, &report, &error_));
    check(plugin().snapshot(handle_, nullptr, &error_));
    remora_task task = sized<remora_task>();
    task.agent = find(REMORA_KIND_AGENT, kFrozenAgents[0]);
    task.task_type = types[0];
    task.now_ns = kFrozenNow + 1'000'000'000;
    remora_decision decision = sized<remora_decision>();
    check(plugin().route(handle_, &task, &decision, &error_));
    return decision.decision_id;
  }

 private:
  void check(int32_t code) { EXPECT_EQ(code, REMORA_OK) << error_.text; }
  void define(const char* agent, const char* variants) {
    check(plugin().agent_define(handle_, agent, variants, nullptr, &error_));
  }
  remora_id intern(uint32_t kind, const std::string& name) {
    remora_id id = 0;
    check(plugin().intern(handle_, kind, name.data(), name.size(), &id, &error_));
    return id;
  }
  remora_id find(uint32_t kind, const std::string& name) {
    remora_id id = 0;
    check(plugin().find(handle_, kind, name.data(), name.size(), &id, &error_));
    return id;
  }
  void record(remora_id agent, remora_id type, remora_id label, uint32_t i) {
    remora_outcome outcome = sized<remora_outcome>();
    outcome.agent = agent;
    outcome.task_type = type;
    outcome.variant = i % 3;
    outcome.label_count = label == 0 ? 0 : 1;
    outcome.labels[0] = label;
    outcome.now_ns = kFrozenNow + i;
    outcome.success = i % 7 != 0 ? 1 : 0;
    outcome.flags = REMORA_OUTCOME_HAS_QUALITY;
    outcome.quality = (i % 10) / 10.0;
    outcome.duration_ns = 1'000'000LL * (1 + i % 40);
    outcome.cost_micros = 10 * (i % 5);
    check(plugin().record_outcome(handle_, &outcome, nullptr, &error_));
  }
  void begin_rollout() {
    remora_rollout_plan plan = sized<remora_rollout_plan>();
    plan.agent = find(REMORA_KIND_AGENT, kFrozenAgents[1]);
    plan.treatment = 2;
    plan.now_ns = kFrozenNow;
    remora_id rollout = 0;
    check(plugin().rollout_start(handle_, "third", 5, &plan, &rollout, &error_));
    check(plugin().rollout_command(handle_, rollout, REMORA_ROLLOUT_ADVANCE, kFrozenNow + 500, &error_));
  }

  uint64_t handle_;
  remora_error error_ = REMORA_ERROR_INIT;
};

// What a host reads of a state, by names, a line each.
class Reader {
 public:
  explicit Reader(uint64_t handle) : handle_(handle) {}

  // Every learned value; in order, since builds may place them otherwise.
  std::string values() {
    std::vector<std::string> found;
    uint64_t cursor = 0;
    for (;;) {
      remora_q_cell cell = sized<remora_q_cell>();
      uint32_t count = 0;
      check(plugin().q_cells(handle_, &cursor, &cell, 0, 1, &count));
      if (count == 0) {
        break;
      }
      std::string state = name(cell.agent) + " " + name(cell.task_type);
      for (uint32_t i = 0; i < cell.label_count; ++i) {
        state += " " + name(cell.labels[i]);
      }
      found.push_back(line("value %s, variant %u: %.7g after %u\n", state.c_str(), cell.variant, cell.q_value,
                           cell.visits));
    }
    std::sort(found.begin(), found.end());
    std::string all;
    for (const std::string& value : found) {
      all += value;
    }
    return all;
  }

  // Names, agents with their variants' figures, the rollout.
  std::string rest() {
    std::string all;
    for (const uint32_t kind : {REMORA_KIND_CATEGORY, REMORA_KIND_AGENT, REMORA_KIND_TASK_TYPE,
                                REMORA_KIND_LABEL, REMORA_KIND_METRIC, REMORA_KIND_ROLLOUT}) {
      uint64_t cursor = 0;
      remora_id id = 0;
      uint32_t count = 1;
      while (plugin().list_names(handle_, kind, &cursor, &id, 1, &count) == REMORA_OK && count != 0) {
        all += line("name %u: %s\n", kind, name(id).c_str());
        all += kind == REMORA_KIND_AGENT ? agent(id) : kind == REMORA_KIND_ROLLOUT ? rollout(id) : "";
      }
    }
    return all;
  }

 private:
  void check(int32_t code) { EXPECT_EQ(code, REMORA_OK) << error_.text; }
  [[gnu::format(printf, 1, 2)]] static std::string line(const char* format, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return text;
  }
  std::string name(remora_id id) {
    char text[256] = "";
    uint64_t needed = 0;
    check(plugin().name_of(handle_, id, text, sizeof text, &needed, &error_));
    return text;
  }
  std::string agent(remora_id id) {
    remora_agent agent = sized<remora_agent>();
    agent.agent = id;
    check(plugin().agent_info(handle_, &agent, &error_));
    std::string all = line("  %u variants, baseline %u, safe %u, blocked %" PRIx64 "\n", agent.variant_count,
                           agent.baseline_variant, agent.safe_variant, agent.blocked_variants);
    for (uint32_t v = 0; v < agent.variant_count; ++v) {
      remora_variant variant = sized<remora_variant>();
      variant.agent = id;
      variant.variant = v;
      check(plugin().variant_info(handle_, &variant, &error_));
      char text[256] = "";
      uint64_t needed = 0;
      check(plugin().variant_name(handle_, id, v, text, sizeof text, &needed));
      all += line("  %s: %" PRIu64 " of %" PRIu64 ", reward %.7g, %.7g ns, %.7g\n", text, variant.successes,
                  variant.outcomes, variant.mean_reward, variant.mean_duration_ns, variant.mean_cost_micros);
    }
    return all;
  }
  std::string rollout(remora_id id) {
    remora_rollout status = sized<remora_rollout>();
    check(plugin().rollout_status(handle_, id, &status, &error_));
    return line("  of %s, variant %u, state %u, stage %u of %u, mode %u, since %" PRId64 "\n",
                name(status.agent).c_str(), status.treatment, status.state, status.stage, status.stage_count,
                status.mode, status.stage_started_ns);
  }

  uint64_t handle_;
  remora_error error_ = REMORA_ERROR_INIT;
};

}  // namespace remora::abi_test
