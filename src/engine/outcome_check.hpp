// Every value of an outcome is checked before anything is changed by it.
#pragma once

#include <remora/outcome.h>

#include "base/status.hpp"

namespace remora::engine {

inline constexpr int64_t kLongestTask = 30LL * 24 * 3'600 * 1'000'000'000;  // 30 days, ns

// Errors: kInvalid (which field, which value, what is allowed), kUnsupported (flags of a newer host). [hot]
base::Code check_outcome(const remora_outcome& outcome, base::Problem& problem);

}  // namespace remora::engine
