// Evidence that grows old: by the outcomes that came since, and where a variant's rewards have changed.
#pragma once

#include <cstdint>

#include "base/heap.hpp"
#include "engine/active.hpp"
#include "store/generation.hpp"
#include "store/history.hpp"

namespace remora::engine {

// Tells of each alarm that was raised, and discounts the evidence of agents whose settings say so: at once
// after an alarm, and little by little with a memory. The caller holds the housekeeping lock. A process that
// dies in between may tell an alarm twice, and leaves some evidence that would have been discounted. Throws
// std::bad_alloc.
void age_evidence(const store::History& history, const store::Generation& generation, const Active& active,
                  int64_t now_ns);

}  // namespace remora::engine
