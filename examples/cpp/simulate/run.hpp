// One run: the fleet routes its tasks through Remora, in a world whose best variants are known.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <remora/remora.hpp>

#include "world.hpp"

namespace simulation {

// An agent has converged when it took the best variant in 80 of its last 100 tasks, counted anew from a
// drift.
inline constexpr uint32_t kWindow = 100;
inline constexpr uint32_t kEnough = 80;
inline constexpr uint32_t kNever = UINT32_MAX;

struct AgentRun {
  uint32_t converged = kNever;  // after so many episodes (of a drift, if there was one)
  double share = 0;             // of the best variant in the last kWindow tasks
  double regret = 0;            // successes lost to choices that were not the best
  bool newcomer = false;        // began when others had worked already
};

struct Run {
  std::vector<AgentRun> agents;
  std::string problem;  // empty: all went well

  bool all_converged() const;
  uint32_t slowest() const;  // episodes of the agent that converged last; kNever when one did not
  // Mean over all agents, or newcomers alone, of how long they took; one that never converged took `never`.
  double taken(bool newcomers, uint32_t never) const;
  double share() const;   // mean of the agents
  double regret() const;  // likewise
};

// `learning` is the "learning" of a configuration, as JSON. Each agent has so many episodes. The safety check
// is off, so that learning alone chooses.
Run run(const remora::Library& library, const std::string& learning, const Conditions& conditions,
        uint64_t seed, uint32_t episodes);

}  // namespace simulation
