// A fence between threads that pass often (light: free) and one that seldom looks for them (heavy: a system
// call, which makes every running thread of the process pass a full fence). Together they order as two
// sequentially consistent fences would: a store before the light one is seen by loads behind the heavy one,
// or loads behind the light one see the stores before the heavy one. See membarrier(2), and P1202 "Asymmetric
// Fences" for the idea.
#pragma once

#include <atomic>

namespace remora::base {

// Whether the kernel does the heavy side; if not, the light side is a full fence. Changes once, before the
// first light fence of the process.
extern constinit std::atomic<bool> g_kernel_fences;

inline void light_fence() {
  // Relaxed: whoever passes here was handed something that was made after prepare_fences.
  if (g_kernel_fences.load(std::memory_order_relaxed)) [[likely]] {
    std::atomic_signal_fence(std::memory_order_seq_cst);
  } else {
    std::atomic_thread_fence(std::memory_order_seq_cst);
  }
}

// Asks the kernel for its help; before the first light fence. Does nothing after the first time.
void prepare_fences();

// False when the kernel refuses what it granted before (a seccomp filter came): then nothing may be
// concluded.
bool heavy_fence();

}  // namespace remora::base
