#include "snapshot/writer.hpp"

#include <algorithm>
#include <new>

#include "base/clock.hpp"
#include "base/file_lock.hpp"
#include "snapshot/capture.hpp"
#include "snapshot/flatbuffer_heap.hpp"
#include "snapshot/folder.hpp"
#include "snapshot/gather.hpp"
#include "snapshot/snapshot_file.hpp"
#include "store/event_ring.hpp"

namespace remora::snapshot {
namespace {

using base::Code;
using base::Problem;
using flatbuffers::FlatBufferBuilder;

constexpr int64_t kLockWait = 50 * base::kNanosPerMillisecond;
constexpr size_t kPartOverhead = 256;  // of a part beside its rows, at most

// Rows to write at once when about so many are in use: the heap keeps what a snapshot once took, so a small
// fleet takes little.
size_t rows_at_once(uint64_t used) { return std::clamp<uint64_t>(used, 64, kChunkRows); }

constexpr uint64_t kMostSequence = 1ULL << 53;  // more only in a damaged file

// Gives out the next sequence. After a power loss the counter may be older than the files: it is raised above
// them.
Code next_sequence(const store::History& history, const base::Directory& folder, uint64_t* sequence,
                   Problem& problem) {
  base::Vector<Kept> kept;
  if (const Code code = list_folder(folder, &kept, problem); !ok(code)) {
    return code;
  }
  store::Word& word = history.control->snapshot_sequence;
  // Relaxed: the caller holds the snapshot lock, and the number publishes nothing.
  const uint64_t highest = kept.empty() ? 0 : kept.front().sequence;
  const uint64_t known = word.load(std::memory_order_relaxed);
  if (known < highest || known > kMostSequence) {
    word.store(highest, std::memory_order_relaxed);
  }
  *sequence = word.fetch_add(1, std::memory_order_relaxed) + 1;
  return Code::kOk;
}

Code append_rows(Gatherer& gatherer, size_t at_once, FlatBufferBuilder* builder, SnapshotFile* file,
                 uint64_t* rows, uint32_t* parts, Problem& problem) {
  base::Vector<remora_snapshot::Row> chunk(at_once);
  for (;;) {
    const size_t count = gatherer.next(chunk);
    if (count == 0) {
      return Code::kOk;
    }
    builder->Clear();
    const auto vector = builder->CreateVectorOfStructs(chunk.data(), count);
    const auto part = remora_snapshot::CreateRows(*builder, *rows, vector);
    remora_snapshot::FinishSizePrefixedPartBuffer(
        *builder, remora_snapshot::CreatePart(*builder, remora_snapshot::Body::Rows, part.Union()));
    if (const Code code = file->append(*builder, problem); !ok(code)) {
      return code;
    }
    *rows += count;
    ++*parts;
    if (count < chunk.size()) {
      return Code::kOk;
    }
  }
}

Code append_footer(uint64_t rows, uint64_t visits, uint32_t parts, FlatBufferBuilder* builder,
                   SnapshotFile* file, Problem& problem) {
  builder->Clear();
  const auto footer = remora_snapshot::CreateFooter(*builder, rows, visits, parts, file->checksum());
  remora_snapshot::FinishSizePrefixedPartBuffer(
      *builder, remora_snapshot::CreatePart(*builder, remora_snapshot::Body::Footer, footer.Union()));
  return file->append(*builder, problem);
}

// Writes the whole file. `envelope` has kind, time, generation and sequence, and is complete afterwards.
Code write_file(const store::State& state, const store::Generation& generation, const base::Directory& folder,
                Envelope* envelope, Problem& problem) {
  const store::History& history = state.history();
  const uint64_t used = generation.rows_used();
  const size_t at_once = rows_at_once(used);
  FlatbufferHeap heap;
  FlatBufferBuilder builder(at_once * sizeof(remora_snapshot::Row) + kPartOverhead, &heap);
  const Capture capture = capture_names(history);
  build_header(history, capture, *envelope, generation.state_limit(), &builder);
  const uint64_t size = sizeof *envelope + builder.GetSize() + used * sizeof(remora_snapshot::Row) +
                        (used / at_once + 2) * kPartOverhead + kSealBytes;
  SnapshotFile file;
  if (const Code code = file.open(folder, *envelope, state.snapshot_trust(), size, problem); !ok(code)) {
    return code;
  }
  if (const Code code = file.append(builder, problem); !ok(code)) {
    return code;
  }
  Gatherer gatherer(generation, capture);
  uint64_t rows = 0;
  uint32_t parts = 0;
  if (const Code code = append_rows(gatherer, at_once, &builder, &file, &rows, &parts, problem); !ok(code)) {
    return code;
  }
  if (const Code code = append_footer(rows, gatherer.visits(), parts, &builder, &file, problem); !ok(code)) {
    return code;
  }
  return file.finish(history, rows, gatherer.visits(), envelope, problem);
}

void tell(const store::History& history, const Info& info) {
  store::Event event;
  event.when_ns = info.taken_ns;
  event.kind = store::EventKind::kSnapshotTaken;
  event.reason = static_cast<int32_t>(info.kind);
  event.value = static_cast<double>(info.bytes);
  event.detail[0] = info.sequence;
  event.detail[1] = info.rows;
  store::publish_event(history, event);
}

}  // namespace

Code lock_snapshots(store::State& state, base::ByteLock* lock, Problem& problem) {
  if (state.read_only()) {
    return problem.set(Code::kPermission,
                       "the state is open for reading only; snapshots can be neither written nor restored");
  }
  const Code code = lock->lock_for(state.locks(), store::kSnapshotLock, kLockWait, problem);
  if (!ok(code)) {
    problem.prefix("another process writes or restores a snapshot");
  }
  return code;
}

Code write_snapshot_locked(store::State& state, const store::Generation& generation, Kind kind,
                           int64_t now_ns, Info* info, Problem& problem) try {
  base::Directory folder;
  Code code = open_folder(state, &folder, problem);
  if (ok(code)) {
    code = sweep_folder(folder, problem);
  }
  const store::History& history = state.history();
  Envelope envelope;
  envelope.kind = static_cast<uint32_t>(kind);
  envelope.directory_id = history.identity->directory_id;
  envelope.taken_ns = now_ns;
  envelope.generation = generation.number();
  if (ok(code)) {
    code = next_sequence(history, folder, &envelope.sequence, problem);
  }
  if (ok(code)) {
    code = write_file(state, generation, folder, &envelope, problem);
  }
  if (!ok(code)) {
    return code;
  }
  const Info taken = info_of(envelope);
  // Relaxed: a time on its own, for the schedule.
  history.control->last_snapshot_ns.store(static_cast<uint64_t>(now_ns), std::memory_order_relaxed);
  tell(history, taken);
  if (info != nullptr) {
    *info = taken;
  }
  return Code::kOk;
} catch (const std::bad_alloc&) {
  return problem.set(Code::kMemory, "no memory for writing a snapshot");
}

void keep_for_reboot(store::State& state, const store::Generation& generation, int64_t now_ns) {
  if (&state.live_directory() != &state.directory()) {
    Problem ignored;
    static_cast<void>(write_snapshot_locked(state, generation, Kind::kHourly, now_ns, nullptr, ignored));
  }
}

Code write_snapshot(store::State& state, const store::Generation& generation, Kind kind, int64_t now_ns,
                    Info* info, Problem& problem) {
  base::ByteLock lock;
  const Code code = lock_snapshots(state, &lock, problem);
  return ok(code) ? write_snapshot_locked(state, generation, kind, now_ns, info, problem) : code;
}

}  // namespace remora::snapshot
