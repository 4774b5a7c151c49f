#include "store/names.hpp"

#include <cstring>

#include <xxhash.h>

namespace remora::store {
namespace {

uint64_t name_hash(const History& history, Kind kind, std::string_view text) {
  const uint64_t hash = XXH3_64bits_withSeed(text.data(), text.size(), history.secret[0]);
  return (hash ^ static_cast<uint64_t>(kind) * 0x9e3779b97f4a7c15ULL) | 1;
}

// Word by word, the last one overlapping: for texts so short sooner done than a call of memcmp.
template <typename WordType>
bool same_by(const char* one, const char* other, size_t size) {
  const auto differ_at = [&](size_t place) {
    WordType words[2];
    std::memcpy(&words[0], one + place, sizeof(WordType));
    std::memcpy(&words[1], other + place, sizeof(WordType));
    return words[0] != words[1];
  };
  for (size_t place = 0; place + sizeof(WordType) < size; place += sizeof(WordType)) {
    if (differ_at(place)) {
      return false;
    }
  }
  return !differ_at(size - sizeof(WordType));
}

bool is_text_of(const NameEntry& entry, std::string_view text) {
  const size_t size = text.size();
  if (entry.size != size || size == 0 || size > kMaxNameBytes) {
    return false;
  }
  return size >= 8   ? same_by<uint64_t>(entry.text, text.data(), size)
         : size >= 4 ? same_by<uint32_t>(entry.text, text.data(), size)
                     : same_by<uint8_t>(entry.text, text.data(), size);
}

std::string_view text_of(const NameEntry& entry) {
  return {entry.text, entry.size <= kMaxNameBytes ? entry.size : 0};
}

uint32_t limit_of(Kind kind, const Capacities& capacities) {
  if (kind == Kind::kAgent) {
    return capacities.agents;
  }
  if (kind == Kind::kRollout) {
    return capacities.rollouts;
  }
  return kind == Kind::kLabel ? 1U << 24 : 65'534;  // 16 bits of a state key, less the parent's mark
}

// Index slots hold entry + 1; a slot is written once, after its entry is complete.
// Returns the entry, or UINT32_MAX; `free_slot` receives where a new one would go.
uint32_t probe(const History& history, Kind kind, std::string_view text, uint64_t hash, uint64_t* free_slot) {
  for (uint64_t step = 0; step <= history.name_slot_mask; ++step) {
    const uint64_t place = ((hash >> 1) + step) & history.name_slot_mask;
    // Acquire pairs with the release in index_entry: the entry is complete.
    const uint64_t slot = history.name_slots[place].load(std::memory_order_acquire);
    if (slot == 0) {
      *free_slot = place;
      return UINT32_MAX;
    }
    const uint64_t entry_number = slot - 1;
    if (entry_number >= history.capacities.names) {
      continue;  // damaged: no entry has this number
    }
    const NameEntry& entry = history.names[entry_number];
    // An index beyond its kind's limit is damage: no record has it.
    if (entry.hash.load(std::memory_order_relaxed) == hash && entry.kind == static_cast<uint32_t>(kind) &&
        is_text_of(entry, text) && entry.index < limit_of(kind, history.capacities)) {
      return static_cast<uint32_t>(entry_number);
    }
  }
  *free_slot = UINT64_MAX;
  return UINT32_MAX;
}

std::atomic<uint32_t>& kind_place(const History& history, Kind kind, uint32_t index) {
  return history.kind_index[static_cast<uint64_t>(kind) * history.capacities.names + index];
}

void index_entry(const History& history, uint32_t entry_number) {
  const NameEntry& entry = history.names[entry_number];
  if (entry.kind == 0 || entry.kind > kLastKind || entry.index >= history.capacities.names ||
      entry.index >= limit_of(static_cast<Kind>(entry.kind), history.capacities)) {
    return;  // only a damaged file holds such an entry
  }
  const auto kind = static_cast<Kind>(entry.kind);
  uint64_t free_slot = 0;
  if (probe(history, kind, text_of(entry), entry.hash.load(std::memory_order_relaxed), &free_slot) ==
          UINT32_MAX &&
      free_slot != UINT64_MAX) {
    kind_place(history, kind, entry.index).store(entry_number + 1, std::memory_order_relaxed);
    Word& count = history.names_head->kind_count[entry.kind];
    if (count.load(std::memory_order_relaxed) <= entry.index) {
      // Release pairs with the acquire in name_count: the kind's index is complete below it.
      count.store(entry.index + 1, std::memory_order_release);
    }
    history.name_slots[free_slot].store(entry_number + 1, std::memory_order_release);
  }
}

// Labels and metrics come from tasks, and may come without end: they leave room for what is registered.
uint32_t room_for(Kind kind, const Capacities& capacities) {
  const bool from_tasks = kind == Kind::kLabel || kind == Kind::kMetric;
  return capacities.names - (from_tasks ? capacities.names / 8 : 0);
}

}  // namespace

const char* name_of_kind(Kind kind) {
  switch (kind) {
    case Kind::kCategory:
      return "a category";
    case Kind::kAgent:
      return "an agent";
    case Kind::kTaskType:
      return "a task type";
    case Kind::kLabel:
      return "a label";
    case Kind::kMetric:
      return "a metric";
    case Kind::kRollout:
      return "a rollout";
  }
  return "anything known";
}

bool find_name(const History& history, Kind kind, std::string_view text, uint32_t* index) {
  uint64_t free_slot = 0;
  const uint32_t entry = probe(history, kind, text, name_hash(history, kind, text), &free_slot);
  if (entry == UINT32_MAX) {
    return false;
  }
  *index = history.names[entry].index;
  return true;
}

std::string_view name_text(const History& history, Kind kind, uint32_t index) {
  if (static_cast<uint32_t>(kind) == 0 || static_cast<uint32_t>(kind) > kLastKind ||
      index >= name_count(history, kind)) {
    return {};
  }
  const uint32_t entry = kind_place(history, kind, index).load(std::memory_order_relaxed);
  if (entry == 0 || entry > history.capacities.names) {
    return {};
  }
  return text_of(history.names[entry - 1]);
}

base::Code add_name(const History& history, Kind kind, std::string_view text, uint32_t* index,
                    base::Problem& problem) {
  repair_names(history);
  if (find_name(history, kind, text, index)) {
    return base::Code::kOk;  // it was the one that a dead writer left
  }
  const uint64_t count = history.names_head->count.load(std::memory_order_relaxed);
  const uint32_t of_kind = name_count(history, kind);
  if (count >= room_for(kind, history.capacities)) {
    return problem.set(
        base::Code::kFull,
        "\"%.*s\": %llu of the %u names of this state directory are used, and the rest is kept for others "
        "than "
        "labels and metrics; use fewer labels (none by user or session), or a new directory with more "
        "(state.names)",
        static_cast<int>(text.size()), text.data(), static_cast<unsigned long long>(count),
        history.capacities.names);
  }
  if (of_kind >= limit_of(kind, history.capacities)) {
    return problem.set(base::Code::kFull, "\"%.*s\": all %u places for names of this kind are used",
                       static_cast<int>(text.size()), text.data(), limit_of(kind, history.capacities));
  }
  NameEntry& entry = history.names[count];
  entry.hash.store(name_hash(history, kind, text), std::memory_order_relaxed);
  entry.kind = static_cast<uint32_t>(kind);
  entry.index = of_kind;
  entry.size = static_cast<uint32_t>(text.size());
  std::memset(entry.text, 0, sizeof entry.text);
  std::memcpy(entry.text, text.data(), text.size());
  // Release: an entry below the count is complete, also for whoever repairs after this writer's death.
  history.names_head->count.store(count + 1, std::memory_order_release);
  index_entry(history, static_cast<uint32_t>(count));
  *index = of_kind;
  return base::Code::kOk;
}

void repair_names(const History& history) {
  const uint64_t count = history.names_head->count.load(std::memory_order_acquire);
  if (count != 0 && count <= history.capacities.names) {
    index_entry(history, static_cast<uint32_t>(
                             count - 1));  // no-op when its writer finished; only the last can be loose
  }
}

void rebuild_names(const History& history) {
  const uint32_t places = history.capacities.names;
  for (uint64_t i = 0; i <= history.name_slot_mask; ++i) {
    history.name_slots[i].store(0, std::memory_order_relaxed);
  }
  for (uint64_t i = 0; i < static_cast<uint64_t>(kKinds) * places; ++i) {
    history.kind_index[i].store(0, std::memory_order_relaxed);
  }
  for (Word& count : history.names_head->kind_count) {
    count.store(0, std::memory_order_relaxed);
  }
  uint32_t count = 0;
  for (; count < places; ++count) {
    const NameEntry& entry = history.names[count];
    const auto kind = static_cast<Kind>(entry.kind);
    if (entry.kind == 0 || entry.kind > kLastKind || entry.index != name_count(history, kind) ||
        entry.hash.load(std::memory_order_relaxed) != name_hash(history, kind, text_of(entry))) {
      break;
    }
    index_entry(history, count);
  }
  history.names_head->count.store(count, std::memory_order_release);
}

}  // namespace remora::store
