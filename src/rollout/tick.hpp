// What housekeeping does for rollouts.
#pragma once

#include <cstdint>

#include "guard/thresholds.hpp"
#include "rollout/rules.hpp"
#include "store/history.hpp"

namespace remora::rollout {

// Whether advance_due would change a stage now: a snapshot is taken before.
bool change_due(const store::History& history, const Rules& rules, int64_t now_ns);

// Judges every running or paused rollout and carries the verdicts out; returns how many changed. Paused
// rollouts, and all when settings.automatic is false, are only ever rolled back.
uint32_t advance_due(const store::History& history, const Rules& rules, const guard::Thresholds& thresholds,
                     int64_t now_ns);

// Lets the present stages of all running and paused rollouts begin so much later.
void postpone(const store::History& history, int64_t seconds);

}  // namespace remora::rollout
