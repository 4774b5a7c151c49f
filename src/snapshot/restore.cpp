#include "snapshot/restore.hpp"

#include <cstring>
#include <new>

#include "base/file_lock.hpp"
#include "base/thread_context.hpp"
#include "snapshot/envelope.hpp"
#include "snapshot/fill.hpp"
#include "snapshot/locate.hpp"
#include "snapshot/new_generation.hpp"
#include "snapshot/verifier.hpp"
#include "snapshot/writer.hpp"
#include "store/event_ring.hpp"

namespace remora::snapshot {
namespace {

using base::Code;
using base::Problem;

void tell(const store::History& history, int64_t now_ns, uint64_t before, uint64_t number,
          const Info& restored) {
  store::Event event;
  event.when_ns = now_ns;
  event.kind = store::EventKind::kRestored;
  event.severity = store::Severity::kWarning;
  event.value = static_cast<double>(before);
  event.detail[0] = number;
  event.detail[1] = restored.sequence;
  store::publish_event(history, event);
}

// The structure lock is held for names and for the switch, not while the values are filled in and written to
// disk: whoever registers a name meanwhile waits for that lock.
Code replace_generation(store::State& state, const Contents& contents, int64_t now_ns,
                        const RestoreRules& rules, Problem& problem) {
  const store::History& history = state.history();
  NewGeneration next(state);
  Translation translation;
  base::ByteLock structure;
  Code code = lock_structure(state, &structure, problem);
  if (ok(code)) {
    code = translate_names(contents, history, &translation, problem);
  }
  if (ok(code)) {
    code = next.begin(problem);
  }
  structure.unlock();
  if (ok(code)) {
    code = fill_generation(contents, translation, history, next.values(), problem);
  }
  uint64_t before = 0;
  if (ok(code)) {
    code = next.put_in_force(rules.notice, &before, problem);
  }
  if (ok(code)) {
    tell(history, now_ns, before, next.number(), contents.info);
  }
  return code;
}

Code check_replay(const store::State& state, const Contents& contents, uint64_t directory_id,
                  Problem& problem) {
  const store::History& history = state.history();
  if (directory_id != history.identity->directory_id) {
    return problem.set(Code::kPermission,
                       "the snapshot is of another state directory; restore it by a call if that is meant");
  }
  // Relaxed: a number on its own.
  const uint64_t newest = history.control->snapshot_sequence.load(std::memory_order_relaxed);
  if (contents.info.sequence < newest) {
    return problem.set(
        Code::kPermission,
        "snapshot %llu is older than %llu, the newest here; restore it by a call if that is meant",
        static_cast<unsigned long long>(contents.info.sequence), static_cast<unsigned long long>(newest));
  }
  return Code::kOk;
}

}  // namespace

Code restore_bytes(store::State& state, std::span<const std::byte> file, int64_t now_ns,
                   const RestoreRules& rules, Info* restored, Problem& problem) try {
  Contents contents;
  if (const Code code = check_bytes(state, file, Roster::kKnown, &contents, problem); !ok(code)) {
    return code;
  }
  if (rules.refuse_replay && state.snapshot_trust().required) {
    Envelope envelope;
    std::memcpy(&envelope, file.data(), sizeof envelope);
    if (const Code code = check_replay(state, contents, envelope.directory_id, problem); !ok(code)) {
      return code;
    }
  }
  // Held throughout: one restore at a time, and no number of a generation is passed by a later one.
  base::ByteLock lock;
  if (const Code code = lock_snapshots(state, &lock, problem); !ok(code)) {
    return code;
  }
  if (rules.keep_replaced) {
    const store::State::Inside inside(state, base::thread_context().number);
    const Code code =
        write_snapshot_locked(state, inside.generation(), Kind::kRestore, now_ns, nullptr, problem);
    if (!ok(code)) {
      problem.prefix("before the restore, keeping the present values");
      return code;
    }
  }
  if (const Code code = replace_generation(state, contents, now_ns, rules, problem); !ok(code)) {
    return code;
  }
  if (rules.keep_replaced) {
    const store::State::Inside inside(state, base::thread_context().number);
    keep_for_reboot(state, inside.generation(), now_ns);
  }
  if (restored != nullptr) {
    *restored = contents.info;
  }
  return Code::kOk;
} catch (const std::bad_alloc&) {
  return problem.set(Code::kMemory, "no memory for restoring a snapshot of %zu bytes", file.size());
}

Code restore(store::State& state, std::string_view path, int64_t now_ns, const RestoreRules& rules,
             Info* restored, Problem& problem) {
  base::FileBuffer bytes;
  const Code code = read_snapshot_file(state, path, &bytes, problem);
  return ok(code) ? restore_bytes(state, bytes.bytes(), now_ns, rules, restored, problem) : code;
}

Code restore(store::State& state, std::string_view path, int64_t now_ns, Info* restored, Problem& problem) {
  return restore(state, path, now_ns, {}, restored, problem);
}

Code verify_file(const store::State& state, std::string_view path, Info* info, Problem& problem) {
  base::FileBuffer bytes;
  Code code = read_snapshot_file(state, path, &bytes, problem);
  Contents contents;
  if (ok(code)) {
    code = check_bytes(state, bytes.bytes(), Roster::kKnown, &contents, problem);
  }
  if (ok(code) && info != nullptr) {
    *info = contents.info;
  }
  return code;
}

}  // namespace remora::snapshot
