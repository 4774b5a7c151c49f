// Experience replay: outcomes that the history holds are learned from again.
#pragma once

#include <cstdint>

#include "engine/experience.hpp"
#include "learn/settings.hpp"

namespace remora::engine {

struct ReplayPlan {
  learn::Replay rules;
  uint32_t batches = 1;
  uint64_t seed = 0;
  int64_t deadline_ns = INT64_MAX;  // by base::monotonic_ns(): what is not done by then is left, but a batch
  bool errors = true;               // work out error_before and error_after
};

struct ReplayReport {
  uint64_t outcomes = 0;  // that could be drawn
  uint64_t sampled = 0, distinct = 0;
  ExperienceSkipped skipped;
  double error_before = 0, error_after = 0;  // mean |target - value| of all that could be drawn
};

// Draws batches from the newest outcomes in scope and moves each one's value towards its target by
// learning_rate x its weight in the batch. A visit count stays what it is, the number of outcomes; values
// over all tasks stay, too. Every step is one word: whoever dies in between leaves values that are right as
// far as he came. The same seed, settings, values and history give the same values. Throws std::bad_alloc.
ReplayReport replay(const ExperienceScope& scope, const ReplayPlan& plan);

}  // namespace remora::engine
