// The simulated world: which tasks come, and how each variant of an agent really does on them. Remora sees
// none of this but the outcomes that the hosts report. What is best depends on agent and kind of task, and
// drifts over the days.
#pragma once

#include <cstdint>

#include "dice.hpp"
#include "scenario.hpp"

namespace fleet {

// A task as the world knows it.
struct WorldTask {
  uint32_t agent = 0;  // place in agents()
  Kind kind = Kind::kTesting;
  bool large = false;
  bool agent_open = false;  // the fleet-orchestrator leaves it to Remora who of the category takes it
  uint64_t unit = 0;        // the user it is for
};

// What really came of running a variant.
struct Truth {
  bool success = false;
  double quality = 0;
  int64_t duration_ns = 0;
  int64_t cost_micros = 0;
  uint32_t errors = 0;
};

// A variant that something is wrong with.
struct Breakage {
  uint32_t agent = kAgents;  // kAgents = nothing is broken
  uint32_t variant = 0;
};

WorldTask next_task(Dice& dice);

// Share of tasks of this kind that a variant does right, `hours` after the start.
double success_rate(uint32_t agent, Kind kind, uint32_t variant, bool large, double hours);

// The best and the worst of an agent's first variants (newcomers are left out).
uint32_t best_variant(uint32_t agent, Kind kind, bool large, double hours);
uint32_t worst_variant(uint32_t agent, Kind kind, bool large, double hours);

// Runs a variant on a task.
Truth run_task(uint32_t agent, const WorldTask& task, uint32_t variant, double hours,
               const Breakage& breakage, Dice& dice);

}  // namespace fleet
