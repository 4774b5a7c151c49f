#include "snapshot/gather.hpp"

#include <cstring>

#include "store/pooled.hpp"
#include "store/words.hpp"

namespace remora::snapshot {
namespace {

using store::kRowVariants;

// The six cells of a file's row stand one behind the other, each as the table's word has it.
constexpr size_t kCellsOffset = 16;
static_assert(sizeof(remora_snapshot::Row) == kCellsOffset + kRowVariants * sizeof(uint64_t));

}  // namespace

Gatherer::Gatherer(const store::Generation& generation, const Capture& capture)
    : generation_(generation), capture_(capture) {}

bool Gatherer::read(const store::Row& live, remora_snapshot::Row* row) {
  // Acquire pairs with the release in insert_row.
  const uint64_t key = live.key.load(std::memory_order_acquire);
  uint32_t count = 0;
  if (key == 0 || !translate_key(capture_, key, live.stamp.load(std::memory_order_relaxed), row, &count)) {
    return false;
  }
  uint64_t words[kRowVariants] = {};
  uint64_t visits = 0;
  // Of an agent over all its tasks, what it saw itself; the rest is worked out anew wherever this is
  // restored.
  const bool parent = row->task_type() == store::StateKey::kParentTask;
  const bool of_first_attempts = row->label_set() == 0;
  const store::Row* const own =
      parent && of_first_attempts ? store::find_own_row(row->agent(), row->segment(), generation_) : nullptr;
  const store::Row& source = own == nullptr ? live : *own;
  for (uint32_t i = 0; i < count; ++i) {
    const uint64_t word = source.cells[i].load(std::memory_order_relaxed);
    if (store::QCell::in_range(word)) {  // a damaged cell counts as never tried
      words[i] = word;
      visits += store::QCell::unpack(word).visits;
    }
  }
  std::memcpy(reinterpret_cast<std::byte*>(row) + kCellsOffset, words, sizeof words);
  visits_ += parent ? 0 : visits;
  return true;
}

size_t Gatherer::next(std::span<remora_snapshot::Row> rows) {
  size_t count = 0;
  while (count < rows.size() && (at_ = generation_.skip_untouched(at_)) < generation_.row_count()) {
    count += read(generation_.rows()[at_], &rows[count]) ? 1 : 0;
    ++at_;
  }
  return count;
}

}  // namespace remora::snapshot
