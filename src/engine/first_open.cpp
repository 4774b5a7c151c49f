#include "engine/first_open.hpp"

#include "base/clock.hpp"
#include "snapshot/folder.hpp"
#include "snapshot/found.hpp"
#include "store/file_names.hpp"
#include "store/names.hpp"

namespace remora::engine {

using base::Code;
using base::Problem;

Code prepare_state(store::State& state, Problem& problem) {
  constexpr std::string_view kGeneral = "general";
  base::ByteLock lock;
  if (const Code code = lock.lock_for(state.locks(), store::kStructureLock, base::kNanosPerSecond, problem);
      !ok(code)) {
    return code;
  }
  store::repair_names(state.history());
  for (const store::Kind kind : {store::Kind::kCategory, store::Kind::kTaskType}) {
    uint32_t index = 0;
    if (!store::find_name(state.history(), kind, kGeneral, &index)) {
      if (const Code code = store::add_name(state.history(), kind, kGeneral, &index, problem); !ok(code)) {
        return code;
      }
    }
  }
  return Code::kOk;
}

void restore_after_reboot(store::State& state, ops::Log& log) {
  Problem problem;
  base::Directory folder;
  base::Vector<snapshot::Kept> kept;
  if (!state.directory().contains(store::kSnapshotFolder) ||
      !ok(snapshot::open_folder(state, &folder, problem)) ||
      !ok(snapshot::list_folder(folder, &kept, problem))) {
    return;
  }
  for (const snapshot::Kept& candidate : kept) {
    char path[96];
    std::snprintf(path, sizeof path, "%s/%s", store::kSnapshotFolder,
                  store::snapshot_file(candidate.sequence, static_cast<uint32_t>(candidate.kind)).text);
    snapshot::Info restored;
    if (ok(snapshot::found_state(state, path, base::now_ns(), &restored, problem))) {
      log.write(ops::Level::kInfo, "a new state begins with the learned values of %s", path);
      return;
    }
    log.write(ops::Level::kWarning, "%s was passed over: %s", path, problem.text());
  }
}

}  // namespace remora::engine
