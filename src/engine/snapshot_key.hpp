// Where the key comes from that snapshots are signed with: the host's options, else a file that the
// environment names.
#pragma once

#include <remora/open.h>

#include "base/directory.hpp"
#include "base/status.hpp"
#include "config/environment.hpp"
#include "store/snapshot_trust.hpp"

namespace remora::engine {

// `state_folder` is where no key may lie: who may write there could bring a key of his own, and who backs it
// up would take the key along. Errors: kInvalid (authentication asked for without a key, a key of zeros, no
// key in the file), kPermission (the file is readable by others, a symbolic link, or in the state folder),
// kNotFound, kIo.
base::Code read_snapshot_trust(const remora_options& options, const config::Environment& environment,
                               const base::Directory& state_folder, store::SnapshotTrust* trust,
                               base::Problem& problem);

}  // namespace remora::engine
