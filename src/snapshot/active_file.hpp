// Rolling back by swapping a file: whoever replaces <directory>/active.rsnap, by rename or by a plain copy,
// has it restored; all processes follow by the generation in the control line.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "store/state.hpp"

namespace remora::snapshot {

// Looks whether there is another active.rsnap than the one last dealt with, and restores it. A file that was
// written to in the last 100 ms is left for the next time, and one that is incomplete or damaged for as long
// as it is younger than a second: it may still be being copied. What is wrong then is refused: an event says
// so once, the code and the problem are returned, and the file is not looked at again until it changes. The
// same file, removed and put back, counts as another.
//
// now_ns is held against the file's date; a host that passes times of its own has every file dealt with at
// once.
//
// Each file is restored once, also when a process dies half-way. Nothing here ever writes active.rsnap.
// The caller holds the housekeeping lock. `*restored` (may be nullptr) says whether values were replaced.
// Errors: as restore; kOk when there is nothing new or a lock was busy (the next call tries again).
base::Code poll_active_file(store::State& state, int64_t now_ns, bool* restored, base::Problem& problem);

// The word of the control page that names the file last dealt with: 40 bits of the hash of its identity
// (device, inode, size, mtime), and 24 bits of the generation made from it (0 = it was refused). Written
// before the switch to that generation: the file is dealt with once the generation in force is that one or a
// later one.
struct ActiveWord {
  static uint64_t pack(uint64_t identity, uint64_t generation);
  static bool dealt_with(uint64_t word, uint64_t identity, uint64_t generation_in_force);
};

}  // namespace remora::snapshot
