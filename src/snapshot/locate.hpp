// From a path that a caller gives to the file's bytes in private memory.
#pragma once

#include <string_view>

#include "base/atomic_file.hpp"
#include "base/status.hpp"
#include "store/state.hpp"

namespace remora::snapshot {

// Reads a whole file, of at most 2 GiB. `path` is absolute or relative to the state directory. Whoever names
// an absolute path answers for its folder: that may belong to others, since what is read is checked before it
// is believed; the file itself must be a regular file, not a symbolic link. Errors: kNotFound, kPermission,
// kInvalid (no path), kDamaged (too large), kBusy (changes while it is read), kMemory, kIo.
base::Code read_snapshot_file(const store::State& state, std::string_view path, base::FileBuffer* bytes,
                              base::Problem& problem);

}  // namespace remora::snapshot
