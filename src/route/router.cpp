#include "route/router.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/lanes.hpp"
#include "store/q_table.hpp"

namespace remora::route {
namespace {

using store::kRowVariants;
using store::QCell;
using store::StateKey;

// Two cells side by side, those that cannot have been learned read as unknown. Lanes: value, visits, value,
// visits.
base::Bits4 usable_pair(const store::Word* cells) {
  constexpr uint32_t kLimit = std::bit_cast<uint32_t>(store::kLargestValue);
  constexpr base::Bits4 kMagnitude = {0x7FFFFFFF, 0, 0x7FFFFFFF, 0};
  constexpr base::Signed4 kLargest = {kLimit, 0, kLimit, 0};
  constexpr base::Bits4 kVisits = {0, ~0U, 0, ~0U};
  // Relaxed: a cell is whole by itself, and any age of it will do.
  const auto pair = base::Bits4(
      base::Words2{cells[0].load(std::memory_order_relaxed), cells[1].load(std::memory_order_relaxed)});
  // As QCell::usable says: in range, and visited.
  const auto bad =
      base::Bits4(base::Signed4(pair & kMagnitude) > kLargest) | (base::Bits4(pair == 0) & kVisits);
  return pair & ~(bad | __builtin_shufflevector(bad, bad, 1, 0, 3, 2));
}

// Copies the cells of one row, and zeros behind them; `any` gathers what was learned.
void copy_row(const store::Row& row, QCell* cells, base::Bits4* any) {
  static_assert(kRowVariants == 6 && sizeof(QCell) * 2 == sizeof(base::Bits4));
  const base::Bits4 pairs[4] = {usable_pair(&row.cells[0]), usable_pair(&row.cells[2]),
                                usable_pair(&row.cells[4]), base::Bits4{}};
  std::memcpy(static_cast<void*>(cells), pairs, sizeof pairs);
  *any |= pairs[0] | pairs[1] | pairs[2];
}

// Copies the cells of a key; true when any was learned. What is not there reads as unknown.
bool read_cells(uint64_t key, uint32_t count, const store::Generation& generation, QCell* cells) {
  base::Bits4 any = {};
  for (uint32_t segment = 0; segment * kRowVariants < count; ++segment) {
    const store::Row* row = store::find_row(StateKey::with_segment(key, segment), generation);
    QCell* const here = cells + size_t{segment} * kRowVariants;
    if (row == nullptr) [[unlikely]] {
      std::fill_n(here, kRowVariants + 2, QCell{});
    } else {
      copy_row(*row, here, &any);
    }
  }
  return (any[1] | any[3]) != 0;
}

}  // namespace

void prefetch_state(uint64_t key, uint32_t count, const store::Generation& generation) {
  for (uint32_t first = 0; first < count; first += kRowVariants) {
    store::prefetch_row(StateKey::with_segment(key, first / kRowVariants), generation);
  }
}

void read_state(uint64_t key, uint32_t parent_context, uint32_t count, const store::Generation& generation,
                const learn::Settings& settings, StateValues* values) {
  values->count = count;
  values->seen = read_cells(key, count, generation, values->state.of);
  values->pooled = settings.pooling.enabled;
  if (values->pooled || !values->seen) {
    StateKey parent = StateKey::unpack(key);
    parent.task_type = StateKey::kParentTask;
    parent.context = parent_context;
    read_cells(parent.pack(), count, generation, (values->pooled ? values->agent : values->state).of);
  }
  learn::believe({values->state.of, values->agent.of}, count, settings, &values->beliefs);
}

learn::PolicyChoice choose_variant(const StateValues& values, uint64_t eligible,
                                   const learn::Settings& settings, uint64_t draw) {
  return learn::choose(settings, values.beliefs, eligible, draw);
}

uint32_t best_variant(const StateValues& values, uint64_t mask) {
  auto best = static_cast<uint32_t>(std::countr_zero(mask));
  for (uint64_t rest = mask & (mask - 1); rest != 0; rest &= rest - 1) {
    const auto v = static_cast<uint32_t>(std::countr_zero(rest));
    best = values.beliefs.mean[v] > values.beliefs.mean[best] ? v : best;
  }
  return best;
}

}  // namespace remora::route
