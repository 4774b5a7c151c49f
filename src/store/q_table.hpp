// The rows of a generation as a hash table: find, insert, optimistic update. Lock-free.
//
// A key's place is its pair of front rows while that has room, then linear probing from its home among the
// main rows. A row once taken is never given back, so a pair that was full stays full: whoever finds room in
// it knows that its key is nowhere else, and two who insert the same key meet at the same row.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/mix.hpp"
#include "store/generation.hpp"
#include "store/words.hpp"

namespace remora::store {

inline constexpr uint64_t kProbeLimit = 64;

// Where the row of a packed StateKey is looked for.
struct Place {
  uint64_t key = 0;
  Row* front = nullptr;  // a pair
  uint64_t home = 0;     // among the main rows
};

inline Place place_of(uint64_t key, const Generation& generation) {
  const uint64_t mixed = base::mix(key, generation.secret());
  return {key, &generation.rows()[(mixed >> 32 & generation.front_pair_mask()) * kFrontPair],
          mixed & generation.main_mask()};
}

inline void prefetch_row(const Place& place, const Generation& generation) {
  __builtin_prefetch(place.front);
  __builtin_prefetch(&generation.main_rows()[place.home]);
}

// The row at a place, or nullptr when nothing was learned for its key. [hot]
inline Row* find_row(const Place& place, const Generation& generation) {
  for (uint64_t i = 0; i < kFrontPair; ++i) {
    // Acquire, here and below, pairs with the release in insert_row: cells of a fresh row read as zero, never
    // as what was there before.
    const uint64_t seen = place.front[i].key.load(std::memory_order_acquire);
    if (seen == place.key || seen == 0) {
      return seen == place.key ? &place.front[i] : nullptr;
    }
  }
  for (uint64_t step = 0; step < kProbeLimit; ++step) {
    Row& row = generation.main_rows()[(place.home + step) & generation.main_mask()];
    const uint64_t seen = row.key.load(std::memory_order_acquire);
    if (seen == place.key || seen == 0) {
      return seen == place.key ? &row : nullptr;
    }
  }
  return nullptr;
}

// The same for a packed StateKey. [hot]
inline Row* find_row(uint64_t key, const Generation& generation) {
  return find_row(place_of(key, generation), generation);
}

enum class Insert { kFound, kInserted, kTableFull, kQuota };

// Takes a free row for a key that find_row did not find, or finds it after all.
[[gnu::noinline]] Row* insert_new_row(uint64_t key, const Generation& generation, Insert* result);

// Finds the row of a key or takes a free one for it. [hot]
inline Row* insert_row(uint64_t key, const Generation& generation, Insert* result) {
  if (Row* const row = find_row(key, generation); row != nullptr) [[likely]] {
    *result = Insert::kFound;
    return row;
  }
  return insert_new_row(key, generation, result);
}

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

// What it makes of a cell, for values kept elsewhere.
inline QCell updated(QCell before, float target, float step) {
  // The plain mean until 1 / visits falls below the step size: no value starts dragged towards a zero nobody
  // measured.
  const float mean_step = 1.0F / (static_cast<float>(before.visits) + 1.0F);
  const float moved = before.q + std::max(step, mean_step) * (target - before.q);
  return {std::clamp(moved, -kLargestValue, kLargestValue),
          before.visits == UINT32_MAX ? UINT32_MAX : before.visits + 1};
}

// Moves a learned cell towards a target and leaves its count: q += step * (target - q). What was never
// learned stays so. An outcome that comes between is kept, as in update_cell.
CellUpdate move_cell(Word& cell, float target, float step);

// What share of a value is its nth target, after `visits` of them (0 = unknown: the least that it may be), as
// update_cell weighs them: the step it was learned by times what each later one has left of it,
//     s(n) x product over i = n + 1 .. visits of (1 - s(i)),    s(i) = max(step, 1 / i)
// which is 1 / visits as long as all steps were those of a mean.
float target_share(uint32_t nth, uint32_t visits, float step);

// Makes good in a learned cell that its nth target was wrong by `difference`: q += share x difference. Exact
// in real numbers, as long as neither step nor count was changed otherwise. What was never learned stays so.
CellUpdate correct_cell(Word& cell, float difference, uint32_t nth, float step);

// Largest Q-value among the first `count` variants of a state; 0 when it was never seen. [hot]
float best_value(uint64_t key, uint32_t count, uint64_t mask, const Generation& generation);

}  // namespace remora::store
