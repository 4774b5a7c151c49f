#include "base/thread_context.hpp"

#include <sys/random.h>
#include <time.h>

#include <atomic>

namespace remora::base {
namespace {

constinit thread_local ThreadContext t_context;
constinit std::atomic<uint64_t> g_next_number{0};
constinit std::atomic<uint32_t> g_fork_epoch{1};

uint64_t seed() {
  uint64_t value = 0;
  if (getrandom(&value, sizeof value, GRND_NONBLOCK) != sizeof value) {
    // Exploration only needs streams that differ, so time and an address serve where the kernel has no
    // entropy yet.
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    value =
        static_cast<uint64_t>(now.tv_nsec) * 0x9e3779b97f4a7c15ULL ^ reinterpret_cast<uintptr_t>(&t_context);
  }
  return value | 1;
}

[[gnu::noinline]] ThreadContext& prepare(ThreadContext& context, uint32_t epoch) {
  if (context.fork_epoch == 0) {
    const uint64_t number = g_next_number.fetch_add(1, std::memory_order_relaxed);
    // Small numbers are given once: their threads may have places that nobody shares.
    context.number = static_cast<uint32_t>(number) | (number >> 31 != 0 ? 1U << 31 : 0U);
  }
  context.random_state = seed();
  context.fork_epoch = epoch;
  return context;
}

}  // namespace

ThreadContext& thread_context() {
  ThreadContext& context = t_context;
  const uint32_t epoch = g_fork_epoch.load(std::memory_order_relaxed);
  if (context.fork_epoch != epoch) [[unlikely]] {
    return prepare(context, epoch);
  }
  return context;
}

void reseed_after_fork() { g_fork_epoch.fetch_add(1, std::memory_order_relaxed); }

}  // namespace remora::base
