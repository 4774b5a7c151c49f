#include "route/router.hpp"

#include <algorithm>
#include <bit>

#include "store/q_table.hpp"

namespace remora::route {
namespace {

using store::kRowVariants;
using store::QCell;
using store::StateKey;

// Copies the cells of a key; true when any was learned. What is not there reads as unknown.
bool read_cells(uint64_t key, uint32_t count, const store::Generation& generation, QCell* cells) {
  bool any = false;
  for (uint32_t first = 0; first < count; first += kRowVariants) {
    const store::Row* row = store::find_row(StateKey::with_segment(key, first / kRowVariants), generation);
    const uint32_t held = std::min(kRowVariants, count - first);
    if (row == nullptr) {
      std::fill_n(cells + first, held, QCell{});
      continue;
    }
    for (uint32_t i = 0; i < held; ++i) {
      // Relaxed: a cell is whole by itself, and any age of it will do.
      const uint64_t word = row->cells[i].load(std::memory_order_relaxed);
      const bool usable = QCell::usable(word);
      cells[first + i] = QCell::unpack(usable ? word : 0);
      any |= usable;
    }
  }
  return any;
}

}  // namespace

void prefetch_state(uint64_t key, uint32_t count, const store::Generation& generation) {
  for (uint32_t first = 0; first < count; first += kRowVariants) {
    store::prefetch_row(StateKey::with_segment(key, first / kRowVariants), generation);
  }
}

void read_state(uint64_t key, uint32_t count, const store::Generation& generation, StateValues* values) {
  values->count = count;
  values->seen = read_cells(key, count, generation, values->cells);
  if (!values->seen) [[unlikely]] {
    StateKey parent = StateKey::unpack(key);
    parent.task_type = StateKey::kParentTask;
    parent.context = 0;
    read_cells(parent.pack(), count, generation, values->cells);
  }
}

learn::PolicyChoice choose_variant(const StateValues& values, uint64_t eligible,
                                   const learn::Settings& settings, uint64_t draw) {
  const learn::Candidates candidates{{values.cells, values.count}, eligible, 0};
  return learn::choose(settings, candidates, draw);
}

uint32_t best_variant(const StateValues& values, uint64_t mask) {
  auto best = static_cast<uint32_t>(std::countr_zero(mask));
  for (uint64_t rest = mask & (mask - 1); rest != 0; rest &= rest - 1) {
    const auto v = static_cast<uint32_t>(std::countr_zero(rest));
    best = values.cells[v].q > values.cells[best].q ? v : best;
  }
  return best;
}

}  // namespace remora::route
