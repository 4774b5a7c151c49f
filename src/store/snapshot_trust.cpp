#include "store/snapshot_trust.hpp"

#include "base/wipe.hpp"

namespace remora::store {

SnapshotTrust::~SnapshotTrust() { base::wipe(std::as_writable_bytes(std::span(key))); }

}  // namespace remora::store
