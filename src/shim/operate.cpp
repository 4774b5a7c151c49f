#include <remora/operate.h>

#include "base/clock.hpp"
#include "engine/state_of_task.hpp"
#include "shim/on_handle.hpp"
#include "shim/out_text.hpp"
#include "shim/struct_size.hpp"

using remora::base::Code;
using remora::base::Problem;
using namespace remora::shim;  // NOLINT(google-build-using-namespace): its tools, below C names

extern "C" {

int32_t remora_tick(uint64_t handle, int64_t now_ns, int64_t budget_ns, remora_tick_report* report,
                    remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    if (!remora::base::is_time(now_ns)) {
      return remora::engine::refuse_time("now_ns", now_ns, problem);
    }
    if (budget_ns < 0) {
      return problem.set(Code::kInvalid, "budget_ns is %lld: must be 0 (no limit) or nanoseconds",
                         static_cast<long long>(budget_ns));
    }
    Output<remora_tick_report> output;
    if (report != nullptr) {
      if (const Code code = output.begin(report, "remora_tick_report", problem); !ok(code)) {
        return code;
      }
    }
    remora_tick_report done{};
    const Code code =
        call.engine().tick(remora::engine::Ticker::kOwn, now_ns != 0 ? now_ns : remora::base::now_ns(),
                           budget_ns, call.seat().stripe(), &done, problem);
    if (report != nullptr) {
      done.struct_size = output.value->struct_size;
      *output.value = done;
      output.finish();
    }
    return code;
  });
}

int32_t remora_control_set(uint64_t handle, const remora_control* control, remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    Input<remora_control> input;
    Code code = input.read(control, "remora_control", problem);
    if (ok(code) && input.value->reserved != 0) {
      code = problem.set(Code::kUnsupported, "control.reserved is %u: must be 0", input.value->reserved);
    }
    return ok(code) ? call.engine().set_control(*input.value, call.engine().present_ns(), problem) : code;
  });
}

int32_t remora_control_get(uint64_t handle, remora_control* control, remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    Output<remora_control> output;
    const Code code = output.begin(control, "remora_control", problem);
    if (ok(code)) {
      call.engine().get_control(output.value);
      output.finish();
    }
    return code;
  });
}

int32_t remora_configure(uint64_t handle, const char* text, uint64_t text_size, remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    std::string_view json;
    const Code code = read_text(text, text_size, kCheckedLater, "text", &json, problem);
    return ok(code) ? call.engine().configure(json, problem) : code;
  });
}

}  // extern "C"
