// The rows of a generation as a hash table: find, insert, optimistic update. Lock-free; linear probing.
#pragma once

#include <cstdint>

#include "base/mix.hpp"
#include "store/generation.hpp"
#include "store/words.hpp"

namespace remora::store {

inline constexpr uint64_t kProbeLimit = 64;

inline uint64_t home_of(uint64_t key, const Generation& generation) {
  return base::mix(key, generation.secret()) & generation.mask();
}

inline void prefetch_row(uint64_t key, const Generation& generation) {
  __builtin_prefetch(&generation.rows()[home_of(key, generation)]);
}

// The row of a packed StateKey, or nullptr when nothing was learned for it. [hot]
inline Row* find_row(uint64_t key, const Generation& generation) {
  Row* const rows = generation.rows();
  const uint64_t home = home_of(key, generation);
  for (uint64_t step = 0; step < kProbeLimit; ++step) {
    Row& row = rows[(home + step) & generation.mask()];
    // Acquire pairs with the release in insert_row: cells of a fresh row read as zero, never as what was
    // there before.
    const uint64_t seen = row.key.load(std::memory_order_acquire);
    if (seen == key) {
      return &row;
    }
    if (seen == 0) {
      return nullptr;
    }
  }
  return nullptr;
}

enum class Insert { kFound, kInserted, kTableFull, kQuota };

// Finds the row of a key or takes a free one for it. Rows are never given back within a generation. [hot]
Row* insert_row(uint64_t key, const Generation& generation, Insert* result);

// Whether a state that is not there yet could still get a row. [hot]
bool has_room(uint32_t agent, const Generation& generation);

struct CellUpdate {
  float before = 0, after = 0;
  uint32_t visits = 0;  // after the update
};

// Moves a cell towards a target: q += max(step, 1 / (visits + 1)) * (target - q), visits += 1, retried until
// no other process came between (Q-learning, Watkins and Dayan 1992; the visit count is the version of the
// update). [hot]
CellUpdate update_cell(Word& cell, float target, float step);

// Largest Q-value among the first `count` variants of a state; 0 when it was never seen. [hot]
float best_value(uint64_t key, uint32_t count, uint64_t mask, const Generation& generation);

}  // namespace remora::store
