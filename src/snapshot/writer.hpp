// Takes a snapshot of the live values.
#pragma once

#include <cstdint>

#include "base/file_lock.hpp"
#include "base/status.hpp"
#include "snapshot/info.hpp"
#include "store/generation.hpp"
#include "store/state.hpp"

namespace remora::snapshot {

// Writes the values of `generation`, which the caller keeps mapped (State::Inside), as a file of the
// directory's snapshot folder, checked and durable when this returns. Nobody is stopped meanwhile: each value
// is one that was in force during the call. Memory: one chunk of rows, read and written, whatever the size of
// the table. Waits at most 50 ms for another process that writes one. Publishes an event. `info` may be
// nullptr. Errors: kBusy, kNoSpace, kIo, kPermission (read-only state), kMemory, kDamaged (what was read back
// is not what was written); no file is then left, and those of before are as they were.
base::Code write_snapshot(store::State& state, const store::Generation& generation, Kind kind, int64_t now_ns,
                          Info* info, base::Problem& problem);

// The same for a caller that holds the snapshot lock.
base::Code write_snapshot_locked(store::State& state, const store::Generation& generation, Kind kind,
                                 int64_t now_ns, Info* info, base::Problem& problem);

// A memory-backed state begins with the newest snapshot after a reboot, and that must not be of what was just
// replaced: takes one of the values in force. What fails is left to the schedule. The caller holds the
// snapshot lock.
void keep_for_reboot(store::State& state, const store::Generation& generation, int64_t now_ns);

// Takes the lock that snapshots are written, restored and removed under; waits at most 50 ms. Errors: kBusy,
// kIo, kMemory.
base::Code lock_snapshots(store::State& state, base::ByteLock* lock, base::Problem& problem);

}  // namespace remora::snapshot
