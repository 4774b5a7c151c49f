// The C functions once more, each carried out by the C++ wrapper: what a transcript asks goes through
// remora.hpp.
#pragma once

#include <remora/remora_loader.h>

namespace remora::conformance {

// As the library's own table, for the library at `path`. Throws when it cannot be loaded.
const remora_api& wrapped_plugin(const char* path);

}  // namespace remora::conformance
