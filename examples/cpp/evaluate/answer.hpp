// What is asked of any kind of record, and what comes back.
#pragma once

#include <cstdint>
#include <string>

namespace evaluate {

struct Question {
  uint64_t seed = 1;
  uint32_t resamples = 1000;
  double least_effective = 100;
  double warm_up = 0.25;  // of a state directory's outcomes
};

struct Estimate {
  double value = 0, low = 0, high = 0;
};

enum class Verdict { kEstimated, kRefused, kFailed };

struct Answer {
  Verdict verdict = Verdict::kFailed;
  std::string reason;  // of a refusal or failure
  uint64_t decisions = 0, left_out = 0;
  double effective = 0, largest_weight = 0, mean_weight = 0;
  Estimate logged, ips, snips, direct, doubly_robust;
};

}  // namespace evaluate
