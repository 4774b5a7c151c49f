// Epsilon of agents whose schedule lets it fall: worked out by housekeeping, read by decisions.
#pragma once

#include <cstdint>

#include "learn/settings.hpp"
#include "store/history.hpp"
#include "store/words.hpp"

namespace remora::engine {

// Works epsilon out from the agent's outcomes and stores it where decisions read it. A process that dies
// between two stores of this looks at its mean reward once too little. The caller holds the housekeeping
// lock.
void refresh_exploration(const store::History& history, uint32_t agent, const learn::Settings& settings);

// Epsilon of an agent by its settings and what housekeeping stored. [hot]
inline float epsilon_in_force(const store::AgentRecord& record, const learn::Settings& settings) {
  const uint64_t word = record.exploration.load(std::memory_order_relaxed);
  const float epsilon = store::FloatPair::unpack(word).first;
  const bool known = settings.schedule.kind != learn::ScheduleKind::kConstant && word != 0;
  // Above the configured one only in a damaged file, or until the next tick after it was lowered.
  return known && epsilon >= 0 && epsilon <= settings.epsilon ? epsilon : settings.epsilon;
}

}  // namespace remora::engine
