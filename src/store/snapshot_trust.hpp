// Whose snapshots this process believes. Fixed when the state is opened.
#pragma once

#include <array>
#include <cstdint>

namespace remora::store {

// Copies are wiped when they go.
struct SnapshotTrust {
  SnapshotTrust() = default;
  SnapshotTrust(const SnapshotTrust&) = default;
  SnapshotTrust& operator=(const SnapshotTrust&) = default;
  ~SnapshotTrust();

  std::array<uint8_t, 32> key{};  // secret; all zeros without one
  uint64_t key_id = 0;            // tells keys apart and betrays nothing of them; 0 = there is no key
  bool required = false;          // only snapshots that the key authenticates are restored
};

}  // namespace remora::store
