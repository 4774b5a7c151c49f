// The one seam through which the library takes memory, so that all of it is counted and given back, and the
// host's own allocator is left alone. Behind it is a private mimalloc (https://github.com/microsoft/mimalloc)
// when that is built in, else the system's heap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace remora::base {

// Takes `size` bytes (0 counts as 1) at a multiple of `align`, a power of two. nullptr when there is no
// memory, or the size or alignment is absurd. Any thread.
[[nodiscard]] void* allocate(size_t size, size_t align = alignof(std::max_align_t)) noexcept;

// Gives back what `allocate` gave, with the same size and alignment; nullptr is allowed. Any thread.
void deallocate(void* memory, size_t size, size_t align = alignof(std::max_align_t)) noexcept;

// Brings together what this thread gave back, so that it is used again before fresh pages are. For the end of
// work that took many blocks for a moment. [any thread]
void tidy_heap() noexcept;

// What is taken now and was ever taken, as asked for (without the allocator's own rounding). A figure is
// exact when no other thread allocates at the moment.
uint64_t heap_bytes_in_use() noexcept;
uint64_t heap_blocks_in_use() noexcept;
uint64_t heap_allocations_total() noexcept;

// "mimalloc" or "system".
const char* heap_name() noexcept;

// For tests of what happens without memory: the next `count` allocations of the process succeed, all later
// ones fail. A negative count ends that.
void set_allocation_failure_after(int64_t count) noexcept;

// The same memory for std::pmr containers. Never destroyed. Throws std::bad_alloc.
std::pmr::memory_resource& heap_resource() noexcept;

// The same memory for standard containers. Stateless: all instances are equal. Throws std::bad_alloc.
template <typename T>
class HeapAllocator {
 public:
  using value_type = T;

  HeapAllocator() noexcept = default;
  template <typename U>
  // NOLINTNEXTLINE(google-explicit-constructor): containers convert it
  HeapAllocator(const HeapAllocator<U>&) noexcept {}

  // NOLINTBEGIN(bugprone-sizeof-expression): T may be a pointer, and its size is what is wanted
  T* allocate(size_t count) {
    if (count > static_cast<size_t>(PTRDIFF_MAX) / sizeof(T)) {
      throw std::bad_array_new_length();
    }
    void* memory = base::allocate(count * sizeof(T), alignof(T));
    if (memory == nullptr) {
      throw std::bad_alloc();
    }
    return static_cast<T*>(memory);
  }

  void deallocate(T* memory, size_t count) noexcept {
    base::deallocate(memory, count * sizeof(T), alignof(T));
  }
  // NOLINTEND(bugprone-sizeof-expression)

  template <typename U>
  friend bool operator==(const HeapAllocator&, const HeapAllocator<U>&) noexcept {
    return true;
  }
};

using String = std::basic_string<char, std::char_traits<char>, HeapAllocator<char>>;

template <typename T>
using Vector = std::vector<T, HeapAllocator<T>>;

// Deletes what make_unique made.
struct HeapDelete {
  template <typename T>
  void operator()(T* object) const noexcept {
    object->~T();
    deallocate(object, sizeof(T), alignof(T));
  }
};

// A unique_ptr on this heap. T must be the object's own type (not a base class), since its size is given
// back.
template <typename T>
using Unique = std::unique_ptr<T, HeapDelete>;

// Makes one; empty when there is no memory. An exception of T's constructor passes through and leaks nothing.
template <typename T, typename... Arguments>
Unique<T> make_unique(Arguments&&... arguments) {
  void* memory = allocate(sizeof(T), alignof(T));
  if (memory == nullptr) {
    return nullptr;
  }
  try {
    return Unique<T>(::new (memory) T(std::forward<Arguments>(arguments)...));
  } catch (...) {
    deallocate(memory, sizeof(T), alignof(T));
    throw;
  }
}

}  // namespace remora::base
