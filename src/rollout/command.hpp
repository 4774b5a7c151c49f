// What an operator may do to a rollout by hand.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "guard/thresholds.hpp"
#include "rollout/codes.hpp"
#include "store/history.hpp"

namespace remora::rollout {

// Carries out an operator's command.
// Errors: kNotFound, kInvalid (no such command), kState (not in a state where the command makes sense).
base::Code command(const store::History& history, uint32_t rollout, Command command,
                   const guard::Thresholds& thresholds, int64_t now_ns, base::Problem& problem);

}  // namespace remora::rollout
