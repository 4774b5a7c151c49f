// What a thread keeps for itself: a random generator and a number that spreads threads over stripes. Plain
// data with constant initialisation: nothing is registered with the runtime, so threads may outlive anything.
#pragma once

#include <cstdint>

#include "base/mix.hpp"

namespace remora::base {

struct ThreadContext {
  uint64_t random_state = 0;  // 0 = not seeded yet
  uint32_t number = 0;        // grows by one for each thread of the process
  uint32_t fork_epoch = 0;    // generator belongs to this process while it equals the process's epoch
  uint32_t callbacks = 0;     // log functions of the host that the thread is inside of
};

// The calling thread's context, seeded at first use and again in a forked child. Not inlined: the system's
// first access to a thread's storage may change registers that callers of a function give up, and nobody
// else.
[[gnu::noinline]] ThreadContext& thread_context();

// Called once in a forked child: every thread seeds anew at its next use.
void reseed_after_fork();

// Next 64 random bits (wyrand, public domain). Fast and well spread; not for secrets.
inline uint64_t next_random(ThreadContext& context) {
  context.random_state += 0xa0761d6478bd642fULL;
  return fold_multiply(context.random_state, context.random_state ^ 0xe7037ed1a0b428dbULL);
}

}  // namespace remora::base
