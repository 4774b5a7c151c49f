#include <remora/learning.h>

#include "engine/explain.hpp"
#include "shim/on_handle.hpp"
#include "shim/struct_size.hpp"

using remora::base::Code;
using remora::base::Problem;
using namespace remora::shim;  // NOLINT(google-build-using-namespace): its tools, below C names

extern "C" {

int32_t remora_explain(uint64_t handle, remora_belief* belief, remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    Question<remora_belief> output;
    Code code = output.begin(belief, "remora_belief", problem);
    if (ok(code)) {
      code = remora::engine::explain(call.call(), output.value, problem);
    }
    if (ok(code)) {
      output.finish();
    }
    return code;
  });
}

}  // extern "C"
