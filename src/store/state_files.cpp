// State: whether the names in its directory still stand for the files that it has open.
#include "store/state.hpp"

namespace remora::store {
namespace {

using base::Code;
using base::Problem;

bool stands(const base::Directory& directory, const char* name, const base::Mapping& mapping) {
  base::FileIdentity named;
  Problem ignored;
  const Code code = base::File::identity_of(directory, name, &named, ignored);
  return ok(code) ? mapping.is_of(named) : code != Code::kNotFound;
}

}  // namespace

LostFile State::lost_file() {
  if (!directory_.is_current()) {
    return LostFile::kDirectory;
  }
  if (!stands(live_directory(), kHistoryFile, mapping_)) {
    return LostFile::kHistory;
  }
  const std::lock_guard guard(generation_mutex_);
  const Generation& present = *generation_.load(std::memory_order_seq_cst);
  // Of one that is no longer in force the file may go.
  if (!stands(live_directory(), generation_file(present.number()).text, present.mapping()) &&
      history_.control->line.generation.load(std::memory_order_acquire) == present.number()) {
    return LostFile::kGeneration;
  }
  return read_only_ || locks_.is_current() ? LostFile::kNone : LostFile::kLock;
}

}  // namespace remora::store
