// The way back: a snapshot becomes the generation in force, for every process at its next call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/status.hpp"
#include "snapshot/info.hpp"
#include "snapshot/new_generation.hpp"
#include "store/state.hpp"

namespace remora::snapshot {

// Reads and checks a file, keeps what it replaces as a snapshot of kind kRestore, then builds, syncs and
// switches to a new generation. `path` is absolute or relative to the state directory. Publishes an event
// (value: generation before; detail: generation now, sequence restored). `restored` (may be nullptr) receives
// the restored one. Waits at most 50 ms each for the snapshot lock and the structure lock. Errors: as verify
// and write_snapshot, kPermission (not authenticated), kNotFound, kFull (more states or names than this
// directory takes), kBusy; the learned values are then as they were.
base::Code restore(store::State& state, std::string_view path, int64_t now_ns, Info* restored,
                   base::Problem& problem);

struct RestoreRules {
  bool keep_replaced = true;  // as a snapshot
  SwitchNotice notice = {};
  // Where only authenticated snapshots are taken: none of another directory, and none older than the newest
  // of this one. A file that was put in place might be an old one that somebody replays; a call says that it
  // is meant.
  bool refuse_replay = false;
};

// The same by other rules.
base::Code restore(store::State& state, std::string_view path, int64_t now_ns, const RestoreRules& rules,
                   Info* restored, base::Problem& problem);

// The same from bytes in private memory (at a multiple of 16).
base::Code restore_bytes(store::State& state, std::span<const std::byte> file, int64_t now_ns,
                         const RestoreRules& rules, Info* restored, base::Problem& problem);

// Checks a file completely and changes nothing. Errors: as snapshot::verify, authenticate and
// read_snapshot_file.
base::Code verify_file(const store::State& state, std::string_view path, Info* info, base::Problem& problem);

}  // namespace remora::snapshot
