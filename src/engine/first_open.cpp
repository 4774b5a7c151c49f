#include "engine/first_open.hpp"

#include "base/clock.hpp"
#include "engine/event_makers.hpp"
#include "snapshot/folder.hpp"
#include "snapshot/found.hpp"
#include "snapshot/restore.hpp"
#include "store/file_names.hpp"
#include "store/names.hpp"

namespace remora::engine {

using base::Code;
using base::Problem;

Code prepare_state(store::State& state, Problem& problem) {
  constexpr std::string_view kGeneral = "general";
  const auto is_there = [&](store::Kind kind) {
    uint32_t index = 0;
    return store::find_name(state.history(), kind, kGeneral, &index);
  };
  base::ByteLock lock;
  // Where both are there, who holds the lock is not waited for.
  Code code = is_there(store::Kind::kCategory) && is_there(store::Kind::kTaskType)
                  ? lock.try_lock(state.locks(), store::kStructureLock, problem)
                  : lock.lock_for(state.locks(), store::kStructureLock, base::kNanosPerSecond, problem);
  for (const store::Kind kind : {store::Kind::kCategory, store::Kind::kTaskType}) {
    uint32_t index = 0;
    // Repairs, too, what a dead process left half named.
    code = lock.held() && ok(code) ? store::add_name(state.history(), kind, kGeneral, &index, problem) : code;
  }
  return code;
}

namespace {

// Takes the first snapshot of the folder, newest first, that `take(path, info, problem)` accepts.
template <typename Take>
bool take_newest(store::State& state, ops::Log& log, const Take& take, snapshot::Info* taken) {
  Problem problem;
  base::Directory folder;
  base::Vector<snapshot::Kept> kept;
  if (!state.directory().contains(store::kSnapshotFolder) ||
      !ok(snapshot::open_folder(state, &folder, problem)) ||
      !ok(snapshot::list_folder(folder, &kept, problem))) {
    return false;
  }
  for (const snapshot::Kept& candidate : kept) {
    char path[96];
    std::snprintf(path, sizeof path, "%s/%s", store::kSnapshotFolder,
                  store::snapshot_file(candidate.sequence, static_cast<uint32_t>(candidate.kind)).text);
    if (ok(take(path, taken, problem))) {
      log.write(ops::Level::kInfo, "the learned values are those of %s", path);
      return true;
    }
    log.write(ops::Level::kWarning, "%s was passed over: %s", path, problem.text());
  }
  return false;
}

}  // namespace

void restore_after_reboot(store::State& state, ops::Log& log) {
  snapshot::Info taken;
  take_newest(
      state, log,
      [&state](const char* path, snapshot::Info* info, Problem& problem) {
        return snapshot::found_state(state, path, base::now_ns(), info, problem);
      },
      &taken);
}

void restore_lost_generation(store::State& state, uint64_t lost, ops::Log& log) {
  log.write(ops::Level::kError, "the file of generation %llu, the learned values, is missing or damaged",
            static_cast<unsigned long long>(lost));
  snapshot::Info taken;
  const bool any = take_newest(
      state, log,
      [&state](const char* path, snapshot::Info* info, Problem& problem) {
        const snapshot::RestoreRules rules{.keep_replaced = false, .notice = {}, .refuse_replay = true};
        return snapshot::restore(state, path, base::now_ns(), rules, info, problem);
      },
      &taken);
  tell(state.history(), store::EventKind::kValuesLost, store::Severity::kCritical, base::now_ns(),
       static_cast<double>(lost), state.generation_in_force().number(), any ? taken.sequence : 0);
}

}  // namespace remora::engine
