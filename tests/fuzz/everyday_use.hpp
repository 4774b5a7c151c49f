// All that hosts and tools do with an open state, once over.
#pragma once

#include <cstdint>
#include <vector>

namespace remora::fuzz {

// Fills a new state: agents with few, several and many variants, learned values, a rollout, a blocked
// variant, events, a snapshot. Returns decisions whose outcome is still to come.
std::vector<uint64_t> fill_state(uint64_t handle);

// Calls everything on a state that may hold anything. Ends the process when an answer is unsafe.
void use_state(uint64_t handle, const std::vector<uint64_t>& pending);

// What a host does all day, and no more.
void use_briefly(uint64_t handle);

}  // namespace remora::fuzz
