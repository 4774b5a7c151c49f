#include "store/state_effect.hpp"

#include <algorithm>

#include "store/pooled.hpp"
#include "store/q_table.hpp"

namespace remora::store {
namespace {

constexpr float kWeight = 12.0F;

void copy_cells(const Row* row, QCell* cells) {
  for (uint32_t i = 0; row != nullptr && i < kRowVariants; ++i) {
    const uint64_t word = row->cells[i].load(std::memory_order_relaxed);
    cells[i] = QCell::usable(word) ? QCell::unpack(word) : QCell{};
  }
}

}  // namespace

float state_effect(const QCell* state, const QCell* agent, uint32_t count, float most) {
  float sum = 0;
  float outcomes = kWeight;
  for (uint32_t v = 0; v < count; ++v) {
    if (state[v].visits != 0 && agent[v].visits != 0) {
      const float n = std::min(static_cast<float>(state[v].visits), most);
      sum += n * (state[v].q - agent[v].q);
      outcomes += n;
    }
  }
  return sum / outcomes;
}

float state_effect(uint64_t key, uint32_t count, float most, const Generation& generation) {
  constexpr uint32_t kSegments = kMaxVariants / kRowVariants + 1;
  QCell state[kSegments * kRowVariants] = {};
  QCell agent[kSegments * kRowVariants] = {};
  count = std::min(count, kMaxVariants);
  for (uint32_t segment = 0; segment * kRowVariants < count; ++segment) {
    const uint32_t first = segment * kRowVariants;
    copy_cells(find_row(StateKey::with_segment(key, segment), generation), state + first);
    copy_cells(find_own_row(StateKey::unpack(key).agent, segment, generation), agent + first);
  }
  return state_effect(state, agent, count, most);
}

}  // namespace remora::store
