#include "route/router.hpp"

#include <bit>
#include <cstring>

#include "base/lanes.hpp"
#include "store/q_table.hpp"

namespace remora::route {
namespace {

using store::kRowVariants;
using store::QCell;
using store::StateKey;

base::Bits4 pair(const store::Word* cells) {
  // Relaxed: a cell is whole by itself, and any age of it will do.
  return base::Bits4(
      base::Words2{cells[0].load(std::memory_order_relaxed), cells[1].load(std::memory_order_relaxed)});
}

// Takes up to four cells, those that cannot have been learned as unknown. Returns their visits.
base::Bits4 take(base::Bits4 low, base::Bits4 high, uint32_t at, learn::Evidence* evidence) {
  constexpr auto kLimit = static_cast<int32_t>(std::bit_cast<uint32_t>(store::kLargestValue));
  base::Bits4 value = __builtin_shufflevector(low, high, 0, 2, 4, 6);
  base::Bits4 visits = __builtin_shufflevector(low, high, 1, 3, 5, 7);
  // As QCell::usable says: in range, and visited.
  const auto bad = base::Bits4(base::Signed4(value & 0x7FFFFFFFU) > kLimit) | base::Bits4(visits == 0U);
  value &= ~bad;
  visits &= ~bad;
  std::memcpy(evidence->value + at, &value, sizeof value);
  std::memcpy(evidence->visits + at, &visits, sizeof visits);
  return visits;
}

// Copies what a row holds of the variants from `first` on; returns what tells whether anything was learned.
base::Bits4 take_row(const store::Row* row, uint32_t first, uint32_t count, learn::Evidence* evidence) {
  static_assert(kRowVariants == 6 && sizeof(QCell) * 2 == sizeof(base::Bits4));
  const base::Bits4 none = {};
  const bool there = row != nullptr;
  base::Bits4 any = there ? take(pair(&row->cells[0]), pair(&row->cells[2]), first, evidence)
                          : take(none, none, first, evidence);
  if (count - first > 4) [[unlikely]] {
    any |= take(there ? pair(&row->cells[4]) : none, none, first + 4, evidence);
  }
  return any;
}

// Copies what was learned of a state; true when anything was. What is not there reads as unknown.
bool read_evidence(const store::Place& place, uint32_t count, const store::Generation& generation,
                   learn::Evidence* evidence) {
  base::Bits4 any = take_row(store::find_row(place, generation), 0, count, evidence);
  for (uint32_t first = kRowVariants; first < count; first += kRowVariants) {
    const uint64_t key = StateKey::with_segment(place.key, first / kRowVariants);
    any |= take_row(store::find_row(key, generation), first, count, evidence);
  }
  return (base::Words2(any)[0] | base::Words2(any)[1]) != 0;
}

}  // namespace

void prefetch_state(const store::Place& first, uint32_t count, const store::Generation& generation) {
  store::prefetch_row(first, generation);
  for (uint32_t segment = 1; segment * kRowVariants < count; ++segment) {
    store::prefetch_row(store::place_of(StateKey::with_segment(first.key, segment), generation), generation);
  }
}

void read_state(const store::Place& first, uint32_t parent_context, uint32_t count,
                const store::Generation& generation, const learn::Settings& settings, StateValues* values) {
  values->count = count;
  values->seen = read_evidence(first, count, generation, &values->state);
  values->pooled = settings.pooling.enabled;
  if (values->pooled || !values->seen) {
    const store::Place parent = store::place_of(StateKey::parent_of(first.key, parent_context), generation);
    read_evidence(parent, count, generation, values->pooled ? &values->agent : &values->state);
  }
  learn::believe(values->state, values->agent, count, settings, &values->beliefs);
}

void read_state(uint64_t key, uint32_t parent_context, uint32_t count, const store::Generation& generation,
                const learn::Settings& settings, StateValues* values) {
  read_state(store::place_of(key, generation), parent_context, count, generation, settings, values);
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
