// Streams of operations that only Remora has: outcomes of its own decisions, names, batches, safety check and
// gate.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "benchmark/harness/works.hpp"
#include "benchmark/subjects/plugin.hpp"

namespace remora::bench {

// Decisions that a session has in flight before their outcomes come, as a busy host has.
inline constexpr std::size_t kInFlight = 4'096;

// Outcomes of decisions made before, in another order. Taking the decisions is not timed.
class DecidedRecordWork {
 public:
  static constexpr std::size_t kBlock = kInFlight;
  DecidedRecordWork(Plugin& plugin, std::uint64_t seed)
      : scale_(plugin.scale()), session_(plugin, seed), random_(seed * 2 + 1), items_(kBlock) {}
  ~DecidedRecordWork() { benchmark::DoNotOptimize(session_.failures()); }

  void prepare() {
    if (session_.failures() != 0) throw std::runtime_error("an outcome was refused");
    for (Item& item : items_) {
      Plugin::Session::Key key{};
      session_.set_key(key, scale_.random_state(random_));
      session_.route(key);
      item = {session_.decision().decision_id, random_.reward()};
    }
    for (std::size_t i = kBlock - 1; i > 0; --i) {
      std::swap(items_[i], items_[random_.below(static_cast<std::uint32_t>(i + 1))]);
    }
    if (CacheSweep::concerns(scale_.states())) sweep_.run();
  }
  void perform(std::size_t i) { session_.record_decision(items_[i].decision_id, items_[i].reward); }

 private:
  struct Item {
    std::uint64_t decision_id;
    float reward;
  };

  Scale scale_;
  Plugin::Session session_;
  Random random_;
  std::vector<Item> items_;
  CacheSweep sweep_;
};

// Route or record, by the toss of a coin; what is recorded is the oldest decision in flight.
class DecidedMixedWork {
 public:
  static constexpr std::size_t kBlock = 256;
  DecidedMixedWork(Plugin& plugin, std::uint64_t seed)
      : scale_(plugin.scale()), session_(plugin, seed), random_(seed * 2 + 1), in_flight_(kInFlight) {
    while (taken_ < kInFlight / 2) {
      Plugin::Session::Key key{};
      session_.set_key(key, scale_.random_state(random_));
      decide(key);
    }
  }

  void prepare() {
    if (session_.failures() != 0) throw std::runtime_error("an outcome was refused");
    for (Item& item : items_) {
      session_.set_key(item.key, scale_.random_state(random_));
      item.routes = (random_.next() >> 63) != 0;
      item.reward = random_.reward();
    }
  }
  void perform(std::size_t i) {
    const Item& item = items_[i];
    const bool routes = taken_ == reported_ || (item.routes && taken_ - reported_ < kInFlight);
    if (routes) {
      decide(item.key);
    } else {
      session_.record_decision(in_flight_[reported_++ % kInFlight], item.reward);
    }
  }

 private:
  struct Item {
    Plugin::Session::Key key;
    bool routes;
    float reward;
  };

  void decide(const Plugin::Session::Key& key) {
    session_.route(key);
    in_flight_[taken_++ % kInFlight] = session_.decision().decision_id;
  }

  Scale scale_;
  Plugin::Session session_;
  Random random_;
  std::vector<std::uint64_t> in_flight_;
  std::uint64_t taken_ = 0;
  std::uint64_t reported_ = 0;
  std::array<Item, kBlock> items_{};
};

// Route by names that end in NUL.
class NamedRouteWork {
 public:
  static constexpr std::size_t kBlock = 256;
  NamedRouteWork(Plugin& plugin, std::uint64_t seed)
      : scale_(plugin.scale()), api_(plugin_api()), handle_(plugin.handle()), random_(seed * 2 + 1) {
    decision_.struct_size = sizeof decision_;
  }

  void prepare() {
    for (Item& item : items_) {
      const State state = scale_.random_state(random_);
      item = {agent_name(state.agent), task_type_name(state.task_type)};
    }
  }
  void perform(std::size_t i) {
    api_.route_named(handle_, items_[i].agent.c_str(), items_[i].task_type.c_str(), 0, &decision_, nullptr);
  }

 private:
  struct Item {
    std::string agent;
    std::string task_type;
  };

  Scale scale_;
  const remora_api& api_;
  std::uint64_t handle_;
  Random random_;
  remora_decision decision_{};
  std::array<Item, kBlock> items_{};
};

// Route in batches of 64; one operation is one batch.
class BatchRouteWork {
 public:
  static constexpr std::size_t kBatch = 64;
  static constexpr std::size_t kBlock = 16;
  BatchRouteWork(Plugin& plugin, std::uint64_t seed)
      : plugin_(plugin),
        api_(plugin_api()),
        random_(seed * 2 + 1),
        tasks_(kBatch * kBlock),
        decisions_(kBatch) {
    for (remora_task& task : tasks_) task.struct_size = sizeof task;
    for (remora_decision& decision : decisions_) decision.struct_size = sizeof decision;
    batch_.struct_size = sizeof batch_;
    batch_.count = kBatch;
  }

  void prepare() {
    for (remora_task& task : tasks_) {
      const State state = plugin_.scale().random_state(random_);
      task.agent = plugin_.agent(state.agent);
      task.task_type = plugin_.task_type(state.task_type);
    }
  }
  void perform(std::size_t i) {
    api_.route_batch(plugin_.handle(), &tasks_[i * kBatch], decisions_.data(), &batch_, nullptr);
  }

 private:
  Plugin& plugin_;
  const remora_api& api_;
  Random random_;
  std::vector<remora_task> tasks_;
  std::vector<remora_decision> decisions_;
  remora_batch batch_{};
};

class SafetyCheckWork {
 public:
  static constexpr std::size_t kBlock = 256;
  SafetyCheckWork(Plugin& plugin, std::uint64_t seed)
      : plugin_(plugin), api_(plugin_api()), handle_(plugin.handle()), random_(seed * 2 + 1) {
    verdict_.struct_size = sizeof verdict_;
  }

  void prepare() {
    for (remora_safety_query& query : queries_) {
      query.struct_size = sizeof query;
      query.agent = plugin_.agent(random_.below(plugin_.scale().agents));
      query.variant = random_.below(kVariants);
    }
  }
  void perform(std::size_t i) { api_.safety_check(handle_, &queries_[i], &verdict_, nullptr); }

 private:
  Plugin& plugin_;
  const remora_api& api_;
  std::uint64_t handle_;
  Random random_;
  std::array<remora_safety_query, kBlock> queries_{};
  remora_safety_verdict verdict_{};
};

// The gate, and route through it, for units of which a tenth are in a canary.
class GateWork {
 public:
  static constexpr std::size_t kBlock = 256;
  GateWork(PluginWithRollouts& plugin, std::uint64_t seed)
      : plugin_(plugin), api_(plugin_api()), handle_(plugin.handle()), random_(seed * 2 + 1) {
    gate_.struct_size = sizeof gate_;
  }

  void prepare() {
    for (remora_gate_query& query : queries_) {
      query.struct_size = sizeof query;
      query.agent = plugin_.agent(random_.below(plugin_.scale().agents));
      query.unit_key = random_.next() >> 11;
    }
  }
  void perform(std::size_t i) { api_.rollout_gate(handle_, &queries_[i], &gate_, nullptr); }

 private:
  PluginWithRollouts& plugin_;
  const remora_api& api_;
  std::uint64_t handle_;
  Random random_;
  std::array<remora_gate_query, kBlock> queries_{};
  remora_gate gate_{};
};

class CanaryRouteWork {
 public:
  static constexpr std::size_t kBlock = 256;
  CanaryRouteWork(PluginWithRollouts& plugin, std::uint64_t seed)
      : plugin_(plugin), api_(plugin_api()), handle_(plugin.handle()), random_(seed * 2 + 1) {
    for (remora_task& task : tasks_) task.struct_size = sizeof task;
    decision_.struct_size = sizeof decision_;
  }

  void prepare() {
    for (remora_task& task : tasks_) {
      const State state = plugin_.scale().random_state(random_);
      task.agent = plugin_.agent(state.agent);
      task.task_type = plugin_.task_type(state.task_type);
      task.unit_key = random_.next() >> 11;
    }
  }
  void perform(std::size_t i) { api_.route(handle_, &tasks_[i], &decision_, nullptr); }

 private:
  PluginWithRollouts& plugin_;
  const remora_api& api_;
  std::uint64_t handle_;
  Random random_;
  std::array<remora_task, kBlock> tasks_{};
  remora_decision decision_{};
};

}  // namespace remora::bench
