// Handles: a slot and how often it was used. A stale, doubled or invented one is answered, never followed.
//
// What a handle leads to is type-stable memory that is never freed, so that a call may look while another
// closes:
//   a call   enters its stripe, then checks that the slot still has this generation, then uses the engine
//   close    takes the generation away, then waits until every stripe was seen empty, then destroys the
//   engine
// The two sides are fenced against each other (store/stripe.hpp), so at least one of them sees the other.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include <remora/open.h>

#include "base/process_guard.hpp"
#include "base/status.hpp"
#include "base/thread_context.hpp"
#include "engine/engine.hpp"
#include "store/stripe.hpp"

namespace remora::shim {

// One engine and the stripes of the calls inside it. Reused, never freed.
struct Room {
  store::Stripe stripes[store::kStripes];
  std::atomic<engine::Engine*> engine{nullptr};
  std::atomic<engine::Engine*> orphan{
      nullptr};                    // in a forked child: the engine, as long as it has no place there
  uint64_t device = 0, inode = 0;  // of the state directory
  uint32_t handles = 0;            // guarded by the table's mutex, as are the two above
  const base::ForkCookie* cookie = nullptr;  // of the process; constant
};

struct HandleSlot {
  std::atomic<uint64_t> generation{0};  // odd while open
  std::atomic<Room*> room{nullptr};
};

inline constexpr uint32_t kHandleSlots = 1024;
extern constinit HandleSlot g_handles[kHandleSlots];

// In a forked child, before any thread of it is inside: gives every engine its own place in its state. The
// first thread does it, others wait.
[[gnu::noinline]] void adopt_after_fork();

// For an engine that got no place then (no descriptor was left, say): tries again. False when it still has
// none.
bool adopt_orphan(Room& room);

// A call on a handle: inside from construction to destruction when ok(). [hot]
class HandleCall {
 public:
  explicit HandleCall(uint64_t handle) : thread_(base::thread_context()) {
    const uint64_t slot_number = handle & (kHandleSlots - 1);
    const uint64_t generation = handle / kHandleSlots;
    HandleSlot& slot = g_handles[slot_number];
    Room* room = slot.room.load(std::memory_order_acquire);
    if (room == nullptr || (generation & 1) == 0) {
      return;
    }
    if (room->cookie->in_child()) [[unlikely]] {
      adopt_after_fork();
    }
    const store::Seat seat(room->stripes, thread_.number);
    seat.enter();
    if (slot.generation.load(std::memory_order_seq_cst) != generation) [[unlikely]] {
      seat.leave();
      return;
    }
    engine_ = room->engine.load(std::memory_order_acquire);
    if (engine_ == nullptr) [[unlikely]] {
      seat.leave();
      enter_orphan(slot, generation, seat);
      return;
    }
    seat_ = seat;
  }
  ~HandleCall() {
    if (seat_.taken()) {
      seat_.leave();
    }
  }
  HandleCall(const HandleCall&) = delete;
  HandleCall& operator=(const HandleCall&) = delete;

  bool ok() const { return engine_ != nullptr; }
  engine::Engine& engine() const { return *engine_; }
  const store::Seat& seat() const { return seat_; }
  engine::Call call() const { return engine_->enter(seat_, thread_); }

 private:
  [[gnu::noinline]] void enter_orphan(HandleSlot& slot, uint64_t generation, const store::Seat& seat);

  base::ThreadContext& thread_;
  store::Seat seat_;
  engine::Engine* engine_ = nullptr;
};

// A call of an [any] or [excl] function: log lines go to the host's callback before it leaves.
class SlowCall : public HandleCall {
 public:
  explicit SlowCall(uint64_t handle) : HandleCall(handle) {}
  ~SlowCall() {
    if (ok()) {
      engine().log().deliver();
    }
  }
};

// Errors as remora_open and remora_close.
base::Code open_handle(std::string_view directory, const remora_options& options, uint64_t* handle,
                       base::Problem& problem);
base::Code close_handle(uint64_t handle, base::Problem& problem);

// What a call on a handle that is not open answers.
[[gnu::noinline]] base::Code bad_handle(uint64_t handle, base::Problem& problem);

}  // namespace remora::shim
