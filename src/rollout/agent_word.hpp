// The word that tells the hot path about an agent's rollout: derived from the rollout's record, never the
// truth itself.
#pragma once

#include <cstdint>

#include "store/history.hpp"
#include "store/words.hpp"

namespace remora::rollout {

// How many places for rollouts have a name; no more than there are, whatever a damaged file says.
uint32_t rollout_count(const store::History& history);

// The record of a rollout index that was started completely, or nullptr.
store::RolloutRecord* find_rollout(const store::History& history, uint32_t rollout);

// What the hot path needs of a record, as one word.
store::RolloutWord derive_word(const store::RolloutRecord& record, uint32_t rollout);

// Sets the word of the rollout's agent to what the newest rollout of that agent says.
void derive_agent(const store::History& history, uint32_t agent);

// The same for all agents, for a process may have died between the two stores, or before it let the treatment
// of a rollout that it started back in. Returns how many words were wrong. Called by tick and after opening.
uint32_t reconcile(const store::History& history);

// The rollout that was started last for an agent, as an index; false without any.
bool newest_rollout(const store::History& history, uint32_t agent, uint32_t* rollout);

// Of a rollout's record.
inline uint32_t agent_of(const store::RolloutRecord& record) {
  return static_cast<uint32_t>(record.identity.load(std::memory_order_relaxed) >> 32);
}

}  // namespace remora::rollout
