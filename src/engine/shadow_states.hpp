// Where a recorded decision stands under the settings of another configuration.
#pragma once

#include <cstdint>

#include "engine/experience.hpp"
#include "learn/settings.hpp"
#include "store/history.hpp"

namespace remora::engine {

// Keys of values: of the state, and of the agent over all its tasks at as many tries.
struct ShadowState {
  uint64_t state = 0;         // 0 = it has none, for the table of label sets had no place for it
  uint64_t agent = 0;         // what it leans on
  bool first_attempt = true;  // parents have a say in the agent's value
  bool teaches_agent = true;  // else it is not known how many tries there were
};

// As route has it: with cascades, tries are a part of the state; without, they are not.
ShadowState shadow_state(const store::History& history, uint64_t key, const learn::Settings& settings);

// Whether the tries of a recorded decision are told apart.
bool has_tries(const store::History& history, uint64_t key);

// What the configuration would have drawn from, where the policy in force had `drawn_from`. What that left
// out as tried is given back where the other configuration would not leave it out, and the reverse.
uint64_t shadow_choices(const store::History& history, uint64_t key, uint64_t drawn_from,
                        const learn::Settings& settings, const learn::Settings& in_force);

}  // namespace remora::engine
