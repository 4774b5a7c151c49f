// Which variant of an agent is safe to run now.
#pragma once

#include <cstdint>

#include "guard/thresholds.hpp"
#include "store/history.hpp"

namespace remora::guard {

// The best proven variant: live, not blocked, window full and not below the minimum, with the highest lower
// end of the Wilson interval of all its outcomes remembered (up to 64); the baseline among equals, then the
// lowest number. Without any, the baseline; where that is kept out itself, the best of the others.
uint32_t safe_variant(const store::History& history, uint32_t agent, const Thresholds& thresholds);

// Whether a variant other than `without` has proven itself.
bool has_proven_variant(const store::History& history, uint32_t agent, const Thresholds& thresholds,
                        uint32_t without);

// Stores it where route finds it (ChoiceWord::safe). True when it changed.
bool refresh_safe_variant(const store::History& history, uint32_t agent, const Thresholds& thresholds);

}  // namespace remora::guard
