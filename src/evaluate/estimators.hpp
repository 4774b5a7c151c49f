// What another policy would have brought, estimated from a log whose propensities are known: off-policy
// evaluation.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "evaluate/log.hpp"

namespace remora::evaluate {

// Decisions times resamples that are drawn at most: some five seconds.
inline constexpr uint64_t kMostDraws = 1'000'000'000;

struct Options {
  uint64_t seed = 1;          // of the bootstrap
  uint32_t resamples = 1000;  // of the bootstrap
  double confidence = 0.95;   // of the intervals
  double least_effective = 100;
};

// A mean reward a decision, and the bootstrap's interval around it (percentile method: Efron 1979). The
// intervals know of the log's chance alone, not of a model that is wrong.
struct Estimate {
  double value = 0, low = 0, high = 0;
};

struct Evaluation {
  uint64_t decisions = 0;
  double effective = 0;       // decisions that the weighted ones are worth: (sum w)^2 / sum w^2 (Kish 1965)
  double largest_weight = 0;  // w = target probability / propensity
  double mean_weight = 0;     // about 1 where the log holds everything that the target would do
  // All zero when the evaluation was refused.
  Estimate logged;           // what the log's own policy brought
  Estimate ips;              // mean of w r (Horvitz and Thompson 1952)
  Estimate self_normalised;  // sum of w r / sum of w: SNIPS (Swaminathan and Joachims 2015)
  Estimate direct;           // mean of what the model expects of the target: the direct method
  Estimate doubly_robust;  // direct + mean of w (r - model) (Dudik, Langford and Li 2011; Dudik et al. 2014)
};

// Errors: kState when the log cannot bear an estimate (empty; fewer effective decisions than least_effective;
// a mean weight that is not 1, because the log lacks what the target would do): the problem says why, and
// only the figures above the estimates are filled. kInvalid for a row that makes no sense, and for more draws
// than kMostDraws. kMemory.
base::Code evaluate(const Log& log, const Options& options, Evaluation* out, base::Problem& problem);

}  // namespace remora::evaluate
