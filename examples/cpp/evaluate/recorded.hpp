// The history of a state directory, asked through the plugin.
#pragma once

#include <string>

#include "answer.hpp"

namespace evaluate {

// `configuration` is JSON, empty for the directory's own; `agent` empty for all. Nothing in the directory is
// changed.
Answer ask_state(const std::string& directory, const std::string& configuration, const std::string& agent,
                 const Question& question);

}  // namespace evaluate
