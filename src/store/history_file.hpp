// The history file on disk: made whole or not at all, and checked before a byte of it is believed.
#pragma once

#include "base/directory.hpp"
#include "base/file_mapping.hpp"
#include "base/status.hpp"
#include "store/settings.hpp"

namespace remora::store {

// Makes the file under a temporary name, fully allocated, synced, renamed. Errors: kInvalid (a capacity, with
// its range), kNoSpace, kIo.
base::Code create_history_file(const base::Directory& directory, const Capacities& capacities,
                               base::Problem& problem);

// Checks and maps it. A file that is refused is left as it is, byte for byte. Errors: kNotFound, kFormat
// (other layout, byte order or features), kDamaged, kPermission, kMemory.
base::Code map_history_file(const base::Directory& directory, bool read_only, base::Mapping* mapping,
                            base::Problem& problem);

}  // namespace remora::store
