// One access to shared memory as an actor is about to make it: what the explorer schedules, and what
// mutations change.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace remora::model {

inline constexpr uint32_t kMaxActors = 4;

enum class Kind : uint8_t {
  kNone,
  kLoad,
  kStore,
  kUpdate,           // reads and writes, whatever is there
  kCompareExchange,  // writes only where it finds what it expects
  kPlainRead,
  kPlainWrite,
  kFence,       // seq_cst
  kHeavyFence,  // every actor passes a seq_cst fence: membarrier(2)
  kLock,        // waits until the word is 0
  kUnlock,
};

struct Operation {
  Kind kind = Kind::kNone;
  std::memory_order order = std::memory_order_seq_cst;
  std::memory_order failure = std::memory_order_seq_cst;  // of a compare-exchange
  uintptr_t address = 0;
  uint32_t size = 0;

  bool may_write() const {
    return kind == Kind::kStore || kind == Kind::kUpdate || kind == Kind::kCompareExchange ||
           kind == Kind::kPlainWrite || kind == Kind::kLock || kind == Kind::kUnlock;
  }
  bool is_fence() const { return kind == Kind::kFence || kind == Kind::kHeavyFence; }
  bool sequential() const {
    return is_fence() || (kind != Kind::kPlainRead && kind != Kind::kPlainWrite &&
                          (order == std::memory_order_seq_cst ||
                           (kind == Kind::kCompareExchange && failure == std::memory_order_seq_cst)));
  }
  // The 8-byte granules touched: first .. last.
  uintptr_t first_granule() const { return address >> 3; }
  uintptr_t last_granule() const { return size == 0 ? address >> 3 : (address + size - 1) >> 3; }
};

// How memory answers loads.
enum class Order {
  kInterleaving,  // the newest store: sequential consistency
  kRelaxed,       // any store that happens-before and coherence do not hide
};

// How many events of each actor happened before something.
using Clock = std::array<uint32_t, kMaxActors>;

inline void join(Clock& into, const Clock& other) {
  for (uint32_t a = 0; a < kMaxActors; ++a) {
    into[a] = into[a] < other[a] ? other[a] : into[a];
  }
}

}  // namespace remora::model
