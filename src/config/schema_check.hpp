// Holds a JSON document against a FlatBuffers schema: keys, types and enum names. FlatBuffers' own parser
// checks the same, but takes 1 for true, "1" for 1 and "a b" for a | b, and finds numbers that do not fit
// only at the end of the table they are in.
#pragma once

#include "base/status.hpp"
#include "config/json_document.hpp"

namespace flatbuffers {
class Parser;
}

namespace remora::config {

// `parser` has read the schema. Errors: kConfig (line, path, value, and what may stand there). Throws
// std::bad_alloc.
base::Code check_types(const flatbuffers::Parser& parser, const JsonDocument& document,
                       base::Problem& problem);

}  // namespace remora::config
