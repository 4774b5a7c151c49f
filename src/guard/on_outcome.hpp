// What the guard does with each outcome: moves the variant's window and blocks the variant when the rule says
// so.
#pragma once

#include <cstdint>

#include "guard/thresholds.hpp"
#include "store/history.hpp"

namespace remora::guard {

struct OutcomeFacts {
  bool success = false;
  bool critical_error = false;
  bool safety_violation = false;
};

// Takes one outcome of a variant into its window and acts on it:
//   - a variant that trips is blocked, its agent's safe variant is found anew, and one event says so,
//   whichever of the
//     processes that saw the same window was first;
//   - the last variant that may run is never blocked: it is marked tolerated, with one critical event for the
//   trip;
//   - the baseline is blocked only when another variant has proven itself;
//   - a variant on probation is blocked again at its relapse, or has passed after a full window.
// Any thread of any process; no lock, no allocation, no system call. Unknown numbers are ignored. [hot]
void on_outcome(const store::History& history, uint32_t agent, uint32_t variant, const OutcomeFacts& outcome,
                const Thresholds& thresholds, int64_t now_ns);

// The same for an outcome whose process died amid it: the window may hold it already, and does not move; what
// a critical error or a violation leads to is done if it was not.
void on_outcome_again(const store::History& history, uint32_t agent, uint32_t variant,
                      const OutcomeFacts& outcome, const Thresholds& thresholds, int64_t now_ns);

}  // namespace remora::guard
