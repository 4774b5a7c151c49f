// Opening a decision in the ledger, so that its outcome can be reported by anyone who has its id.
#pragma once

#include <remora/route.h>

#include "engine/call.hpp"
#include "engine/candidates.hpp"

namespace remora::engine {

// Gives the decision its id, and its shadow run one, and counts it. Without a free slot the decision stands
// untracked. [hot]
void open_decision(const Call& call, const Candidates& c, int64_t now_ns, remora_decision* decision);

}  // namespace remora::engine
