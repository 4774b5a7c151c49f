// Which level of what was learned gave how much of a value.
#pragma once

#include <remora/learning.h>

#include "base/status.hpp"
#include "engine/call.hpp"

namespace remora::engine {

// Errors as remora_explain.
base::Code explain(const Call& call, remora_belief* belief, base::Problem& problem);

}  // namespace remora::engine
