// The frame of the batch functions: every item is tried, the first failure is the one that is told.
#pragma once

#include <remora/route.h>

#include "base/status.hpp"
#include "shim/struct_size.hpp"

namespace remora::shim {

// Runs `one(i, problem)` for each item of a batch and counts. Returns the code of the first that failed;
// `problem` then says which and why.
template <typename One>
base::Code run_batch(remora_batch& batch, base::Problem& problem, const One& one) {
  base::Code first = base::Code::kOk;
  for (uint64_t i = 0; i < batch.count; ++i) {
    base::Problem own;
    const base::Code code = one(i, ok(first) ? problem : own);
    if (ok(code)) {
      ++batch.done;
    } else if (ok(first)) {
      first = code;
      batch.first_failed = i;
      problem.prefix("item %llu", static_cast<unsigned long long>(i));
    }
  }
  return first;
}

}  // namespace remora::shim
