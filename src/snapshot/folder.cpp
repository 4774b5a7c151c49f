#include "snapshot/folder.hpp"

#include <algorithm>
#include <new>

#include "base/atomic_file.hpp"
#include "base/file.hpp"
#include "store/file_names.hpp"

namespace remora::snapshot {
namespace {

using base::Code;
using base::Problem;

struct Listing {
  base::Vector<Kept>* kept;
  bool no_memory = false;
};

bool see_snapshot(void* context, const char* name) {
  auto& listing = *static_cast<Listing*>(context);
  uint64_t sequence = 0;
  uint32_t kind = 0;
  if (!store::parse_snapshot_file(name, &sequence, &kind)) {
    return true;
  }
  try {
    listing.kept->push_back({sequence, static_cast<Kind>(kind)});
  } catch (const std::bad_alloc&) {
    listing.no_memory = true;
  }
  return !listing.no_memory;
}

bool remove_temporary(void* context, const char* name) {
  if (base::is_temporary_name(name)) {
    Problem ignored;  // one that cannot be removed does no harm
    static_cast<void>(static_cast<const base::Directory*>(context)->remove(name, ignored));
  }
  return true;
}

}  // namespace

Code open_folder(const store::State& state, base::Directory* folder, Problem& problem) {
  return state.directory().open_subfolder(store::kSnapshotFolder, folder, problem);
}

Code list_folder(const base::Directory& folder, base::Vector<Kept>* kept, Problem& problem) {
  kept->clear();
  Listing listing{kept};
  const Code code = folder.list(see_snapshot, &listing, problem);
  if (listing.no_memory) {
    return problem.set(Code::kMemory, "no memory for the list of snapshots");
  }
  std::sort(kept->begin(), kept->end(), [](const Kept& a, const Kept& b) { return a.sequence > b.sequence; });
  return code;
}

Code sweep_folder(const base::Directory& folder, Problem& problem) {
  return folder.list(remove_temporary, const_cast<base::Directory*>(&folder), problem);
}

Code read_envelope(const base::Directory& folder, const Kept& kept, Envelope* envelope, Problem& problem) {
  const store::FileName name = store::snapshot_file(kept.sequence, static_cast<uint32_t>(kept.kind));
  base::File file;
  Code code = base::File::open(folder, name, base::FileAccess::kRead, &file, problem);
  if (ok(code) && file.size() >= sizeof *envelope) {
    code = file.read_at(0, std::as_writable_bytes(std::span(envelope, 1)), problem);
  }
  if (ok(code)) {
    code = check_envelope(*envelope, file.size(), problem);
  }
  if (ok(code) &&
      (envelope->sequence != kept.sequence || envelope->kind != static_cast<uint32_t>(kept.kind))) {
    code = problem.set(Code::kDamaged, "%s holds another snapshot, number %llu", name.text,
                       static_cast<unsigned long long>(envelope->sequence));
  }
  return code;
}

}  // namespace remora::snapshot
