// A fleet of 18 agents with 40 task types in a state of default size, as a host has it.
#pragma once

#include <remora/remora_loader.h>

#include <cstdint>
#include <cstring>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace remora::test {

inline constexpr uint32_t kFleetAgents = 18;
inline constexpr uint32_t kFleetTaskTypes = 40;

class Fleet {
 public:
  Fleet(const remora_api& api, const std::string& directory) : api_(api) {
    remora_options options{};
    options.struct_size = sizeof options;
    options.flags = REMORA_OPEN_NO_AUTO_TICK | REMORA_OPEN_NO_ENVIRONMENT;
    need(api_.open(directory.data(), directory.size(), &options, &handle_, &error_));
    for (uint32_t i = 0; i < kFleetAgents; ++i) {
      const std::string name = "agent-" + std::to_string(i);
      remora_id id = 0;
      need(api_.agent_define(handle_, name.c_str(), "baseline,concise,thorough,cheap", &id, &error_));
      agents_.push_back(id);
    }
    for (uint32_t i = 0; i < kFleetTaskTypes; ++i) {
      const std::string name = "task-type-" + std::to_string(i);
      remora_id id = 0;
      need(api_.intern(handle_, REMORA_KIND_TASK_TYPE, name.data(), name.size(), &id, &error_));
      task_types_.push_back(id);
    }
  }
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;
  ~Fleet() { api_.close(handle_, nullptr); }

  // Routes and reports; the outcome of a decision comes kDelay decisions later. False when a call failed.
  bool work(uint32_t decisions) {
    constexpr uint32_t kDelay = 256;
    uint64_t in_flight[kDelay] = {};
    bool fine = true;
    for (uint32_t i = 0; i < decisions; ++i) {
      remora_task task{};
      task.struct_size = sizeof task;
      task.agent = agents_[random_() % kFleetAgents];
      task.task_type = task_types_[random_() % kFleetTaskTypes];
      remora_decision decision{};
      decision.struct_size = sizeof decision;
      fine = fine && api_.route(handle_, &task, &decision, nullptr) == REMORA_OK;
      uint64_t& place = in_flight[i % kDelay];
      fine = fine && (place == 0 || report(place));
      place = decision.decision_id;
    }
    for (const uint64_t decision : in_flight) {
      fine = fine && (decision == 0 || report(decision));
    }
    return fine;
  }

  uint64_t heap_bytes() {
    remora_stats stats{};
    stats.struct_size = sizeof stats;
    need(api_.stats_get(handle_, &stats, &error_));
    return stats.heap_bytes;
  }
  void snapshot() { need(api_.snapshot(handle_, nullptr, &error_)); }
  void tick() { need(api_.tick(handle_, 0, 0, nullptr, &error_)); }

 private:
  bool report(uint64_t decision) {
    remora_outcome outcome{};
    outcome.struct_size = sizeof outcome;
    outcome.decision_id = decision;
    outcome.success = random_() % 4 != 0 ? 1 : 0;
    outcome.flags = REMORA_OUTCOME_HAS_QUALITY;
    outcome.quality = 0.5;
    outcome.duration_ns = 2'000'000'000;
    outcome.cost_micros = 1'500;
    return api_.record_outcome(handle_, &outcome, nullptr, nullptr) == REMORA_OK;
  }
  void need(int32_t code) const {
    if (code != REMORA_OK) {
      throw std::runtime_error(error_.text);
    }
  }

  const remora_api& api_;
  uint64_t handle_ = 0;
  std::vector<remora_id> agents_, task_types_;
  std::minstd_rand random_{9};
  remora_error error_ = REMORA_ERROR_INIT;
};

}  // namespace remora::test
