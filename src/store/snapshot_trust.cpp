#include "store/snapshot_trust.hpp"

#include <algorithm>

#include "base/wipe.hpp"

namespace remora::store {

SnapshotKey::~SnapshotKey() { base::wipe(std::as_writable_bytes(std::span(secret))); }

const SnapshotKey* SnapshotTrust::find(uint64_t id) const {
  const auto* const found =
      std::find_if(keys.begin(), keys.end(), [id](const SnapshotKey& key) { return key.id == id; });
  return id == 0 || found == keys.end() ? nullptr : found;
}

}  // namespace remora::store
