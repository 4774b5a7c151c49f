// A real state directory whose mapped files actors share, with rings so small that a lap is two steps long.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

#include "model/explorer.hpp"
#include "store/history.hpp"
#include "support/test_state.hpp"

namespace remora::model {

// As few slots as a protocol needs to meet all of its cases.
struct Rings {
  uint32_t ledger = 2, lanes = 1, lane_slots = 2, events = 2;
};

// The smallest files that there are.
inline store::Capacities smallest_capacities() {
  store::Capacities c;
  c.states = 64;
  c.ledger_slots = 1'024;
  c.names = 64;
  c.contexts = 64;
  c.agents = 2;
  c.variant_chunks = 1;
  c.rollouts = 2;
  c.events = 64;
  c.lanes = 2;
  c.lane_slots = 256;
  return c;
}

class SmallState {
 public:
  explicit SmallState(const Rings& rings = {}) : state(smallest_capacities()), history(state.history()) {
    history.capacities.ledger_slots = rings.ledger;
    history.capacities.lanes = rings.lanes;
    history.capacities.lane_slots = rings.lane_slots;
    history.capacities.events = rings.events;
    const size_t bytes = store::HistoryOffsets::of(state.history().capacities).end;
    world.watch(history.base + store::kPage, bytes - store::kPage);  // the identity page never changes
    const base::Mapping& values = generation().mapping();
    world.watch(values.data() + store::kPage, values.size() - store::kPage);
    name_control();
    name_rings();
    name_values();
  }

  // After the last change that the actors shall find there.
  Explorer& explorer() {
    if (explorer_ == nullptr) {
      explorer_ = std::make_unique<Explorer>(world);
    }
    return *explorer_;
  }
  const store::Generation& generation() { return state.state().generation_in_force(); }

  test::TestState state;
  store::History history;
  World world;

 private:
  void name_control();
  void name_rings();
  void name_values();
  std::unique_ptr<Explorer> explorer_;
};

// A bound, for a model that is too large to be seen whole; REMORA_MODEL_BOUND=N adds N.
uint32_t bound(uint32_t least);

// Explores and prints the figures; REMORA_MODEL_RANDOM=N adds N executions at random, REMORA_SEED says which.
Result explore(SmallState& small, const Model& model, const Options& options);

// Whether the explorer finds out about a mutation. Fails the test when nothing was broken.
bool is_found(SmallState& small, const Model& model, Options options, const Mutation& mutation);

}  // namespace remora::model
