#include "store/pooled.hpp"

#include <algorithm>

namespace remora::store {
namespace {

uint64_t key_of(uint32_t agent, uint32_t context, uint32_t segment) {
  return StateKey{agent, StateKey::kParentTask, context, segment}.pack();
}

// An own row counts once its stamp is set: it is taken first, then filled, then stamped.
Row* stamped_row(uint32_t agent, uint32_t segment, const Generation& generation) {
  Row* const row = find_row(key_of(agent, StateKey::kOwnContext, segment), generation);
  // Acquire pairs with the release in take_own_row.
  return row != nullptr && row->stamp.load(std::memory_order_acquire) != 0 ? row : nullptr;
}

Row* take_own_row(uint32_t agent, uint32_t segment, const Row* read_by_route, const Generation& generation) {
  Insert result{};
  Row* const row = insert_row(key_of(agent, StateKey::kOwnContext, segment), generation, &result);
  if (row == nullptr) {
    return nullptr;
  }
  for (uint32_t i = 0; read_by_route != nullptr && i < kRowVariants; ++i) {
    row->cells[i].store(read_by_route->cells[i].load(std::memory_order_relaxed), std::memory_order_relaxed);
  }
  const uint64_t stamp = read_by_route == nullptr ? 0 : read_by_route->stamp.load(std::memory_order_relaxed);
  row->stamp.store(std::max<uint64_t>(stamp, 1), std::memory_order_release);
  return row;
}

uint64_t word_of(const Row* row, uint32_t place) {
  const uint64_t word = row == nullptr ? 0 : row->cells[place].load(std::memory_order_relaxed);
  return QCell::usable(word) ? word : 0;
}

}  // namespace

Row* find_own_row(uint32_t agent, uint32_t segment, const Generation& generation) {
  Row* const own = stamped_row(agent, segment, generation);
  return own != nullptr ? own : find_row(key_of(agent, 0, segment), generation);
}

Row* own_row_to_fill(uint32_t agent, uint32_t segment, const Generation& generation) {
  Row* const own = stamped_row(agent, segment, generation);
  Insert result{};
  return own != nullptr ? own : insert_row(key_of(agent, 0, segment), generation, &result);
}

Row* attempts_row_to_fill(uint32_t agent, uint32_t context, uint32_t segment, const Generation& generation) {
  Insert result{};
  return insert_row(key_of(agent, context, segment), generation, &result);
}

QCell own_cell(uint32_t agent, uint32_t variant, const Generation& generation) {
  return QCell::unpack(
      word_of(find_own_row(agent, variant / kRowVariants, generation), variant % kRowVariants));
}

QCell attempts_cell(uint32_t agent, uint32_t context, uint32_t variant, const Generation& generation) {
  const Row* const row = find_row(key_of(agent, context, variant / kRowVariants), generation);
  return QCell::unpack(word_of(row, variant % kRowVariants));
}

void set_pooled(uint32_t agent, uint32_t segment, std::span<const QCell> cells,
                const Generation& generation) {
  Row* row = find_row(key_of(agent, 0, segment), generation);
  Row* own = stamped_row(agent, segment, generation);
  if (own == nullptr) {
    bool differs = false;
    for (uint32_t i = 0; i < cells.size(); ++i) {
      differs = differs || cells[i].pack() != word_of(row, i);
    }
    if (!differs) {
      return;
    }
    own = take_own_row(agent, segment, row, generation);
  }
  Insert result{};
  row = row != nullptr ? row : insert_row(key_of(agent, 0, segment), generation, &result);
  for (uint32_t i = 0; own != nullptr && row != nullptr && i < cells.size(); ++i) {
    if (row->cells[i].load(std::memory_order_relaxed) != cells[i].pack()) {
      row->cells[i].store(cells[i].pack(), std::memory_order_relaxed);
    }
  }
}

}  // namespace remora::store
