// The frame of nearly every exported function: behind the exception barrier, inside a call on an open handle.
#pragma once

#include "shim/barrier.hpp"
#include "shim/handle.hpp"

namespace remora::shim {

// Runs `body(call, problem)`, which returns a Code, on a handle; answers REMORA_E_HANDLE without it when the
// handle is not open. Call is HandleCall on the hot path, SlowCall elsewhere.
template <typename Call, typename Body>
int32_t on_handle(uint64_t handle, remora_error* error, const Body& body) {
  return guarded(error, [&](base::Problem& problem) {
    const Call call(handle);
    return call.ok() ? body(call, problem) : bad_handle(handle, problem);
  });
}

}  // namespace remora::shim
