// Holds an answer against what a transcript expects of it.
#pragma once

#include <string>

#include "conformance/words.hpp"

namespace remora::conformance {

// Empty when `answer` is as `expected` (with all words resolved); else where and how it differs. Throws on a
// matcher that is not known.
std::string difference(const Json& expected, const Json& answer, const std::string& place = "");

// The part of an answer at a path like "events.0.kind"; throws when there is none.
const Json& at_path(const Json& answer, const std::string& path);

}  // namespace remora::conformance
