#include "store/contexts.hpp"

#include <algorithm>

#include "base/mix.hpp"

namespace remora::store {
namespace {

constexpr uint64_t kProbes = 32;

// Completes an entry. Everyone who holds the set writes the same words, so it does not matter who, or how
// often.
void write_labels(ContextEntry& entry, std::span<const uint32_t> sorted) {
  for (uint32_t i = 0; i < kMaxLabels; i += 2) {
    const uint64_t low = i < sorted.size() ? sorted[i] : 0;
    const uint64_t high = i + 1 < sorted.size() ? sorted[i + 1] : 0;
    entry.labels[i / 2].store(low | high << 32, std::memory_order_relaxed);
  }
  // Release pairs with the acquire in context_labels.
  entry.size.store(sorted.size() + 1, std::memory_order_release);
}

// Key of a sorted set without repeats.
uint64_t key_of(const History& history, std::span<const uint32_t> sorted) {
  uint64_t key = sorted.size();
  for (const uint32_t label : sorted) {
    key = base::mix(key + label * 0x9e3779b97f4a7c15ULL, history.secret);
  }
  return key | 1;
}

}  // namespace

uint32_t context_of(const History& history, std::span<const uint32_t> labels) {
  uint32_t sorted[kMaxLabels];
  const size_t given = std::min<size_t>(labels.size(), kMaxLabels);
  std::copy_n(labels.begin(), given, sorted);
  std::sort(sorted, sorted + given);
  const size_t size = static_cast<size_t>(std::unique(sorted, sorted + given) - sorted);
  if (size == 0) {
    return 0;
  }
  const uint64_t key = key_of(history, {sorted, size});
  const uint64_t mask = history.capacities.contexts - 1;
  for (uint64_t step = 0; step < kProbes; ++step) {
    const uint64_t place = ((key >> 8) + step) & mask;
    ContextEntry& entry = history.contexts[place];
    uint64_t seen = entry.key.load(std::memory_order_relaxed);
    if (seen == 0 && entry.key.compare_exchange_strong(seen, key, std::memory_order_relaxed)) {
      seen = key;
    }
    if (seen == key) {
      if (entry.size.load(std::memory_order_relaxed) == 0) {
        write_labels(entry, {sorted, size});
      }
      return static_cast<uint32_t>(place + 1);
    }
  }
  return kContextFull;
}

uint32_t context_labels(const History& history, uint32_t context, uint32_t (&labels)[kMaxLabels]) {
  if (context == 0 || context > history.capacities.contexts) {
    return 0;
  }
  const ContextEntry& entry = history.contexts[context - 1];
  const uint64_t size = entry.size.load(std::memory_order_acquire);
  if (size < 2 || size > kMaxLabels + 1) {
    return 0;
  }
  for (uint32_t i = 0; i + 1 < size; ++i) {
    labels[i] = static_cast<uint32_t>(entry.labels[i / 2].load(std::memory_order_relaxed) >> (32 * (i % 2)));
  }
  return static_cast<uint32_t>(size - 1);
}

void repair_contexts(const History& history) {
  for (uint32_t i = 0; i < history.capacities.contexts; ++i) {
    ContextEntry& entry = history.contexts[i];
    uint32_t labels[kMaxLabels];
    const uint32_t size = context_labels(history, i + 1, labels);
    if (entry.size.load(std::memory_order_relaxed) != 0 &&
        (size == 0 || entry.key.load(std::memory_order_relaxed) != key_of(history, {labels, size}))) {
      entry.size.store(0, std::memory_order_relaxed);
    }
  }
}

}  // namespace remora::store
