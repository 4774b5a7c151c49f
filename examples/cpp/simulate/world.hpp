// A world whose best variants are known, because they were planted.
#pragma once

#include <cstdint>
#include <vector>

#include "../fleet/scenario.hpp"

namespace simulation {

// What makes learning harder.
struct Conditions {
  uint32_t drift_at = 0;  // episode of each agent from which another variant is its best; 0 = never
  uint32_t delay = 0;     // episodes that an outcome comes later
  double missing = 0;     // share of outcomes that are never reported
  double poisoned = 0;    // share of outcomes that are reported as their opposite
  // Share of agents whose variants are as good as those of their category, as where variants are prompts and
  // model tiers that a team has in common; the others' are as good as chance had it. 0 = all others.
  double alike = 0;
  uint32_t newcomers_at =
      0;  // episode of the others at which the last agent of each category begins; 0 = with them
};

inline constexpr uint32_t kTaskTypes = 4;

// Success rates of the fleet's variants. The best of an agent does 0.85 of its tasks right, the others 0.45
// to 0.65; each is up to 0.03 better or worse at a type of task. Conditions that are off change none of them.
class World {
 public:
  World(uint64_t seed, const Conditions& conditions);

  double rate(size_t agent, uint32_t type, uint32_t variant, uint32_t episode) const;
  uint32_t best(size_t agent, uint32_t episode) const;

 private:
  struct Agent {
    uint32_t first_best, second_best;
    std::vector<double> rates;   // of those that are not the best
    std::vector<double> quirks;  // [variant][type]
  };
  std::vector<Agent> agents_;
  uint32_t drift_at_;
};

}  // namespace simulation
