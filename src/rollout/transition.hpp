// Carrying out what was decided: a rollout changes by one compare-and-swap of its state word; everything else
// is derived from it.
#pragma once

#include <cstdint>

#include "guard/thresholds.hpp"
#include "rollout/agent_word.hpp"
#include "rollout/codes.hpp"
#include "store/history.hpp"

namespace remora::rollout {

// What an event tells beside the reason.
struct Figures {
  double difference = 0;  // success rates, treatment - baseline
  double threshold = 0;   // what it was held against
  uint64_t treatment_count = 0, baseline_count = 0;
};

// To the next stage, or to complete after the last. `seen` is the state word that the verdict was reached on:
// if the rollout has changed since, nothing happens. True when this call made the change; it alone publishes
// the event.
bool advance(const store::History& history, uint32_t rollout, uint64_t seen, Reason reason,
             const Figures& figures, int64_t now_ns);

// Takes all traffic from the treatment, whatever the stage, unless that has happened already. A treatment
// variant is kept out from then on (safety reason "rolled back"). No lock: record may call it. True when this
// call did it. [hot]
bool roll_back(const store::History& history, uint32_t rollout, Reason reason, const Figures& figures,
               const guard::Thresholds& thresholds, int64_t now_ns);

// Holds a running rollout at its stage, or lets a paused one go on; figures and epoch stay. False, and
// nothing happens, when it has changed since `seen` or is not in the state for it.
bool set_paused(const store::History& history, uint32_t rollout, uint64_t seen, bool paused,
                const Figures& figures, int64_t now_ns);

}  // namespace remora::rollout
