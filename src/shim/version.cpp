#include <remora/version.h>

#include <cstdio>

#include "shim/barrier.hpp"
#include "shim/out_text.hpp"

using remora::base::Problem;

extern "C" {

int32_t remora_abi_version(void) { return REMORA_ABI_VERSION; }

int32_t remora_version_text(char* buffer, uint64_t capacity, uint64_t* needed) {
  return remora::shim::guarded(nullptr, [&](Problem& problem) {
    char text[32];
    std::snprintf(text, sizeof text, "%d.%d.%d", REMORA_VERSION_MAJOR, REMORA_VERSION_MINOR,
                  REMORA_VERSION_PATCH);
    return remora::shim::write_text(text, buffer, capacity, needed, problem);
  });
}

}  // extern "C"
