// May this variant run: the answer with its figures. Looks only; what blocks and unblocks is elsewhere.
#pragma once

#include <cstdint>

#include "guard/reason.hpp"
#include "guard/thresholds.hpp"
#include "store/history.hpp"

namespace remora::guard {

// Twin of remora_safety_verdict.
struct Verdict {
  bool allowed = false;
  Reason reason = Reason::kOk;
  uint32_t safe_variant = 0;  // what to run instead
  uint32_t window_count = 0, window_successes = 0;
  uint32_t hour_count = 0, hour_successes = 0;
  uint32_t day_count = 0, day_successes = 0;
  double success_rate = 0;
  double interval_low = 0, interval_high = 1;
  double minimum = 0;
  int64_t blocked_since_ns = 0;
  int64_t probation_ns = 0;  // when it is let back in; 0 = by an operator only, or not blocked
};

// Answers for one variant. Window figures are as of the last recorded outcome; those of hour and day as of
// the last fold. A variant that would be blocked but is the last one left is allowed, with the reason it
// would have been blocked for. Returns false for an agent or variant that is not registered: not allowed,
// with the agent's baseline as safe variant where the agent is known. Any thread, no lock, no allocation.
// [hot]
bool check(const store::History& history, uint32_t agent, uint32_t variant, const Thresholds& thresholds,
           int64_t now_ns, Verdict* verdict);

}  // namespace remora::guard
