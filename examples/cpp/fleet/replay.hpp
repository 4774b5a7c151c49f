// Replaying a trace: each task is routed, the chosen variant's outcome alone is revealed and recorded, and
// what came of it is held against what other ways of choosing would have made of the same tasks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace fleet {

struct ReplayOptions {
  std::string file;
  uint32_t passes = 1;            // over the file; learned values stay
  uint64_t seed = 0;              // of order and draws; 0 = the file's own order
  double cost_weight = 0;         // of cost in the reward
  std::optional<double> epsilon;  // exploration rate of epsilon-greedy; without it the default policy chooses
};

// Prints the comparison; the exit code.
int run_replay(const ReplayOptions& options);

}  // namespace fleet
