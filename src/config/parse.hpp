// From the text of remora.json to settings: all of it, or none.
#pragma once

#include <string_view>

#include "base/status.hpp"
#include "config/settings.hpp"

namespace remora::config {

// Largest text that is read.
inline constexpr uint64_t kMaxConfigBytes = 4U << 20;

// Defaults, and over them what the text says. `file_name` heads the explanation of an error: "remora.json:12:
// safety.lookback is 100: must be 1 .. 64". On any error *out is unchanged. Errors: kConfig (line, key, value
// and what is allowed; or text too long), kMemory.
base::Code parse(std::string_view json, std::string_view file_name, Settings* out, base::Problem& problem);

}  // namespace remora::config
