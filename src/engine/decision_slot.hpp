// Opening a decision in the ledger, so that its outcome can be reported by anyone who has its id.
#pragma once

#include <remora/route.h>

#include "engine/call.hpp"
#include "engine/candidates.hpp"
#include "store/ledger.hpp"

namespace remora::engine {

// Gives the decision the id of its claimed slot, and its shadow run one of its own, and counts it. Without a
// slot the decision stands untracked. [hot]
void open_decision(const Call& call, const Candidates& c, const store::Claim& claim, int64_t now_ns,
                   remora_decision* decision);

}  // namespace remora::engine
