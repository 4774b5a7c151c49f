#include "snapshot/active_file.hpp"

#include <xxhash.h>

#include "base/atomic_file.hpp"
#include "base/clock.hpp"
#include "snapshot/envelope.hpp"
#include "snapshot/restore.hpp"
#include "store/event_ring.hpp"
#include "store/file_names.hpp"

namespace remora::snapshot {
namespace {

using base::Code;
using base::FileIdentity;
using base::Problem;

constexpr int64_t kQuiet = 100 * base::kNanosPerMillisecond;
constexpr int64_t kCopyTime = base::kNanosPerSecond;
constexpr unsigned kGenerationBits = 24;
constexpr uint64_t kGenerationMask = (1ULL << kGenerationBits) - 1;

uint64_t hash_of(const FileIdentity& identity) {
  const uint64_t fields[] = {identity.device, identity.inode, identity.size,
                             static_cast<uint64_t>(identity.mtime_ns)};
  return XXH3_64bits(fields, sizeof fields);
}

// Whether the file was written to within so much time before now. A date in the future, from another clock,
// is old.
bool written_within(const FileIdentity& identity, int64_t now_ns, int64_t duration_ns) {
  return identity.mtime_ns <= now_ns && now_ns - identity.mtime_ns < duration_ns;
}

// Reads the file, unless its first bytes say that some are missing.
Code read_active(const store::State& state, base::FileBuffer* bytes, FileIdentity* identity,
                 Problem& problem) {
  base::File file;
  Code code =
      base::File::open(state.directory(), store::kActiveSnapshot, base::FileAccess::kRead, &file, problem);
  if (ok(code)) {
    code = file.identity(identity, problem);
  }
  if (ok(code) && identity->size >= sizeof(Envelope)) {
    Envelope envelope;
    code = file.read_at(0, std::as_writable_bytes(std::span(&envelope, 1)), problem);
    if (ok(code) && is_incomplete(envelope, identity->size)) {
      return check_envelope(envelope, identity->size, problem);
    }
  }
  return ok(code) ? base::read_whole(file, kMaxFileBytes, bytes, problem, identity) : code;
}

struct Mark {
  store::Word& word;
  uint64_t before;
  uint64_t identity;
};

void note_switch(void* context, uint64_t generation, bool failed) {
  const auto& mark = *static_cast<const Mark*>(context);
  // Relaxed: read under the housekeeping lock only; the switch that follows is stored with release.
  mark.word.store(failed ? mark.before : ActiveWord::pack(mark.identity, generation),
                  std::memory_order_relaxed);
}

void tell_refused(const store::History& history, int64_t now_ns, Code code, uint64_t bytes) {
  store::Event event;
  event.when_ns = now_ns;
  event.kind = store::EventKind::kSnapshotRefused;
  event.severity = store::Severity::kWarning;
  event.reason = static_cast<int32_t>(code);
  event.value = static_cast<double>(bytes);
  store::publish_event(history, event);
}

// Deals with a file that is new here. `seen` is what it was a moment ago, and is brought up to date. `unread`
// when the file was not at fault: the disk or the memory failed for now.
Code take(store::State& state, int64_t now_ns, FileIdentity* seen, bool* unread, Problem& problem) {
  store::Word& word = state.history().control->active_identity;
  base::FileBuffer bytes;
  const Code code = read_active(state, &bytes, seen, problem);
  if (!ok(code)) {
    *unread = code == Code::kIo || code == Code::kMemory;
    return code == Code::kNotFound ? Code::kBusy : code;  // race: gone again
  }
  Mark mark{word, word.load(std::memory_order_relaxed), hash_of(*seen)};
  const RestoreRules rules{.notice = {note_switch, &mark}, .refuse_replay = true};
  return restore_bytes(state, bytes.bytes(), now_ns, rules, nullptr, problem);
}

bool may_be_half_copied(Code code, const FileIdentity& identity, int64_t now_ns) {
  return (code == Code::kDamaged || code == Code::kFormat) && written_within(identity, now_ns, kCopyTime);
}

}  // namespace

uint64_t ActiveWord::pack(uint64_t identity, uint64_t generation) {
  const uint64_t high = identity >> kGenerationBits;
  return (high != 0 ? high : 1) << kGenerationBits | (generation & kGenerationMask);
}

bool ActiveWord::dealt_with(uint64_t word, uint64_t identity, uint64_t generation_in_force) {
  const uint64_t target = word & kGenerationMask;
  return (word & ~kGenerationMask) == pack(identity, 0) &&
         (target == 0 || ((generation_in_force - target) & kGenerationMask) <= kGenerationMask / 2);
}

Code poll_active_file(store::State& state, int64_t now_ns, bool* restored, Problem& problem) {
  if (restored != nullptr) {
    *restored = false;
  }
  if (state.read_only()) {
    return Code::kOk;
  }
  store::ControlPage& control = *state.history().control;
  FileIdentity seen;
  Code code = base::File::identity_of(state.directory(), store::kActiveSnapshot, &seen, problem);
  if (code == Code::kNotFound) {
    problem.clear();
    control.active_identity.store(0, std::memory_order_relaxed);
    return Code::kOk;
  }
  if (!ok(code)) {
    return code;
  }
  const uint64_t in_force = control.line.generation.load(std::memory_order_acquire);
  if (ActiveWord::dealt_with(control.active_identity.load(std::memory_order_relaxed), hash_of(seen),
                             in_force) ||
      written_within(seen, now_ns, kQuiet)) {
    return Code::kOk;
  }
  bool unread = false;
  code = take(state, now_ns, &seen, &unread, problem);
  if (ok(code)) {
    if (restored != nullptr) {
      *restored = true;
    }
    return code;
  }
  if (code == Code::kBusy || may_be_half_copied(code, seen, now_ns)) {
    problem.clear();
    return Code::kOk;
  }
  if (unread) {
    problem.prefix("%s will be read again", store::kActiveSnapshot);
    return code;
  }
  control.active_identity.store(ActiveWord::pack(hash_of(seen), 0), std::memory_order_relaxed);
  tell_refused(state.history(), now_ns, code, seen.size);
  problem.prefix("%s was refused", store::kActiveSnapshot);
  return code;
}

}  // namespace remora::snapshot
