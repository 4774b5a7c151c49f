// One experiment: a run whose best variant was planted, beside runs in which nothing can be learned.
#pragma once

#include <cstdint>
#include <string>

#include <remora/remora.hpp>

namespace prove {

struct Plan {
  uint32_t tasks = 300;
  uint32_t shuffles = 99;
  bool planted = true;
};

struct Outcome {
  double share = 0;          // of the planted variant in the last three quarters of the real run
  double shuffled_mean = 0;  // of the same in the shuffled runs
  double p = 1;              // (1 + shuffled runs with at least that share) / (1 + shuffled runs)
  std::string problem;       // empty: all went well
};

Outcome experiment(const remora::Library& library, const Plan& plan, uint64_t seed);

}  // namespace prove
