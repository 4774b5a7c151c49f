#include "store/evidence.hpp"

#include "base/mix.hpp"
#include "store/words.hpp"

namespace remora::store {
namespace {

void discount_cell(Word& cell, float keep, uint64_t random) {
  const double chance = static_cast<double>(random >> 11) * 0x1p-53;
  uint64_t seen = cell.load(std::memory_order_relaxed);
  for (;;) {
    const QCell before = QCell::unpack(seen);
    const auto visits =
        static_cast<uint32_t>(static_cast<double>(before.visits) * static_cast<double>(keep) + chance);
    const uint64_t next = visits == 0 ? 0 : QCell{before.q, visits}.pack();
    if (visits >= before.visits) {
      return;
    }
    // Relaxed, as in update_cell: an outcome that comes between is kept, and what is left of it discounted
    // too.
    // race: with update_cell
    if (cell.compare_exchange_weak(seen, next, std::memory_order_relaxed, std::memory_order_relaxed)) {
      return;
    }
  }
}

}  // namespace

void discount_evidence(const Generation& generation, std::span<const float> keep, uint64_t salt) {
  for (uint64_t i = generation.skip_untouched(0); i < generation.row_count();
       i = generation.skip_untouched(i + 1)) {
    Row& row = generation.rows()[i];
    const uint64_t key = row.key.load(std::memory_order_acquire);
    const uint32_t agent = key == 0 ? UINT32_MAX : StateKey::unpack(key).agent;
    if (agent >= keep.size() || !(keep[agent] < 1)) {
      continue;
    }
    for (uint32_t c = 0; c < kRowVariants; ++c) {
      const uint64_t place = (i * kRowVariants + c) ^ base::fold_multiply(salt, 0x9e3779b97f4a7c15ULL);
      discount_cell(row.cells[c], keep[agent], base::mix_twice(place, generation.secret()));
    }
  }
}

}  // namespace remora::store
