// Rollouts as hosts see them: ids in, structs out.
#pragma once

#include <string_view>

#include <remora/rollout.h>

#include "base/status.hpp"
#include "engine/call.hpp"

namespace remora::engine {

class Engine;

// Errors as the functions of <remora/rollout.h>.
base::Code start_rollout(Engine& engine, std::string_view name, const remora_rollout_plan& given,
                         uint32_t* id, base::Problem& problem);
base::Code command_rollout(Engine& engine, uint32_t id, uint32_t command, int64_t now_ns,
                           base::Problem& problem);
base::Code describe_rollout(Engine& engine, uint32_t id, remora_rollout* out, base::Problem& problem);
// [hot]
base::Code ask_gate(const Call& call, const remora_gate_query& query, remora_gate* gate,
                    base::Problem& problem);

}  // namespace remora::engine
