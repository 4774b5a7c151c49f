#include <remora/remora.h>

#include <cstring>

#include "shim/barrier.hpp"
#include "shim/handle.hpp"
#include "shim/out_text.hpp"
#include "shim/struct_size.hpp"

using remora::base::Code;
using remora::base::Problem;
using namespace remora::shim;  // NOLINT(google-build-using-namespace): its tools, below C names

namespace {

struct StructSize {
  const char* name;
  uint32_t size;
};

constexpr StructSize kStructSizes[] = {
    {"remora_error", sizeof(remora_error)},
    {"remora_options", sizeof(remora_options)},
    {"remora_variant", sizeof(remora_variant)},
    {"remora_agent", sizeof(remora_agent)},
    {"remora_task", sizeof(remora_task)},
    {"remora_decision", sizeof(remora_decision)},
    {"remora_batch", sizeof(remora_batch)},
    {"remora_text", sizeof(remora_text)},
    {"remora_classification", sizeof(remora_classification)},
    {"remora_task_rule", sizeof(remora_task_rule)},
    {"remora_outcome", sizeof(remora_outcome)},
    {"remora_reward", sizeof(remora_reward)},
    {"remora_safety_query", sizeof(remora_safety_query)},
    {"remora_safety_verdict", sizeof(remora_safety_verdict)},
    {"remora_rollout_stage", sizeof(remora_rollout_stage)},
    {"remora_rollout_plan", sizeof(remora_rollout_plan)},
    {"remora_gate_query", sizeof(remora_gate_query)},
    {"remora_gate", sizeof(remora_gate)},
    {"remora_rollout", sizeof(remora_rollout)},
    {"remora_snapshot_info", sizeof(remora_snapshot_info)},
    {"remora_control", sizeof(remora_control)},
    {"remora_tick_report", sizeof(remora_tick_report)},
    {"remora_event", sizeof(remora_event)},
    {"remora_q_cell", sizeof(remora_q_cell)},
    {"remora_stats", sizeof(remora_stats)},
    {"remora_belief", sizeof(remora_belief)},
    {"remora_evaluation", sizeof(remora_evaluation)},
    {"remora_replay_request", sizeof(remora_replay_request)},
    {"remora_replay_report", sizeof(remora_replay_report)},
    {"remora_convergence", sizeof(remora_convergence)},
};

}  // namespace

extern "C" {

int32_t remora_open(const char* directory, uint64_t directory_size, const remora_options* options,
                    uint64_t* handle, remora_error* error) {
  if (handle != nullptr) {
    *handle = 0;
  }
  return guarded(error, [&](Problem& problem) {
    std::string_view path;
    if (const Code code = read_text(directory, directory_size, kMostPathBytes, "directory", &path, problem);
        !ok(code)) {
      return code;
    }
    if (handle == nullptr) {
      return problem.set(Code::kInvalid, "handle is NULL: there is nowhere to put the result");
    }
    remora_options defaults{};
    defaults.struct_size = sizeof defaults;
    Input<remora_options> input;
    if (const Code code = input.read(options == nullptr ? &defaults : options, "remora_options", problem);
        !ok(code)) {
      return code;
    }
    return open_handle(path, *input.value, handle, problem);
  });
}

int32_t remora_close(uint64_t handle, remora_error* error) {
  return guarded(error, [&](Problem& problem) { return close_handle(handle, problem); });
}

int32_t remora_struct_size(const char* name, uint32_t* size) {
  return guarded(nullptr, [&](Problem& problem) {
    if (name == nullptr || size == nullptr) {
      return problem.set(Code::kInvalid, "name or size is NULL");
    }
    for (const StructSize& known : kStructSizes) {
      if (std::strcmp(known.name, name) == 0) {
        *size = known.size;
        return Code::kOk;
      }
    }
    return problem.set(Code::kNotFound, "no struct is named \"%s\"", name);
  });
}

}  // extern "C"
