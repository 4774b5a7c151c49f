// Notices that the process was forked, for one load of memory and without asking for the process id.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/status.hpp"

namespace remora::base {

// A page that the kernel wipes in a forked child (madvise MADV_WIPEONFORK, Linux 4.14), holding a number that
// is not zero. Where the kernel does not know that, a counter that pthread_atfork drives says the same,
// except for children made by a raw clone call. Move-only. A default-made cookie never says "child".
class ForkCookie {
 public:
  ForkCookie() = default;
  ForkCookie(ForkCookie&& other) noexcept;
  ForkCookie& operator=(ForkCookie&& other) noexcept;
  ForkCookie(const ForkCookie&) = delete;
  ForkCookie& operator=(const ForkCookie&) = delete;
  ~ForkCookie();

  // Errors: kMemory, kIo.
  static Code create(ForkCookie* out, Problem& problem);

  // The fallback alone, whatever the kernel knows. Errors: kMemory.
  static Code create_counting(ForkCookie* out, Problem& problem);

  // Whether the process was forked since create or reset_in_child: true in the child alone. Any thread; one
  // load, which pairs with reset_in_child: what the resetting thread did before is seen.
  bool in_child() const { return word_->load(std::memory_order_acquire) != expected_; }

  // In the child: in_child() answers false from here on (until the next fork). One thread.
  void reset_in_child();

 private:
  static constinit const std::atomic<uint64_t> kNeverForked;

  void release();

  const std::atomic<uint64_t>* word_ = &kNeverForked;
  uint64_t expected_ = 0;
  void* page_ = nullptr;  // nullptr with the fallback
};

}  // namespace remora::base
