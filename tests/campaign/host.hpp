// The plugin as the campaign's hosts use it: every call that must succeed throws when it does not.
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "abi/plugin.hpp"

namespace remora::campaign {

using abi_test::plugin;
using abi_test::sized;

// Agent, task type, variant, segment of labels (0: none) -> the cell's 64 bits as Q-value and visits.
using CellName = std::tuple<remora_id, remora_id, uint32_t>;
struct CellValue {
  double q = 0;
  uint32_t visits = 0;
  bool operator==(const CellValue& other) const = default;
};
using Cells = std::map<CellName, CellValue>;

class Host {
 public:
  explicit Host(std::string path, uint32_t flags = 0) : path_(std::move(path)) {
    remora_options options = abi_test::small_options();
    options.flags = flags | REMORA_OPEN_NO_AUTO_TICK | REMORA_OPEN_NO_ENVIRONMENT;
    options.states = 64;
    options.ledger_slots = 1024;
    options.names = 64;
    need(plugin().open(path_.data(), path_.size(), &options, &handle_, &error_), "open");
  }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  ~Host() {
    if (handle_ != 0) {
      plugin().close(handle_, &error_);
    }
  }

  uint64_t handle() const { return handle_; }
  remora_error* error() { return &error_; }

  // Throws what `doing` was and what the library said.
  void need(int32_t code, const std::string& doing) const {
    if (code != REMORA_OK) {
      throw std::runtime_error(doing + ": " + std::to_string(code) + " " + error_.text);
    }
  }

  void close() { need(plugin().close(std::exchange(handle_, 0), &error_), "close"); }
  remora_id define(const char* agent, const char* variants) {
    remora_id id = 0;
    need(plugin().agent_define(handle_, agent, variants, &id, &error_), "agent_define");
    return id;
  }
  remora_id intern(uint32_t kind, std::string_view name) {
    remora_id id = 0;
    need(plugin().intern(handle_, kind, name.data(), name.size(), &id, &error_), "intern");
    return id;
  }
  remora_decision route(const char* agent, const char* task_type) {
    auto decision = sized<remora_decision>();
    need(plugin().route_named(handle_, agent, task_type, 0, &decision, &error_), "route");
    if (decision.decision_id == 0) {
      throw std::runtime_error("route gave a decision without an id");
    }
    return decision;
  }
  int32_t record(uint64_t decision, bool success = true) {
    return plugin().record_result(handle_, decision, success ? 1 : 0, 1'000'000, &error_);
  }
  remora_tick_report tick() {
    auto report = sized<remora_tick_report>();
    need(plugin().tick(handle_, 0, 0, &report, &error_), "tick");
    return report;
  }
  remora_stats stats() {
    auto stats = sized<remora_stats>();
    need(plugin().stats_get(handle_, &stats, &error_), "stats_get");
    return stats;
  }
  remora_snapshot_info snapshot() {
    auto info = sized<remora_snapshot_info>();
    need(plugin().snapshot(handle_, &info, &error_), "snapshot");
    return info;
  }
  std::string snapshot_path(uint64_t sequence) {
    char path[256];
    need(plugin().snapshot_path(handle_, sequence, path, sizeof path, nullptr, &error_), "snapshot_path");
    return path;
  }

  Cells cells() {
    Cells all;
    uint64_t cursor = 0;
    for (;;) {
      std::vector<remora_q_cell> some(64, sized<remora_q_cell>());
      uint32_t count = 0;
      need(plugin().q_cells(handle_, &cursor, some.data(), sizeof some[0], 64, &count), "q_cells");
      if (count == 0) {
        return all;
      }
      for (uint32_t i = 0; i < count; ++i) {
        const CellName name{some[i].agent, some[i].task_type, some[i].variant};
        if (!all.emplace(name, CellValue{some[i].q_value, some[i].visits}).second) {
          throw std::runtime_error("a state has two rows");
        }
      }
    }
  }

  // The ids of a kind that have a name, in order.
  std::vector<remora_id> ids(uint32_t kind) {
    std::vector<remora_id> all;
    uint64_t cursor = 0;
    for (;;) {
      remora_id some[64];
      uint32_t count = 0;
      need(plugin().list_names(handle_, kind, &cursor, some, 64, &count), "list_names");
      if (count == 0) {
        return all;
      }
      all.insert(all.end(), some, some + count);
    }
  }
  std::string name_of(remora_id id) {
    char text[128] = "";
    need(plugin().name_of(handle_, id, text, sizeof text, nullptr, &error_), "name_of");
    return text;
  }

 private:
  std::string path_;
  uint64_t handle_ = 0;
  remora_error error_ = REMORA_ERROR_INIT;
};

}  // namespace remora::campaign
