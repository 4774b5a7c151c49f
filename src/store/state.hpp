// A state directory that this process has open: mapped files, locks, the generation in force, and the
// process's place.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "base/background_sync.hpp"
#include "base/directory.hpp"
#include "base/file_lock.hpp"
#include "base/file_mapping.hpp"
#include "base/status.hpp"
#include "store/file_names.hpp"
#include "store/generation.hpp"
#include "store/history.hpp"
#include "store/recovery.hpp"
#include "store/snapshot_trust.hpp"
#include "store/stripe.hpp"

namespace remora::store {

struct OpenRules {
  bool must_exist = false;
  bool read_only = false;
  bool allow_shared = false;
  bool allow_network = false;
  bool memory_backed = false;  // live files in memory-backed storage (durability "memory")
  Stripe* stripes = nullptr;   // kStripes of them that outlive the state; nullptr = it has its own
  Capacities capacities;       // of a state that is made now
  SnapshotTrust snapshot_trust;
};

enum class LostFile : uint32_t { kNone, kDirectory, kLock, kHistory, kGeneration };

class State {
 public:
  // Opens or creates. Errors as remora_open states them. `*out` is unchanged on error.
  static base::Code open(std::string_view path, const OpenRules& rules, std::unique_ptr<State>* out,
                         base::Problem& problem);
  ~State();
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // ---- fixed for the life of the object
  const History& history() const { return history_; }
  const base::Directory& directory() const { return directory_; }  // remora.json, snapshots, event log
  const base::Directory& live_directory() const { return live_directory_ ? *live_directory_ : directory_; }
  base::LockFile& locks() { return locks_; }
  uint32_t process_slot() const { return process_slot_; }  // below kMaxProcesses
  bool read_only() const { return read_only_; }
  bool created() const { return created_; }  // this open made the state
  // This open found the values gone that were in force, in the generation of that number.
  std::optional<uint64_t> lost_generation() const { return lost_generation_; }
  bool first_opener() const { return first_; }  // no other process had it open then
  const SnapshotTrust& snapshot_trust() const { return snapshot_trust_; }
  uint64_t mapped_bytes() const;

  // ---- the hot path
  // Says that this thread is inside; a generation seen inside stays mapped until it leaves. The generation is
  // checked against the control line: a switch made by any process is followed here. [hot]
  class Inside {
   public:
    Inside(State& state, uint32_t thread_number);
    ~Inside();
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
    const Generation& generation() const { return *generation_; }
    const Seat& seat() const { return seat_; }

   private:
    Seat seat_;
    const Generation* generation_;
  };

  // The generation in force, for a thread that is inside by its own means. [hot]
  const Generation& generation_in_force() {
    const Generation* present = generation_.load(std::memory_order_seq_cst);
    // Acquire pairs with the release in switch_generation: the file is complete under its name.
    const uint64_t in_force = history_.control->line.generation.load(std::memory_order_acquire);
    return present->number() == in_force ? *present : *follow(in_force);
  }

  // ---- generations
  // Makes the generation `number` (built and synced under its name by the caller) the one in force for all
  // processes: one word in the control line, synced. The caller holds the structure lock. Errors: kIo,
  // kNotFound.
  base::Code switch_generation(uint64_t number, base::Problem& problem);
  // A number for a new generation file, beyond all that exist. The caller holds the structure lock. Errors:
  // kIo, kMemory.
  base::Code next_generation_number(uint64_t* number, base::Problem& problem) const;
  // Unmaps generations that no thread can hold any more and removes files that no process needs (older than
  // the one before the one in force). Called by tick.
  void retire_generations(const Stripe* own = nullptr);

  // ---- housekeeping
  // What of the state's own no longer stands in its place: removed, renamed or replaced under its processes,
  // so that who opens now gets another. What cannot be looked at is not taken for lost.
  LostFile lost_file();
  // Whether the process that owns a process slot lives. Asks the kernel.
  bool owner_alive(uint32_t process_slot);
  // Puts back ledger slots of dead processes. A full scan of the ledger; called by tick. The caller holds the
  // housekeeping lock.
  ReclaimedSlots reclaim_dead();
  // The same, as it was when this process took its place; nothing else has been called yet.
  const ReclaimedSlots& reclaimed_at_open() const { return reclaimed_at_open_; }
  // Writes dirty pages of history and generation to disk and waits. Errors: kIo, kNoSpace.
  base::Code sync(base::Problem& problem);
  // Has the kernel do the same in the background, as far as it does that here; the rest is done and waited
  // for. Errors: as sync, of what was waited for.
  base::Code begin_sync(base::BackgroundSync& background, base::Problem& problem);
  // After a sync that failed in the background: none counts until all has been written again.
  void distrust_sync();
  // Number of processes that have the directory open.
  uint32_t process_count();

  // In a forked child, before anything else: no calls inside, and take_own_place.
  base::Code after_fork(base::Problem& problem);
  // Own lock file, own process slot. Until it has worked, nothing else may be called: the child would go by
  // its parent's place. Errors: kIo, kPermission, kMemory, kFull.
  base::Code take_own_place(base::Problem& problem);

  // As store::all_left, for the threads of this process that are inside.
  bool drained(int64_t timeout_ns, const Stripe* own = nullptr) const {
    return all_left(stripes_, timeout_ns, own);
  }

 private:
  State() = default;
  base::Code open_files(const OpenRules& rules, base::Problem& problem);
  base::Code lock_to_open(base::ByteLock* structure, base::Problem& problem);
  base::Code open_live_directory(const OpenRules& rules, bool may_create, base::Problem& problem);
  base::Code take_process_slot(base::Problem& problem);
  bool others_live();
  base::Code open_generation(base::Problem& problem);
  base::Code join_generation(base::Problem& problem);
  void keep_generation(std::unique_ptr<Generation> generation);
  void populate() const;
  template <class Sync>
  base::Code sync_anew(const Sync& sync, base::Problem& problem);
  base::Code write_again(base::Problem& problem);
  base::Code sync_control(base::Problem& problem);
  [[gnu::noinline]] const Generation* follow(uint64_t number);  // slow path of Inside

  base::Directory directory_;
  std::unique_ptr<base::Directory> live_directory_;
  base::LockFile locks_;
  base::Mapping mapping_;
  History history_;
  uint32_t process_slot_ = 0;
  bool read_only_ = false;
  bool created_ = false;
  std::optional<uint64_t> lost_generation_;
  bool first_ = false;
  ReclaimedSlots reclaimed_at_open_;
  SnapshotTrust snapshot_trust_;
  std::atomic<const Generation*> generation_{nullptr};
  std::mutex generation_mutex_;
  bool sync_distrusted_ = false;  // under the mutex: pages may count as written that are not
  std::vector<std::unique_ptr<Generation>> generations_;  // last = newest; earlier ones wait to be unmapped
  std::atomic<uint64_t> unfollowed_{
      0};  // a generation that could not be mapped: not tried again at every call
  Stripe* stripes_ = nullptr;
  std::unique_ptr<Stripe[]> own_stripes_;

  friend class Inside;
};

inline State::Inside::Inside(State& state, uint32_t thread_number) : seat_(state.stripes_, thread_number) {
  seat_.enter();
  generation_ = &state.generation_in_force();
}

inline State::Inside::~Inside() { seat_.leave(); }

}  // namespace remora::store
