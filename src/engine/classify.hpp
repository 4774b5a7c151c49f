// From a text to the task type that stands for it in states, and rules as they cross the border.
#pragma once

#include <string_view>

#include <remora/route.h>

#include "base/status.hpp"
#include "engine/call.hpp"

namespace remora::engine {

// Errors: kInvalid (sizes beyond the arena). Nothing of the text is kept.
base::Code classify(const Call& call, std::string_view arena, const remora_text& text,
                    remora_classification* result, base::Problem& problem);

// Takes a rule apart: name, keywords and patterns, the latter two separated by line feeds. Errors: kInvalid.
base::Code read_rule(std::string_view arena, const remora_task_rule& rule, route::TaskRule* out,
                     base::Problem& problem);

}  // namespace remora::engine
