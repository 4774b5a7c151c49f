#include "base/heap.hpp"

#include <atomic>
#include <bit>
#include <cstdlib>

#include "base/heap_failure.hpp"

#ifdef REMORA_HAS_MIMALLOC
#include <mimalloc.h>
#endif

namespace remora::base {
namespace {

constexpr int64_t kUnlimited = -1;

// Counters only: they order nothing, so all accesses are relaxed.
constinit std::atomic<uint64_t> g_bytes{0};
constinit std::atomic<uint64_t> g_blocks{0};
constinit std::atomic<uint64_t> g_total{0};
constinit std::atomic<int64_t> g_allowed{kUnlimited};
constinit std::atomic<bool> g_one_fails{false};  // and those behind it do not

#ifdef REMORA_HAS_MIMALLOC

void drop_message(const char*, void*) {}

// mimalloc would tell its warnings on the host's stderr. Done before the first allocation, not in a static
// constructor.
void silence() {
  static constinit std::atomic<bool> done{false};
  if (!done.load(std::memory_order_relaxed) && !done.exchange(true, std::memory_order_relaxed)) {
    mi_option_disable(mi_option_show_errors);
    mi_option_disable(mi_option_show_stats);
    mi_option_disable(mi_option_verbose);
    mi_register_output(&drop_message, nullptr);
    // Memory is asked for ready to use and kept so: where making it ready fails later (mprotect without
    // memory), mimalloc 2.0 looks for another place without end.
    mi_option_set(mi_option_eager_commit_delay, 0);
    mi_option_disable(mi_option_allow_decommit);
  }
}

void* take(size_t size, size_t align) {
  silence();
  return mi_malloc_aligned(size, align);
}

void give_back(void* memory) { mi_free(memory); }

#else

void* take(size_t size, size_t align) {
  if (align <= alignof(std::max_align_t)) {
    return std::malloc(size);
  }
  void* memory = nullptr;
  return posix_memalign(&memory, align, size) == 0 ? memory : nullptr;
}

void give_back(void* memory) { std::free(memory); }

#endif

// Whether the test hook lets this allocation succeed.
bool allowed() {
  int64_t left = g_allowed.load(std::memory_order_relaxed);
  while (left > 0 && !g_allowed.compare_exchange_weak(left, left - 1, std::memory_order_relaxed)) {
  }
  if (left == 0 && g_one_fails.load(std::memory_order_relaxed)) {
    g_allowed.store(kUnlimited, std::memory_order_relaxed);
  }
  return left != 0;
}

class HeapResource final : public std::pmr::memory_resource {
 private:
  void* do_allocate(size_t size, size_t align) override {
    void* memory = base::allocate(size, align);
    if (memory == nullptr) {
      throw std::bad_alloc();
    }
    return memory;
  }
  void do_deallocate(void* memory, size_t size, size_t align) override {
    base::deallocate(memory, size, align);
  }
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override { return this == &other; }
};

}  // namespace

void* allocate(size_t size, size_t align) noexcept {
  constexpr size_t kLargest = static_cast<size_t>(PTRDIFF_MAX);
  if (size > kLargest / 2 || align > kLargest / 2 || !std::has_single_bit(align) || !allowed()) {
    return nullptr;
  }
  void* memory = take(size == 0 ? 1 : size, align);
  if (memory != nullptr) {
    g_bytes.fetch_add(size, std::memory_order_relaxed);
    g_blocks.fetch_add(1, std::memory_order_relaxed);
    g_total.fetch_add(1, std::memory_order_relaxed);
  }
  return memory;
}

void deallocate(void* memory, size_t size, size_t) noexcept {
  if (memory != nullptr) {
    give_back(memory);
    g_bytes.fetch_sub(size, std::memory_order_relaxed);
    g_blocks.fetch_sub(1, std::memory_order_relaxed);
  }
}

void tidy_heap() noexcept {
#ifdef REMORA_HAS_MIMALLOC
  mi_collect(false);
#endif
}

uint64_t heap_bytes_in_use() noexcept { return g_bytes.load(std::memory_order_relaxed); }

uint64_t heap_blocks_in_use() noexcept { return g_blocks.load(std::memory_order_relaxed); }

uint64_t heap_allocations_total() noexcept { return g_total.load(std::memory_order_relaxed); }

const char* heap_name() noexcept {
#ifdef REMORA_HAS_MIMALLOC
  return "mimalloc";
#else
  return "system";
#endif
}

void set_allocation_failure_after(int64_t count) noexcept {
  g_one_fails.store(false, std::memory_order_relaxed);
  g_allowed.store(count < 0 ? kUnlimited : count, std::memory_order_relaxed);
}

void fail_one_allocation_after(int64_t count) noexcept {
  g_one_fails.store(true, std::memory_order_relaxed);
  g_allowed.store(count, std::memory_order_relaxed);
}

std::pmr::memory_resource& heap_resource() noexcept {
  // In plain storage, since a static object with a destructor would be destroyed before its last user.
  alignas(HeapResource) static std::byte storage[sizeof(HeapResource)];
  static HeapResource* const resource = ::new (storage) HeapResource();
  return *resource;
}

}  // namespace remora::base
