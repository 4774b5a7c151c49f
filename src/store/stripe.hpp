// What a process keeps beside the mapping for its threads: spread over stripes, so that no two busy threads
// share a cache line. The first threads of a process have a stripe each and need no atomic instruction for
// it, which would cost as much as reading the state; later ones share, and update every field by one.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/asymmetric_fence.hpp"

#ifdef __has_feature
#if __has_feature(thread_sanitizer)
#define REMORA_NO_OWN_STRIPES  // the sanitizer knows no fence of the kernel's
#endif
#endif

namespace remora::store {

inline constexpr uint64_t kNoBlock = 0xFFF;  // a used-up cursor: the next claim takes a block

struct alignas(128) Stripe {
  std::atomic<uint64_t> inside{0};         // calls that may hold a generation or the mapping now
  std::atomic<uint64_t> cursor{kNoBlock};  // ledger block << 16 | slots of it used
};

#ifdef REMORA_NO_OWN_STRIPES
inline constexpr uint32_t kOwnStripes = 0;
#else
inline constexpr uint32_t kOwnStripes = 64;
#endif
inline constexpr uint32_t kSharedStripes = 64;
inline constexpr uint32_t kStripes = kOwnStripes + kSharedStripes;

// The stripe of a thread, by the number that base::ThreadContext gives it, which no two threads of a process
// share. A signal handler must not make calls: it would run in the middle of an update.
class Seat {
 public:
  Seat() = default;
  Seat(Stripe* stripes, uint32_t thread_number)
      : stripe_(stripes +
                (thread_number < kOwnStripes ? thread_number : kOwnStripes + thread_number % kSharedStripes)),
        own_(thread_number < kOwnStripes) {}

  bool taken() const { return stripe_ != nullptr; }
  Stripe& stripe() const { return *stripe_; }

  // Says that this thread is inside. Pairs with whoever takes something away and then asks all_left: either
  // it sees this thread inside, or this thread, behind this call, sees that the thing is gone.
  void enter() const {
    if (own_) [[likely]] {
      stripe_->inside.store(stripe_->inside.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      base::light_fence();
    } else {
      stripe_->inside.fetch_add(1, std::memory_order_seq_cst);
    }
  }

  // Release: all that was read inside happens before another thread may see this one gone.
  void leave() const {
    if (own_) [[likely]] {
      stripe_->inside.store(stripe_->inside.load(std::memory_order_relaxed) - 1, std::memory_order_release);
    } else {
      stripe_->inside.fetch_sub(1, std::memory_order_release);
    }
  }

  // The cursor before one more slot was taken.
  uint64_t advance() const {
    if (!own_) [[unlikely]] {
      return stripe_->cursor.fetch_add(1, std::memory_order_relaxed);
    }
    const uint64_t taken = stripe_->cursor.load(std::memory_order_relaxed);
    stripe_->cursor.store(taken + 1, std::memory_order_relaxed);
    return taken;
  }

 private:
  Stripe* stripe_ = nullptr;
  bool own_ = false;  // no other thread writes to it
};

// Waits until every thread that was inside at the call has left, at most timeout_ns (negative: for ever);
// true when so. A caller that is inside itself names its own stripe. Called after taking away what the
// threads may hold.
bool all_left(const Stripe* stripes, int64_t timeout_ns, const Stripe* own = nullptr);

}  // namespace remora::store
