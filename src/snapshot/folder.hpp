// The folder of a state directory that keeps its snapshots.
#pragma once

#include <cstdint>

#include "base/directory.hpp"
#include "base/heap.hpp"
#include "base/status.hpp"
#include "snapshot/envelope.hpp"
#include "store/state.hpp"

namespace remora::snapshot {

// A snapshot by its name alone.
struct Kept {
  uint64_t sequence = 0;
  Kind kind = Kind::kManual;
};

// Opens the folder, making it (0700) when it is missing. Errors: as Directory::open_subfolder; kNotFound when
// it is missing and the state is read-only.
base::Code open_folder(const store::State& state, base::Directory* folder, base::Problem& problem);

// Names of snapshots, newest first. Other files are passed over. Errors: kIo, kMemory.
base::Code list_folder(const base::Directory& folder, base::Vector<Kept>* kept, base::Problem& problem);

// Removes what writers left that died half-way. The caller holds the snapshot lock. Errors: kIo, kMemory.
base::Code sweep_folder(const base::Directory& folder, base::Problem& problem);

// Reads the first 128 bytes of a snapshot and checks them, the file's name and size. Errors: as File::open,
// kDamaged, kFormat.
base::Code read_envelope(const base::Directory& folder, const Kept& kept, Envelope* envelope,
                         base::Problem& problem);

}  // namespace remora::snapshot
