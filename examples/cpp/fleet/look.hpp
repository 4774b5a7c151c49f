// Looking inside: Q-values of one state, as a process sees them.
#pragma once

#include <remora/remora.hpp>

#include "board.hpp"

namespace fleet {

// Q-value of one state and variant; 0 when nothing was learned.
double q_value(const remora::State& state, remora_id agent, remora_id task_type, remora_id label,
               uint32_t variant);

// How many states have, as the variant of the highest Q-value, one that is as good as the world's best
// (within two points of success), and how many of these states the world's best variant has changed for since
// the start.
struct Knowledge {
  uint32_t states = 0;
  uint32_t right = 0;
  uint32_t changed = 0;
  uint32_t right_of_changed = 0;
};
Knowledge compare_with_world(const remora::State& state, const Roster& roster, double hours);

// Writes the Q-values that the board asks for into this worker's part of the board.
void show_watched(const remora::State& state, const Board& board, WorkerCounts& counts);

}  // namespace fleet
