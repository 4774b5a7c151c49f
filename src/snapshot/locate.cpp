#include "snapshot/locate.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "base/directory.hpp"
#include "base/heap.hpp"
#include "snapshot/envelope.hpp"
#include "store/file_names.hpp"

namespace remora::snapshot {
namespace {

using base::Code;
using base::Problem;

Code open_folder_of(const store::State& state, std::string_view parent, base::Directory* folder,
                    Problem& problem) {
  const base::Directory& directory = state.directory();
  if (parent == store::kSnapshotFolder) {
    return directory.open_subfolder(store::kSnapshotFolder, folder, problem);
  }
  base::String path;
  if (parent.front() != '/') {
    path.append(directory.path()).append("/");
  }
  path.append(parent);
  return base::open_any_folder(std::move(path), folder, problem);
}

}  // namespace

Code read_snapshot_file(const store::State& state, std::string_view path, base::FileBuffer* bytes,
                        Problem& problem) try {
  const size_t slash = path.rfind('/');
  const base::String name(slash == std::string_view::npos ? path : path.substr(slash + 1));
  if (name.empty() || path.find('\0') != std::string_view::npos) {
    return problem.set(Code::kInvalid, "\"%.*s\" names no file",
                       static_cast<int>(std::min<size_t>(path.size(), 160)), path.data());
  }
  if (slash == std::string_view::npos) {
    return base::read_whole(state.directory(), name.c_str(), kMaxFileBytes, bytes, problem);
  }
  base::Directory folder;
  const std::string_view parent = slash == 0 ? std::string_view("/") : path.substr(0, slash);
  if (const Code code = open_folder_of(state, parent, &folder, problem); !ok(code)) {
    return code;
  }
  return base::read_whole(folder, name.c_str(), kMaxFileBytes, bytes, problem);
} catch (const std::bad_alloc&) {
  return problem.set(Code::kMemory, "no memory for a path");
}

}  // namespace remora::snapshot
