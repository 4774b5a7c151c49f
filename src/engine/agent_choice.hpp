// Route for a task whose agent is open: choose the agent too.
#pragma once

#include <remora/route.h>

#include "base/status.hpp"
#include "engine/call.hpp"
#include "engine/state_of_task.hpp"

namespace remora::engine {

// Chooses among the agents of task.category (all when 0) that have a variant free to run: with the epsilon in
// force any of them, else the one with the best value for this state; agents that have seen the state come
// before those that have not. `draw` is consumed and replaced. Errors: kInvalid, kNotFound (nobody fits).
// [hot]
[[gnu::noinline]] base::Code choose_agent(const Call& call, const remora_task& task, const StateIds& ids,
                                          uint64_t* draw, uint32_t* agent, float* propensity,
                                          base::Problem& problem);

}  // namespace remora::engine
