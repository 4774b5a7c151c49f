// A small state directory with an agent, two variants and a rollout's name, for what is told about them.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "store/event_ring.hpp"
#include "store/names.hpp"
#include "store/roster.hpp"
#include "store/state.hpp"
#include "support/status.hpp"
#include "support/temp_dir.hpp"

namespace remora::test {

class SmallState {
 public:
  SmallState() : state_(open()) {
    const uint32_t category = add(store::Kind::kCategory, "testing");
    base::Problem problem;
    EXPECT_TRUE(is_ok(store::register_agent(history(), "fuzzer", category, &agent_, problem), problem));
    fast_ = add_variant("fast");
    careful_ = add_variant("careful");
    rollout_ = add(store::Kind::kRollout, "prompt-v2");
  }

  uint32_t add(store::Kind kind, std::string_view name) {
    uint32_t index = 0;
    base::Problem problem;
    EXPECT_TRUE(is_ok(store::add_name(history(), kind, name, &index, problem), problem));
    return index;
  }
  uint32_t add_variant(std::string_view name) {
    uint32_t variant = 0;
    base::Problem problem;
    EXPECT_TRUE(is_ok(store::register_variant(history(), agent_, name, {}, &variant, problem), problem));
    return variant;
  }

  // An event that names the agent, its first variant and the rollout.
  store::Event event(store::EventKind kind) const {
    store::Event event;
    event.when_ns = 1'700'000'000'123'000'000;  // 2023-11-14T22:13:20.123Z
    event.kind = kind;
    event.agent = store::make_id(store::Kind::kAgent, agent_);
    event.variant = fast_;
    event.rollout = store::make_id(store::Kind::kRollout, rollout_);
    return event;
  }

  store::State& state() { return *state_; }
  const store::History& history() const { return state_->history(); }
  const base::Directory& directory() const { return state_->directory(); }
  const TempDir& folder() const { return folder_; }
  uint32_t agent() const { return agent_; }
  uint32_t fast() const { return fast_; }
  uint32_t careful() const { return careful_; }
  uint32_t rollout() const { return rollout_; }

  static constexpr uint32_t kEvents = 64;

 private:
  std::unique_ptr<store::State> open() {
    store::OpenRules rules;
    rules.capacities = {.states = 64,
                        .ledger_slots = 1'024,
                        .names = 64,
                        .contexts = 64,
                        .agents = 4,
                        .variant_chunks = 4,
                        .rollouts = 4,
                        .events = kEvents,
                        .lanes = 1,
                        .lane_slots = 256};
    std::unique_ptr<store::State> state;
    base::Problem problem;
    EXPECT_TRUE(is_ok(store::State::open(folder_.path(), rules, &state, problem), problem));
    return state;
  }

  TempDir folder_;
  std::unique_ptr<store::State> state_;
  uint32_t agent_ = 0, fast_ = 0, careful_ = 0, rollout_ = 0;
};

}  // namespace remora::test
