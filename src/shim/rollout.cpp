#include <remora/rollout.h>

#include <cstring>

#include "base/utf8.hpp"
#include "engine/rollouts.hpp"
#include "shim/barrier.hpp"
#include "shim/on_handle.hpp"
#include "shim/out_text.hpp"
#include "shim/struct_size.hpp"

using remora::base::Code;
using remora::base::Problem;
using namespace remora::shim;  // NOLINT(google-build-using-namespace): its tools, below C names

extern "C" {

int32_t remora_rollout_start(uint64_t handle, const char* name, uint64_t name_size,
                             const remora_rollout_plan* plan, remora_id* rollout, remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    std::string_view text;
    Input<remora_rollout_plan> input;
    Code code = read_text(name, name_size, remora::store::kMaxNameBytes, "name", &text, problem);
    code = ok(code) ? input.read(plan, "remora_rollout_plan", problem) : code;
    if (!ok(code)) {
      return code;
    }
    remora_id unused = 0;
    return remora::engine::start_rollout(call.engine(), text, *input.value,
                                         rollout == nullptr ? &unused : rollout, problem);
  });
}

int32_t remora_rollout_gate(uint64_t handle, const remora_gate_query* query, remora_gate* gate,
                            remora_error* error) {
  return guarded(error, [&](Problem& problem) {
    const HandleCall call(handle);
    Output<remora_gate> output;
    if (const Code code = output.begin(gate, "remora_gate", problem); !ok(code)) {
      return code;
    }
    const uint32_t size = output.value->struct_size;
    *output.value = {};
    output.value->struct_size = size;
    output.value->reason = REMORA_ROLLOUT_NOT_RUNNING;
    Input<remora_gate_query> input;
    Code code = call.ok() ? input.read(query, "remora_gate_query", problem) : bad_handle(handle, problem);
    if (ok(code)) {
      code = remora::engine::ask_gate(call.call(), *input.value, output.value, problem);
    }
    output.finish();
    return code;
  });
}

int32_t remora_rollout_command(uint64_t handle, remora_id rollout, uint32_t command, int64_t now_ns,
                               remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    return remora::engine::command_rollout(call.engine(), rollout, command,
                                           now_ns != 0 ? now_ns : call.engine().present_ns(), problem);
  });
}

int32_t remora_rollout_status(uint64_t handle, remora_id rollout, remora_rollout* status,
                              remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    Output<remora_rollout> output;
    Code code = output.begin(status, "remora_rollout", problem);
    if (ok(code)) {
      code = remora::engine::describe_rollout(call.engine(), rollout, output.value, problem);
    }
    if (ok(code)) {
      output.finish();
    }
    return code;
  });
}

}  // extern "C"
