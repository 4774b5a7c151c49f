#include "store/q_table.hpp"

#include <algorithm>
#include <cmath>

namespace remora::store {
namespace {

Word& agent_rows(uint32_t agent, const Generation& generation) {
  constexpr uint32_t kAgents = sizeof(GenerationPage::agent_rows) / sizeof(Word);
  return generation.page().agent_rows[agent % kAgents];
}

}  // namespace

bool has_room(uint32_t agent, const Generation& generation) {
  return generation.page().rows_used.load(std::memory_order_relaxed) < generation.state_limit() &&
         agent_rows(agent, generation).load(std::memory_order_relaxed) < generation.agent_quota();
}

Row* insert_new_row(uint64_t key, const Generation& generation, Insert* result) {
  const Place place = place_of(key, generation);
  const uint32_t agent = StateKey::unpack(key).agent;
  for (uint64_t step = 0; step < kFrontPair + kProbeLimit; ++step) {
    Row& row = step < kFrontPair
                   ? place.front[step]
                   : generation.main_rows()[(place.home + step - kFrontPair) & generation.main_mask()];
    uint64_t seen = row.key.load(std::memory_order_acquire);
    if (seen == 0) {
      if (generation.page().rows_used.load(std::memory_order_relaxed) >= generation.state_limit()) {
        *result = Insert::kTableFull;
        return nullptr;
      }
      if (agent_rows(agent, generation).load(std::memory_order_relaxed) >= generation.agent_quota()) {
        *result = Insert::kQuota;
        return nullptr;
      }
      // Before the row: a death in between must not hide the row from those who skip what nobody wrote.
      generation.mark_touched(row);
      // Release pairs with the acquire in find_row. A rival may have taken this row for the same key: then it
      // is found.
      if (row.key.compare_exchange_strong(seen, key, std::memory_order_acq_rel, std::memory_order_acquire)) {
        // Dying before these counts leaves a row uncounted; opening after a crash counts again.
        generation.page().rows_used.fetch_add(1, std::memory_order_relaxed);
        agent_rows(agent, generation).fetch_add(1, std::memory_order_relaxed);
        *result = Insert::kInserted;
        return &row;
      }
    }
    if (seen == key) {
      *result = Insert::kFound;
      return &row;
    }
  }
  *result = Insert::kTableFull;
  return nullptr;
}

CellUpdate update_cell(Word& cell, float target, float step) {
  uint64_t seen = cell.load(std::memory_order_relaxed);
  for (;;) {
    // What is not usable is learned anew.
    const QCell before = QCell::unpack(QCell::usable(seen) ? seen : 0);
    const QCell next = updated(before, target, step);
    // Relaxed: a cell is a value of its own; nothing else is published through it.
    if (cell.compare_exchange_weak(seen, next.pack(), std::memory_order_relaxed, std::memory_order_relaxed)) {
      return {before.q, next.q, next.visits};
    }
  }
}

CellUpdate move_cell(Word& cell, float target, float step) {
  uint64_t seen = cell.load(std::memory_order_relaxed);
  while (QCell::usable(seen)) {
    const QCell before = QCell::unpack(seen);
    const float after = std::clamp(before.q + step * (target - before.q), -kLargestValue, kLargestValue);
    // race: with update_cell
    if (cell.compare_exchange_weak(seen, QCell{after, before.visits}.pack(), std::memory_order_relaxed,
                                   std::memory_order_relaxed)) {
      return {before.q, after, before.visits};
    }
  }
  return {};
}

float target_share(uint32_t nth, uint32_t visits, float step) {
  // Counts up to this one are learned as a mean.
  const auto mean_until = static_cast<uint32_t>(std::min(1.0 / static_cast<double>(step), 4e9));
  if (nth <= mean_until) {
    const uint32_t mean_of = std::max(std::min(visits, mean_until), 1U);
    return static_cast<float>(std::pow(1.0 - static_cast<double>(step), visits - std::min(visits, mean_of)) /
                              mean_of);
  }
  return static_cast<float>(static_cast<double>(step) *
                            std::pow(1.0 - static_cast<double>(step), visits - std::min(visits, nth)));
}

CellUpdate correct_cell(Word& cell, float difference, uint32_t nth, float step) {
  uint64_t seen = cell.load(std::memory_order_relaxed);
  while (QCell::usable(seen)) {
    const QCell before = QCell::unpack(seen);
    const float after = std::clamp(before.q + target_share(nth, before.visits, step) * difference,
                                   -kLargestValue, kLargestValue);
    // race: with update_cell
    if (cell.compare_exchange_weak(seen, QCell{after, before.visits}.pack(), std::memory_order_relaxed,
                                   std::memory_order_relaxed)) {
      return {before.q, after, before.visits};
    }
  }
  return {};
}

float best_value(uint64_t key, uint32_t count, uint64_t mask, const Generation& generation) {
  float best = 0;
  bool any = false;
  for (uint32_t first = 0; first < count; first += kRowVariants) {
    const Row* row = find_row(StateKey::with_segment(key, first / kRowVariants), generation);
    for (uint32_t i = 0; row != nullptr && i < kRowVariants && first + i < count; ++i) {
      const uint64_t word = row->cells[i].load(std::memory_order_relaxed);
      if (QCell::usable(word) && (mask >> (first + i) & 1) != 0) {
        const float q = QCell::unpack(word).q;
        best = any ? std::max(best, q) : q;
        any = true;
      }
    }
  }
  return best;
}

}  // namespace remora::store
