// Interned names: text to a dense number per kind and back. Written under the structure lock, read without
// any.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/status.hpp"
#include "store/history.hpp"

namespace remora::store {

// Kinds, numbered as remora_kind.
enum class Kind : uint32_t {
  kCategory = 1,
  kAgent = 2,
  kTaskType = 3,
  kLabel = 4,
  kMetric = 5,
  kRollout = 6
};
inline constexpr uint32_t kLastKind = 6;

// For error texts: "an agent".
const char* name_of_kind(Kind kind);

// A public id: kind << 24 | index within the kind.
inline constexpr uint32_t make_id(Kind kind, uint32_t index) {
  return static_cast<uint32_t>(kind) << 24 | index;
}
inline constexpr uint32_t id_kind(uint32_t id) { return id >> 24; }
inline constexpr uint32_t id_index(uint32_t id) { return id & 0xFFFFFF; }

// Number of names of a kind. Indices below it are complete.
inline uint32_t name_count(const History& history, Kind kind) {
  // Acquire pairs with the release that publishes a name: the kind's index is complete below the count.
  const uint64_t count =
      history.names_head->kind_count[static_cast<uint32_t>(kind)].load(std::memory_order_acquire);
  return count <= history.capacities.names ? static_cast<uint32_t>(count) : 0;
}

// Index of a known name; false when there is none. No lock. [hot]
bool find_name(const History& history, Kind kind, std::string_view text, uint32_t* index);

// Text of a name, valid as long as the mapping; empty for an index that is none.
std::string_view name_text(const History& history, Kind kind, uint32_t index);

// Adds a name unless it is there: one that a dead writer left half done is found only here. The caller holds
// the structure lock and has checked the text (1 .. 96 bytes, UTF-8). Errors: kFull (names, or the kind's own
// limit: 65,534 task types, 2^24 labels).
base::Code add_name(const History& history, Kind kind, std::string_view text, uint32_t* index,
                    base::Problem& problem);

// Repairs what a writer that died left half done. The caller holds the structure lock.
void repair_names(const History& history);

// Makes counts and indices anew from the entries, after a power loss. Names are added one behind the other,
// so those behind the first that is not whole were never synced: they are given up. The caller holds the
// structure lock, and is alone.
void rebuild_names(const History& history);

}  // namespace remora::store
