// Which snapshots are kept, and what is known of those.
#pragma once

#include <cstdint>
#include <span>

#include "base/heap.hpp"
#include "base/status.hpp"
#include "snapshot/info.hpp"
#include "snapshot/settings.hpp"
#include "store/file_names.hpp"
#include "store/state.hpp"

namespace remora::snapshot {

// The snapshots kept, newest first, from their first 128 bytes. Files that are none, or damaged there, are
// passed over. Errors: kIo, kMemory.
base::Code list_snapshots(const store::State& state, base::Vector<Info>* infos, base::Problem& problem);

// Path of a kept snapshot, relative to the state directory ("snapshots/000000000007-hourly.rsnap").
struct SnapshotPath {
  char text[96];
};
// Errors: kNotFound, kIo, kMemory.
base::Code path_of(const store::State& state, uint64_t sequence, SnapshotPath* path, base::Problem& problem);

// Which of the snapshots (newest first) the rule gives up: of each kind all but the newest so many, except
// that of the schedule's the last one of a day is kept for so many days that have one. Days are UTC. Throws
// std::bad_alloc.
base::Vector<Info> given_up(std::span<const Info> newest_first, const Settings& settings);

// Removes what the rule gives up, and what dead writers left. Damaged files stay, for somebody to look at.
// `removed` may be nullptr. Errors: kBusy, kIo, kPermission, kMemory.
base::Code apply_retention(store::State& state, const Settings& settings, uint32_t* removed,
                           base::Problem& problem);

}  // namespace remora::snapshot
