#include "benchmark/harness/allocations.hpp"

#include <errno.h>

#include <atomic>
#include <cstddef>

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
}

namespace {
std::atomic<std::uint64_t> count{0};
void note() { count.fetch_add(1, std::memory_order_relaxed); }
}  // namespace

namespace remora::bench {
std::uint64_t allocations_so_far() { return count.load(std::memory_order_relaxed); }
}  // namespace remora::bench

// Seen by the C library and by the plugin alike: the program's symbols come first.
#define REMORA_BENCH_VISIBLE extern "C" __attribute__((visibility("default")))

REMORA_BENCH_VISIBLE void* malloc(std::size_t size) {
  note();
  return __libc_malloc(size);
}

REMORA_BENCH_VISIBLE void* calloc(std::size_t items, std::size_t size) {
  note();
  return __libc_calloc(items, size);
}

REMORA_BENCH_VISIBLE void* realloc(void* old, std::size_t size) {
  note();
  return __libc_realloc(old, size);
}

REMORA_BENCH_VISIBLE void* memalign(std::size_t alignment, std::size_t size) {
  note();
  return __libc_memalign(alignment, size);
}

REMORA_BENCH_VISIBLE void* aligned_alloc(std::size_t alignment, std::size_t size) {
  note();
  return __libc_memalign(alignment, size);
}

REMORA_BENCH_VISIBLE int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  note();
  *memory = __libc_memalign(alignment, size);
  return *memory != nullptr ? 0 : ENOMEM;
}
