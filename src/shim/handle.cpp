#include "shim/handle.hpp"

#include <cstring>
#include <memory>
#include <mutex>

#include "base/clock.hpp"
#include "base/directory.hpp"
#include "base/heap.hpp"
#include "base/process_guard.hpp"

namespace remora::shim {

using base::Code;
using base::Problem;

constinit HandleSlot g_handles[kHandleSlots];

namespace {

constexpr uint32_t kMaxRooms = 64;  // state directories open at a time in one process

// Created at the first open and kept for good: nothing here is destroyed at exit.
struct Table {
  std::mutex mutex;  // open, close and fork; no call on a handle takes it
  Room* rooms[kMaxRooms] = {};
  base::ForkCookie cookie;
};

constinit std::atomic<Table*> g_table{nullptr};
constinit std::atomic<bool> g_adopting{false};

Code table(Table** out, Problem& problem) {
  Table* present = g_table.load(std::memory_order_acquire);
  if (present == nullptr) {
    auto fresh = base::make_unique<Table>();
    if (!fresh) {
      return problem.set(Code::kMemory, "no memory for the table of handles");
    }
    if (const Code code = base::ForkCookie::create(&fresh->cookie, problem); !ok(code)) {
      return code;
    }
    // race: with another thread that opens first
    if (g_table.compare_exchange_strong(present, fresh.get(), std::memory_order_acq_rel,
                                        std::memory_order_acquire)) {
      present = fresh.release();
    }
  }
  *out = present;
  return Code::kOk;
}

// A room that is open for this directory, or a free one. nullptr when all are taken or memory is short.
Room* find_room(Table& table, const base::DirectoryIdentity* identity) {
  Room** free_place = nullptr;
  for (Room*& room : table.rooms) {
    if (room != nullptr && room->handles != 0) {
      if (identity != nullptr && room->device == identity->device && room->inode == identity->inode) {
        return room;
      }
    } else if (free_place == nullptr) {
      free_place = &room;  // rooms are made from the first place on: one that was made comes before none
    }
  }
  if (free_place != nullptr && *free_place == nullptr) {
    *free_place = base::make_unique<Room>().release();
    if (*free_place != nullptr) {
      (*free_place)->cookie = &table.cookie;
    }
  }
  return free_place == nullptr ? nullptr : *free_place;
}

HandleSlot* find_slot() {
  for (HandleSlot& slot : g_handles) {
    if ((slot.generation.load(std::memory_order_relaxed) & 1) == 0) {
      return &slot;
    }
  }
  return nullptr;
}

// The folder's identity, when it is there already: a second open of it shares the first one's mapping.
bool identify(std::string_view directory, const remora_options& options, base::DirectoryIdentity* identity) {
  const base::DirectoryRules rules{.create = false,
                                   .allow_shared = (options.flags & REMORA_OPEN_ALLOW_SHARED) != 0,
                                   .allow_network = (options.flags & REMORA_OPEN_ALLOW_NETWORK) != 0,
                                   .read_only = true};
  base::Directory folder;
  Problem ignored;
  if (!ok(base::Directory::open(directory, rules, &folder, ignored))) {
    return false;
  }
  *identity = folder.identity();
  return true;
}

Code open_room(std::string_view directory, const remora_options& options, Room& room, Problem& problem) {
  for (store::Stripe& stripe : room.stripes) {
    stripe.cursor.store(store::kNoBlock, std::memory_order_relaxed);
  }
  std::unique_ptr<engine::Engine> engine;
  if (const Code code = engine::Engine::open(directory, options, room.stripes, &engine, problem); !ok(code)) {
    return code;
  }
  const base::DirectoryIdentity identity = engine->state().directory().identity();
  room.device = identity.device;
  room.inode = identity.inode;
  room.engine.store(engine.release(), std::memory_order_release);
  return Code::kOk;
}

// What a further handle onto an open directory asks for must be what the first one did.
Code check_same_way(engine::Engine& engine, const remora_options& options, Problem& problem) {
  if (engine.read_only() != ((options.flags & REMORA_OPEN_READ_ONLY) != 0)) {
    return problem.set(Code::kState,
                       "this process has the directory open %s already; close that handle first",
                       engine.read_only() ? "read-only" : "for writing");
  }
  const store::SnapshotTrust& trust = engine.state().snapshot_trust();
  const bool other_key =
      (options.flags & REMORA_OPEN_SNAPSHOT_KEY) != 0 &&
      std::memcmp(options.snapshot_key, trust.signing().secret.data(), sizeof options.snapshot_key) != 0;
  if (other_key || ((options.flags & REMORA_OPEN_REQUIRE_MAC) != 0 && !trust.required)) {
    return problem.set(Code::kState,
                       "this process has the directory open already, %s; close that handle first",
                       other_key ? "with another snapshot key" : "and takes unsigned snapshots");
  }
  return Code::kOk;
}

Code no_place_yet(Problem& problem) {
  return problem.set(Code::kState,
                     "this process was forked and has no place of its own in the state yet, as the log says; "
                     "every call tries again");
}

}  // namespace

void adopt_after_fork() {
  Table& handles = *g_table.load(std::memory_order_acquire);
  // The parent's other threads do not exist here and may have held the mutex, so a flag of our own serves.
  while (g_adopting.exchange(true, std::memory_order_acquire)) {
    base::sleep_ns(10 * base::kNanosPerMicrosecond);
  }
  if (handles.cookie.in_child()) {
    new (&handles.mutex) std::mutex();
    base::reseed_after_fork();
    for (Room* room : handles.rooms) {
      if (room == nullptr) {
        continue;
      }
      for (store::Stripe& stripe : room->stripes) {
        stripe.inside.store(0, std::memory_order_relaxed);  // threads of the parent
      }
      engine::Engine* engine = room->handles == 0 ? nullptr : room->engine.load(std::memory_order_relaxed);
      if (engine != nullptr) {
        Problem problem;
        if (!base::ok(engine->after_fork(problem))) {
          engine->log().write(ops::Level::kError, "after a fork: %s", problem.text());
          room->engine.store(nullptr, std::memory_order_relaxed);
          room->orphan.store(engine, std::memory_order_release);
        }
      }
    }
    handles.cookie.reset_in_child();
  }
  static_cast<void>(base::thread_context());  // seeds this thread anew: its stream was the parent's
  g_adopting.store(false, std::memory_order_release);
}

bool adopt_orphan(Room& room) {
  while (g_adopting.exchange(true, std::memory_order_acquire)) {  // race: with another thread's first call
    base::sleep_ns(10 * base::kNanosPerMicrosecond);              // race: the same
  }
  engine::Engine* engine = room.orphan.load(std::memory_order_acquire);
  Problem problem;  // the log has the first
  if (engine != nullptr && ok(engine->state().take_own_place(problem))) {
    room.orphan.store(nullptr, std::memory_order_relaxed);
    room.engine.store(engine, std::memory_order_release);
  }
  g_adopting.store(false, std::memory_order_release);
  return room.engine.load(std::memory_order_acquire) != nullptr;
}

// Not inside meanwhile: whoever gives the engine its place finds nobody there.
void HandleCall::enter_orphan(HandleSlot& slot, uint64_t generation, const store::Seat& seat) {
  Room& room = *slot.room.load(std::memory_order_acquire);
  if (!adopt_orphan(room)) {
    return;
  }
  seat.enter();
  if (slot.generation.load(std::memory_order_seq_cst) != generation) {  // race: closed meanwhile
    seat.leave();
    return;
  }
  seat_ = seat;
  engine_ = room.engine.load(std::memory_order_acquire);
}

Code open_handle(std::string_view directory, const remora_options& options, uint64_t* handle,
                 Problem& problem) {
  Table* handles = nullptr;
  if (const Code code = table(&handles, problem); !ok(code)) {
    return code;
  }
  if (handles->cookie.in_child()) {
    adopt_after_fork();
  }
  const std::lock_guard guard(handles->mutex);
  base::DirectoryIdentity identity;
  const bool known = identify(directory, options, &identity);
  HandleSlot* slot = find_slot();
  Room* room = find_room(*handles, known ? &identity : nullptr);
  if (slot == nullptr || room == nullptr) {
    return problem.set(Code::kFull,
                       "a process may have %u handles onto %u state directories open; close some",
                       kHandleSlots, kMaxRooms);
  }
  if (room->orphan.load(std::memory_order_acquire) != nullptr && !adopt_orphan(*room)) {
    return no_place_yet(problem);
  }
  if (room->handles == 0) {
    if (const Code code = open_room(directory, options, *room, problem); !ok(code)) {
      return code;
    }
  } else if (const Code code =
                 check_same_way(*room->engine.load(std::memory_order_relaxed), options, problem);
             !ok(code)) {
    return code;
  }
  ++room->handles;
  slot->room.store(room, std::memory_order_release);
  const uint64_t generation = slot->generation.load(std::memory_order_relaxed) + 1;
  slot->generation.store(generation, std::memory_order_seq_cst);
  *handle = generation * kHandleSlots + static_cast<uint64_t>(slot - g_handles);
  return Code::kOk;
}

Code bad_handle(uint64_t handle, Problem& problem) {
  const HandleSlot& slot = g_handles[handle & (kHandleSlots - 1)];
  const Room* room = slot.room.load(std::memory_order_acquire);
  if (room != nullptr && slot.generation.load(std::memory_order_acquire) == handle / kHandleSlots &&
      room->orphan.load(std::memory_order_acquire) != nullptr) {  // race: it just got its place
    return no_place_yet(problem);
  }
  return problem.set(Code::kHandle,
                     "handle %llu is not open: it was closed, or did not come from remora_open",
                     static_cast<unsigned long long>(handle));
}

Code close_handle(uint64_t handle, Problem& problem) {
  {
    const SlowCall last(handle);  // a forked child gets its own locks before it gives them back
    if (!last.ok()) {
      return bad_handle(handle, problem);
    }
    // Also another directory's handle: two callbacks that close each other's would wait for ever.
    if (base::thread_context().callbacks != 0) {
      return problem.set(
          Code::kState,
          "remora_close inside a log callback would wait for the call that the callback is in; "
          "close when that has returned");
    }
    Problem ignored;  // a callback that does not return is left behind
    static_cast<void>(last.engine().log().remove_callback(handle, ignored));
  }
  Table& handles = *g_table.load(std::memory_order_acquire);
  std::unique_lock guard(handles.mutex);
  HandleSlot& slot = g_handles[handle & (kHandleSlots - 1)];
  uint64_t generation = handle / kHandleSlots;
  // race: another thread closed it first
  if (!slot.generation.compare_exchange_strong(generation, generation + 1, std::memory_order_seq_cst)) {
    return bad_handle(handle, problem);  // race: the same
  }
  Room& room = *slot.room.load(std::memory_order_relaxed);
  // Who is waited for may be in a callback that opens. The handle still counts, so the engine stays.
  guard.unlock();
  store::all_left(room.stripes, -1);
  guard.lock();
  if (--room.handles == 0) {
    const std::unique_ptr<engine::Engine> last(room.engine.exchange(nullptr, std::memory_order_acq_rel));
  }
  return Code::kOk;
}

}  // namespace remora::shim
