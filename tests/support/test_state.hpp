// A small state directory of its own for one test, with agents, variants and outcomes in a line each.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.hpp"
#include "store/event_ring.hpp"
#include "store/names.hpp"
#include "store/outcome_lanes.hpp"
#include "store/roster.hpp"
#include "store/state.hpp"
#include "store/words.hpp"
#include "support/temp_dir.hpp"

namespace remora::test {

// Files of some hundred kilobytes, so that opening one costs a test little.
inline store::Capacities small_capacities() {
  store::Capacities c;
  c.states = 1'024;
  c.ledger_slots = 1'024;
  c.names = 256;
  c.contexts = 64;
  c.agents = 16;
  c.variant_chunks = 32;
  c.rollouts = 64;
  c.events = 64;
  c.lanes = 4;
  c.lane_slots = 256;
  return c;
}

class TestState {
 public:
  explicit TestState(const store::Capacities& capacities = small_capacities()) {
    store::OpenRules rules;
    rules.capacities = capacities;
    base::Problem problem;
    if (!base::ok(store::State::open(folder_.path(), rules, &state_, problem))) {
      throw std::runtime_error(problem.text());
    }
  }

  store::State& state() { return *state_; }
  const store::History& history() const { return state_->history(); }
  const TempDir& folder() const { return folder_; }

  // Registers an agent with variants "v0", "v1" ...; the first is the baseline. Returns its index.
  uint32_t add_agent(std::string_view name, uint32_t variants) {
    base::Problem problem;
    uint32_t category = 0;
    uint32_t agent = 0;
    if (!store::find_name(history(), store::Kind::kCategory, "general", &category)) {
      need(store::add_name(history(), store::Kind::kCategory, "general", &category, problem), problem);
    }
    need(store::register_agent(history(), name, category, &agent, problem), problem);
    for (uint32_t v = 0; v < variants; ++v) {
      uint32_t variant = 0;
      const store::VariantProperties properties{0, 0, v == 0, false};
      need(store::register_variant(history(), agent, "v" + std::to_string(v), properties, &variant, problem),
           problem);
    }
    return agent;
  }

  store::AgentRecord& agent(uint32_t index) const { return history().agents[index]; }
  store::VariantRecord& variant(uint32_t agent_index, uint32_t v) const {
    return *history().variant(agent(agent_index), v);
  }
  store::BlockWord block(uint32_t agent_index, uint32_t v) const {
    return store::BlockWord::unpack(variant(agent_index, v).block.load());
  }
  bool is_blocked(uint32_t agent_index, uint32_t v) const {
    return (agent(agent_index).blocked.load() >> v & 1) != 0;
  }
  uint32_t safe_variant(uint32_t agent_index) const {
    return store::ChoiceWord::unpack(agent(agent_index).choice.load()).safe;
  }

  // All events there are, oldest first.
  std::vector<store::Event> events() const {
    std::vector<store::Event> all;
    for (uint64_t s = store::first_event(history()); s <= store::last_event(history()); ++s) {
      store::Event event;
      if (store::read_event(history(), s, &event) == store::ReadEvent::kRead) {
        all.push_back(event);
      }
    }
    return all;
  }
  std::vector<store::Event> events(store::EventKind kind) const {
    std::vector<store::Event> some;
    for (const store::Event& event : events()) {
      if (event.kind == kind) {
        some.push_back(event);
      }
    }
    return some;
  }

 private:
  static void need(base::Code code, const base::Problem& problem) {
    if (!base::ok(code)) {
      throw std::runtime_error(problem.text());
    }
  }

  TempDir folder_;
  std::unique_ptr<store::State> state_;
};

// The outcome of a task, as record hands it to the lanes.
struct Outcome : store::OutcomeRecord {
  Outcome(uint32_t agent, uint32_t ran, bool success, int64_t when, float earned = 1.0F)
      : store::OutcomeRecord{} {
    key = store::StateKey{agent, 1, 0, 0}.pack();
    when_ns = when;
    variant = ran;
    flags = success ? store::kOutcomeSuccess : 0U;
    reward = earned;
    target = earned;
  }
};

}  // namespace remora::test
