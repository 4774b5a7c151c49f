// The one wall that nothing thrown passes, and the way a problem reaches the caller's remora_error.
#pragma once

#include <cxxabi.h>

#include <exception>
#include <new>

#include <remora/status.h>

#include "base/status.hpp"

namespace remora::shim {

// Copies a problem to the caller; nullptr and errors of other sizes are fine.
void report(const base::Problem& problem, base::Code code, remora_error* error);

inline void report_success(remora_error* error) {
  if (error != nullptr && error->struct_size >= 17) {
    error->code = REMORA_OK;
    error->os_errno = 0;
    error->text[0] = '\0';
  }
}

// Runs the body of an exported function: `body(problem)` returns a Code. Whatever it throws becomes a code.
// A thread that is cancelled unwinds through here as the system wants it to.
template <typename Body>
int32_t guarded(remora_error* error, const Body& body) noexcept(false) {
  base::Problem problem;
  base::Code code = base::Code::kInternal;
  try {
    code = body(problem);
  } catch (const std::bad_alloc&) {
    code = problem.set(base::Code::kMemory, "out of memory");
  } catch (const std::exception& exception) {
    code = problem.set(base::Code::kInternal, "unexpected: %s", exception.what());
  } catch (abi::__forced_unwind&) {
    throw;
  } catch (...) {
    code = problem.set(base::Code::kInternal, "unexpected exception");
  }
  if (ok(code)) [[likely]] {
    report_success(error);
  } else {
    report(problem, code, error);
  }
  return static_cast<int32_t>(code);
}

}  // namespace remora::shim
