// What housekeeping does for rollouts.
#pragma once

#include <cstdint>

#include "guard/thresholds.hpp"
#include "rollout/rules.hpp"
#include "store/history.hpp"

namespace remora::rollout {

// Whether advance_due would change a rollout now: a snapshot is taken before.
bool change_due(const store::History& history, const Rules& rules, int64_t now_ns);

// Judges a rollout, if it is running or paused, and carries the verdict out; true when it changed. A paused
// one, and any when settings.automatic is false, is only ever rolled back. `thresholds` are its agent's.
bool advance_due(const store::History& history, uint32_t rollout, const Rules& rules,
                 const guard::Thresholds& thresholds, int64_t now_ns);

// Lets the present stages of all running and paused rollouts begin so much later.
void postpone(const store::History& history, int64_t seconds);

}  // namespace remora::rollout
