#include "store/contexts.hpp"

#include <algorithm>

#include "base/mix.hpp"

namespace remora::store {
namespace {

constexpr uint64_t kProbes = 32;

// A set without labels, where nothing was tried, is no context.
bool is_empty(std::span<const uint32_t> sorted, const Tries& tries) {
  return sorted.empty() && tries.attempts == 0;
}

// Completes an entry. Everyone who holds the set writes the same words, so it does not matter who, or how
// often.
void write_entry(ContextEntry& entry, std::span<const uint32_t> sorted, const Tries& tries, uint32_t pooled) {
  for (uint32_t i = 0; i < kMaxLabels; i += 2) {
    const uint64_t low = i < sorted.size() ? sorted[i] : 0;
    const uint64_t high = i + 1 < sorted.size() ? sorted[i + 1] : 0;
    entry.labels[i / 2].store(low | high << 32, std::memory_order_relaxed);
  }
  entry.tried.store(tries.tried, std::memory_order_relaxed);
  entry.attempts.store(tries.attempts | static_cast<uint64_t>(pooled) << 32, std::memory_order_relaxed);
  // Release pairs with the acquire in read_entry.
  entry.size.store(sorted.size() + 1, std::memory_order_release);
}

// Sorts a set, without repeats; returns its size.
size_t sort_set(std::span<const uint32_t> labels, uint32_t (&sorted)[kMaxLabels]) {
  const size_t given = std::min<size_t>(labels.size(), kMaxLabels);
  std::copy_n(labels.begin(), given, sorted);
  std::sort(sorted, sorted + given);
  return static_cast<size_t>(std::unique(sorted, sorted + given) - sorted);
}

// Key of a sorted set without repeats, and of what was tried.
uint64_t key_of(const History& history, std::span<const uint32_t> sorted, const Tries& tries) {
  uint64_t key = sorted.size();
  for (const uint32_t label : sorted) {
    key = base::mix(key + label * 0x9e3779b97f4a7c15ULL, history.secret);
  }
  if (tries.attempts != 0) {
    key = base::mix(key + tries.tried * 0x9e3779b97f4a7c15ULL, history.secret);
    key = base::mix(key + tries.attempts, history.secret);
  }
  return key | 1;
}

// The entry of a context once it is complete, and how many labels it has; nullptr for none or an unknown one.
const ContextEntry* read_entry(const History& history, uint32_t context, uint32_t* labels) {
  if (context == 0 || context > history.capacities.contexts) {
    return nullptr;
  }
  const ContextEntry& entry = history.contexts[context - 1];
  const uint64_t size = entry.size.load(std::memory_order_acquire);
  if (size == 0 || size > kMaxLabels + 1) {
    return nullptr;
  }
  *labels = static_cast<uint32_t>(size - 1);
  return &entry;
}

// Whether what stands in an entry is what its key was made of, and its pooled context that of the same tries.
bool is_sound(const History& history, uint32_t context) {
  uint32_t labels[kMaxLabels];
  const uint32_t size = context_labels(history, context, labels);
  const Tries tries = context_tries(history, context);
  const uint64_t key = history.contexts[context - 1].key.load(std::memory_order_relaxed);
  if (is_empty({labels, size}, tries) || key != key_of(history, {labels, size}, tries)) {
    return false;
  }
  const uint32_t pooled = pooled_context(history, context);
  return tries.attempts == 0 ? pooled == 0
                             : pooled != 0 && pooled <= history.capacities.contexts &&
                                   history.contexts[pooled - 1].key.load(std::memory_order_relaxed) ==
                                       key_of(history, {}, tries);
}

}  // namespace

uint32_t context_of(const History& history, std::span<const uint32_t> labels, const Tries& tries) {
  uint32_t sorted[kMaxLabels];
  const size_t size = sort_set(labels, sorted);
  if (is_empty({sorted, size}, tries)) {
    return 0;
  }
  if (tries.attempts > kMostAttempts) {
    return kContextFull;
  }
  uint32_t pooled = 0;
  if (tries.attempts != 0 && size != 0) {
    pooled = context_of(history, {}, tries);
    if (pooled == kContextFull) {
      return kContextFull;
    }
  }
  const uint64_t key = key_of(history, {sorted, size}, tries);
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
        const bool itself = tries.attempts != 0 && size == 0;
        write_entry(entry, {sorted, size}, tries, itself ? static_cast<uint32_t>(place + 1) : pooled);
      }
      return static_cast<uint32_t>(place + 1);
    }
  }
  return tries.attempts != 0 && size == 0 ? kContextFull : kPlaceless | pooled;
}

uint32_t find_context(const History& history, std::span<const uint32_t> labels, const Tries& tries) {
  uint32_t sorted[kMaxLabels];
  const size_t size = sort_set(labels, sorted);
  if (is_empty({sorted, size}, tries)) {
    return 0;
  }
  const uint64_t key = key_of(history, {sorted, size}, tries);
  const uint64_t mask = history.capacities.contexts - 1;
  for (uint64_t step = 0; step < kProbes; ++step) {
    const uint64_t place = ((key >> 8) + step) & mask;
    const uint64_t seen = history.contexts[place].key.load(std::memory_order_relaxed);
    if (seen == key || seen == 0) {
      return seen == key ? static_cast<uint32_t>(place + 1) : kContextFull;
    }
  }
  return kContextFull;
}

uint32_t context_labels(const History& history, uint32_t context, uint32_t (&labels)[kMaxLabels]) {
  uint32_t size = 0;
  const ContextEntry* const entry = read_entry(history, context, &size);
  for (uint32_t i = 0; entry != nullptr && i < size; ++i) {
    labels[i] = static_cast<uint32_t>(entry->labels[i / 2].load(std::memory_order_relaxed) >> (32 * (i % 2)));
  }
  return entry == nullptr ? 0 : size;
}

Tries context_tries(const History& history, uint32_t context) {
  if (context == kContextFull) {
    return {kUnknownAttempts, 0};
  }
  context = has_place(context) ? context : context & ~kPlaceless;
  uint32_t labels = 0;
  const ContextEntry* const entry = read_entry(history, context, &labels);
  const auto attempts =
      entry == nullptr ? 0U : static_cast<uint32_t>(entry->attempts.load(std::memory_order_relaxed));
  if (attempts == 0 || attempts > kMostAttempts) {
    return {};
  }
  return {attempts, entry->tried.load(std::memory_order_relaxed)};
}

uint32_t pooled_context(const History& history, uint32_t context) {
  if (!has_place(context)) {
    return context == kContextFull ? 0 : context & ~kPlaceless;
  }
  uint32_t labels = 0;
  const ContextEntry* const entry = read_entry(history, context, &labels);
  // Masked, so that a damaged word still makes a key.
  return entry == nullptr
             ? 0
             : static_cast<uint32_t>(entry->attempts.load(std::memory_order_relaxed) >> 32) & kContextFull;
}

void repair_contexts(const History& history) {
  for (uint32_t i = 0; i < history.capacities.contexts; ++i) {
    ContextEntry& entry = history.contexts[i];
    if (entry.size.load(std::memory_order_relaxed) != 0 && !is_sound(history, i + 1)) {
      entry.size.store(0, std::memory_order_relaxed);
    }
  }
}

}  // namespace remora::store
