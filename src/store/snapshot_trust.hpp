// Whose snapshots this process believes. Fixed when the state is opened.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace remora::store {

inline constexpr size_t kMostSnapshotKeys = 8;

// Copies are wiped when they go.
struct SnapshotKey {
  SnapshotKey() = default;
  SnapshotKey(const SnapshotKey&) = default;
  SnapshotKey& operator=(const SnapshotKey&) = default;
  ~SnapshotKey();

  std::array<uint8_t, 32> secret{};  // all zeros: there is no key
  uint64_t id = 0;                   // tells keys apart and betrays nothing of them; 0 = there is no key
};

struct SnapshotTrust {
  // The first signs; snapshots of any of them are believed. Those that there are come first.
  std::array<SnapshotKey, kMostSnapshotKeys> keys;
  bool required = false;  // only snapshots that a key authenticates are restored

  const SnapshotKey& signing() const { return keys.front(); }
  // The key of that id; nullptr when it is none of ours.
  const SnapshotKey* find(uint64_t id) const;
};

}  // namespace remora::store
