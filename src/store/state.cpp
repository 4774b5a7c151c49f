#include "store/state.hpp"

#include <algorithm>
#include <cstddef>
#include <new>

#include "base/atomic_file.hpp"
#include "base/clock.hpp"
#include "store/history_file.hpp"
#include "store/power_loss.hpp"

namespace remora::store {

using base::Code;
using base::Problem;

namespace {

constexpr int64_t kOpenWait = 10 * base::kNanosPerSecond;  // another process may be allocating large files
constexpr int64_t kJoinWait = 50 * base::kNanosPerMillisecond;

// Removes live files that lie where those of a new state shall be. They were left by a directory that is
// gone: the file system gave its number again.
Code remove_strangers(const base::Directory& live, Problem& problem) {
  struct Visit {
    const base::Directory& live;
    Problem& problem;
    Code code = Code::kOk;
  } visit{live, problem};
  const Code code = live.list(
      [](void* context, const char* name) {
        auto& v = *static_cast<Visit*>(context);
        if (std::string_view(name) == kHistoryFile || parse_generation_file(name) != 0) {
          v.code = v.live.remove(name, v.problem);
        }
        return ok(v.code);
      },
      &visit, problem);
  return ok(code) ? visit.code : code;
}

}  // namespace

Code State::open(std::string_view path, const OpenRules& rules, std::unique_ptr<State>* out,
                 Problem& problem) {
  std::unique_ptr<State> state(new State);
  state->read_only_ = rules.read_only;
  state->snapshot_trust_ = rules.snapshot_trust;
  const base::DirectoryRules directory_rules{.create = !rules.must_exist && !rules.read_only,
                                             .allow_shared = rules.allow_shared,
                                             .allow_network = rules.allow_network,
                                             .read_only = rules.read_only};
  if (const Code code = base::Directory::open(path, directory_rules, &state->directory_, problem);
      !ok(code)) {
    return code;
  }
  state->stripes_ = rules.stripes;
  base::prepare_fences();
  if (rules.stripes == nullptr) {
    state->own_stripes_ = std::make_unique<Stripe[]>(kStripes);
    state->stripes_ = state->own_stripes_.get();
  }
  if (const Code code = state->open_files(rules, problem); !ok(code)) {
    problem.prefix("%.*s", static_cast<int>(path.size()), path.data());
    return code;
  }
  state->populate();
  *out = std::move(state);
  return Code::kOk;
}

State::~State() {
  // One that was never open in full has repaired nothing, and says nothing about the files.
  if (!read_only_ && generation_.load(std::memory_order_seq_cst) != nullptr) {
    Problem ignored;
    if (!others_live() && ok(sync(ignored))) {
      // The files were complete before they are called clean. Whoever opens has its place first and says "not
      // clean" then, so of one that comes meanwhile either it is the last to speak, or it is seen here.
      history_.control->clean.store(1, std::memory_order_seq_cst);
      if (others_live()) {
        history_.control->clean.store(0, std::memory_order_seq_cst);
      }
    }
  }
}

// Of a state that others use one can do without the lock, should a process that holds it be stopped. Who is
// first has its place only when all is put right, so where somebody lives there is nothing to repair: what
// others leave that die meanwhile, each process bears that lives on.
Code State::lock_to_open(base::ByteLock* structure, Problem& problem) {
  const int64_t begin = base::monotonic_ns();
  for (;;) {
    const Code code = structure->lock_for(locks_, kStructureLock, kJoinWait, problem);
    if (code != Code::kBusy) {
      return code;
    }
    if (others_live()) {
      problem.clear();
      return Code::kOk;
    }
    if (base::monotonic_ns() - begin >= kOpenWait) {
      problem.prefix("waiting for another process that opens the directory");
      return code;
    }
  }
}

Code State::open_files(const OpenRules& rules, Problem& problem) {
  base::ByteLock structure;
  if (!read_only_) {
    Code code = locks_.open(directory_, kLockFile, problem);
    code = ok(code) ? lock_to_open(&structure, problem) : code;
    if (!ok(code)) {
      return code;
    }
  }
  const bool may_create = structure.held();
  if (const Code code = open_live_directory(rules, may_create, problem); !ok(code)) {
    return code;
  }
  bool there = false;
  if (const Code code = live_directory().find(kHistoryFile, &there, problem); !ok(code)) {
    return code;
  }
  if (!there) {
    if (rules.must_exist || read_only_) {
      return problem.set(Code::kNotFound, "there is no state here (%s is missing)", kHistoryFile);
    }
    if (!may_create) {
      return problem.set(Code::kBusy, "%s is missing, and a process that holds its lock still has it open",
                         kHistoryFile);
    }
    if (const Code code = create_history_file(live_directory(), rules.capacities, problem); !ok(code)) {
      return code;
    }
    created_ = true;
  }
  if (const Code code = map_history_file(live_directory(), read_only_, &mapping_, problem); !ok(code)) {
    return code;
  }
  history_ = History::view(mapping_);
  mapping_.expect_random(0, mapping_.size());  // small records here and there
  if (read_only_) {
    return open_generation(problem);
  }
  first_ = may_create && !others_live();
  if (first_) {
    const Code code = open_generation(problem);
    return ok(code) ? take_process_slot(problem) : code;
  }
  const Code code = take_process_slot(problem);
  return !ok(code) ? code : may_create ? open_generation(problem) : join_generation(problem);
}

// Memory-backed states keep their live files elsewhere; a small file says so to every process that opens the
// directory.
Code State::open_live_directory(const OpenRules& rules, bool may_create, Problem& problem) {
  constexpr const char* kMarker = "live-in-memory";
  bool marked = false;
  bool on_disk = false;
  Code code = directory_.find(kMarker, &marked, problem);
  if (ok(code)) {
    code = directory_.find(kHistoryFile, &on_disk, problem);
  }
  if (!ok(code)) {
    return code;
  }
  const bool fresh = !marked && !on_disk;
  if (!marked && !(fresh && rules.memory_backed && may_create)) {
    return Code::kOk;
  }
  char path[64];
  std::snprintf(path, sizeof path, "/dev/shm/remora-%llx-%llx",
                static_cast<unsigned long long>(directory_.identity().device),
                static_cast<unsigned long long>(directory_.identity().inode));
  const base::DirectoryRules live_rules{
      .create = !read_only_, .allow_shared = false, .allow_network = false, .read_only = read_only_};
  auto live = std::make_unique<base::Directory>();
  code = base::Directory::open(path, live_rules, live.get(), problem);
  if (ok(code) && !marked) {
    code = remove_strangers(*live, problem);
  }
  if (!ok(code)) {
    problem.prefix("memory-backed storage");
    return code;
  }
  if (!marked) {
    base::AtomicFileWriter writer;
    const std::string_view text =
        "The live files of this state are in memory-backed storage; snapshots are here.\n";
    code = writer.open(directory_, kMarker, problem);
    if (ok(code)) {
      code = writer.append(std::as_bytes(std::span(text)), problem);
    }
    if (ok(code)) {
      code = writer.finish(problem);
    }
    if (!ok(code)) {
      return code;
    }
  }
  live_directory_ = std::move(live);
  return Code::kOk;
}

bool State::others_live() {
  for (uint32_t slot = 0; slot < kMaxProcesses; ++slot) {
    if (locks_.is_held_by_other(kLivenessLock + slot)) {
      return true;
    }
  }
  return false;
}

Code State::take_process_slot(Problem& problem) {
  for (uint32_t slot = 0; slot < kMaxProcesses; ++slot) {
    bool granted = false;
    if (const Code code = locks_.try_lock(kLivenessLock + slot, &granted, problem); !ok(code)) {
      return code;
    }
    if (!granted) {
      continue;
    }
    process_slot_ = slot;
    // What a dead process of this number left must not look like ours.
    struct Asked {
      State* state;
      uint32_t slot;
    } asked{this, slot};
    reclaimed_at_open_ = reclaim_slots(
        history_,
        [](void* context, uint32_t owner) {
          const auto* a = static_cast<Asked*>(context);
          return owner != a->slot && a->state->owner_alive(owner);
        },
        &asked);
    return Code::kOk;
  }
  return problem.set(Code::kFull, "%u processes have this directory open, which is the most", kMaxProcesses);
}

// Not under the structure lock: this takes longer than all the rest of opening.
void State::populate() const {
  generation_.load(std::memory_order_seq_cst)->populate_used();
  Problem ignored;  // a page that cannot be mapped now faults in later
  const HistoryOffsets offsets = HistoryOffsets::of(history_.capacities);
  static_cast<void>(mapping_.populate(0, offsets.names, ignored));
  static_cast<void>(mapping_.populate(offsets.name_slots, offsets.kind_index - offsets.name_slots, ignored));
  static_cast<void>(mapping_.populate(offsets.agents, offsets.variants - offsets.agents, ignored));
  static_cast<void>(mapping_.populate(offsets.ledger, offsets.outcomes - offsets.ledger, ignored));
}

// The page with the generation in force, and with what the next to open goes by.
Code State::sync_control(Problem& problem) {
  const auto offset = static_cast<uint64_t>(reinterpret_cast<std::byte*>(history_.control) - mapping_.data());
  const Code code =
      live_directory_ ? Code::kOk : mapping_.sync(offset, offsetof(ControlPage, stripes), problem);
  if (!ok(code)) {
    distrust_sync();
  }
  return code;
}

bool State::owner_alive(uint32_t process_slot) {
  return process_slot == process_slot_ || locks_.is_held_by_other(kLivenessLock + process_slot);
}

ReclaimedSlots State::reclaim_dead() {
  return reclaim_slots(
      history_,
      [](void* context, uint32_t owner) { return static_cast<State*>(context)->owner_alive(owner); }, this);
}

void State::distrust_sync() {
  const std::lock_guard guard(generation_mutex_);
  Problem ignored;  // the next sync tries again
  static_cast<void>(write_again(ignored));
}

Code State::write_again(Problem& problem) {
  const Generation* present = generation_.load(std::memory_order_seq_cst);
  Code code = mapping_.write_again(problem);
  if (ok(code) && present != nullptr) {
    code = present->mapping().write_again(problem);
  }
  sync_distrusted_ = !ok(code);
  return code;
}

// The kernel tells once of pages that it could not write, and then takes them for written: after a failure
// all are written again before a sync counts; at once, since it may drop from memory what it takes for
// written. `sync` gets the generation in force, which stays mapped.
template <class Sync>
Code State::sync_anew(const Sync& sync, Problem& problem) {
  if (live_directory_ || read_only_) {
    return Code::kOk;
  }
  const std::lock_guard guard(generation_mutex_);
  Code code = sync_distrusted_ ? write_again(problem) : Code::kOk;
  if (ok(code)) {
    code = sync(*generation_.load(std::memory_order_seq_cst));
  }
  if (!ok(code)) {
    Problem ignored;  // the next sync tries again
    static_cast<void>(write_again(ignored));
  }
  return code;
}

Code State::sync(Problem& problem) {
  return sync_anew(
      [&](const Generation& generation) {
        // Both in any case: the kernel tells of a failure once for each file.
        const base::Mapping& values = generation.mapping();
        const Code code = mapping_.sync(0, mapping_.size(), problem);
        Problem second;
        const Code values_code = values.sync(0, values.size(), ok(code) ? problem : second);
        return ok(code) ? values_code : code;
      },
      problem);
}

Code State::begin_sync(base::BackgroundSync& background, Problem& problem) {
  const auto begin = [&](const char* name, const base::Mapping& mapping) {
    base::File file;
    Problem ignored;
    const bool begun = ok(base::File::open(directory_, name, base::FileAccess::kRead, &file, ignored)) &&
                       background.start(file);
    return begun ? Code::kOk : mapping.sync(0, mapping.size(), problem);
  };
  return sync_anew(
      [&](const Generation& generation) {
        const Code code = begin(kHistoryFile, mapping_);
        return ok(code) ? begin(generation_file(generation.number()), generation.mapping()) : code;
      },
      problem);
}

uint64_t State::mapped_bytes() const {
  const Generation* present = generation_.load(std::memory_order_seq_cst);
  return mapping_.size() + present->mapping().size();
}

uint32_t State::process_count() {
  uint32_t count = read_only_ ? 0 : 1;
  for (uint32_t slot = 0; slot < kMaxProcesses; ++slot) {
    count += slot != process_slot_ && locks_.is_held_by_other(kLivenessLock + slot) ? 1U : 0U;
  }
  return count;
}

Code State::after_fork(Problem& problem) {
  new (&generation_mutex_) std::mutex();  // a thread of the parent may have held it
  for (uint32_t i = 0; i < kStripes; ++i) {
    stripes_[i].inside.store(0, std::memory_order_relaxed);
    stripes_[i].cursor.store(kNoBlock, std::memory_order_relaxed);
  }
  return take_own_place(problem);
}

Code State::take_own_place(Problem& problem) {
  if (read_only_) {
    return Code::kOk;
  }
  if (const Code code = locks_.reopen_after_fork(problem); !ok(code)) {
    return code;
  }
  return take_process_slot(problem);
}

}  // namespace remora::store
