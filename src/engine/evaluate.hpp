// What the recorded history says another configuration's learning would have brought.
#pragma once

#include <string_view>

#include <remora/learning.h>

#include "base/status.hpp"
#include "engine/call.hpp"

namespace remora::engine {

// Goes through the outcomes that the history still holds, oldest first. A learner with the settings of `text`
// (a configuration; empty: those in force), which knows nothing at first, is asked before each outcome what
// it would have done, and then taught that outcome; so it is judged by no outcome that it has seen. Decisions
// that the policy did not draw (arms that are held fixed, monitor mode, outcomes by names) teach, but are not
// weighed. Errors as remora_evaluate.
base::Code evaluate(const Call& call, std::string_view text, remora_evaluation* evaluation,
                    base::Problem& problem);

}  // namespace remora::engine
