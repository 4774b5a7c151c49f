// Starting a rollout: from a plan to a record that every process follows.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/status.hpp"
#include "guard/thresholds.hpp"
#include "rollout/plan.hpp"
#include "rollout/settings.hpp"
#include "store/history.hpp"

namespace remora::rollout {

// Starts a rollout under a new name, at its first stage. The caller holds the structure lock. A treatment
// variant that was kept out because an earlier rollout of it was rolled back is let back in with an empty
// window. Errors: kInvalid, kNotFound (agent, variant), kExists (name), kState (another one runs; the
// treatment is the baseline, retired or blocked), kFull.
base::Code start(const store::History& history, std::string_view name, const Plan& wanted,
                 const Settings& settings, const guard::Thresholds& thresholds, int64_t now_ns,
                 uint32_t* rollout, base::Problem& problem);

}  // namespace remora::rollout
