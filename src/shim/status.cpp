#include <remora/status.h>

#include <cstdio>

#include "shim/barrier.hpp"
#include "shim/out_text.hpp"

using remora::base::Code;
using remora::base::Problem;

extern "C" {

int32_t remora_status_text(int32_t code, char* buffer, uint64_t capacity, uint64_t* needed) {
  return remora::shim::guarded(nullptr, [&](Problem& problem) {
    const char* name = remora::base::code_name(code);
    if (name == nullptr) {
      return problem.set(Code::kNotFound, "%d is no status code", code);
    }
    char text[160];
    std::snprintf(text, sizeof text, "%s: %s", name, remora::base::code_clause(code));
    return remora::shim::write_text(text, buffer, capacity, needed, problem);
  });
}

}  // extern "C"
