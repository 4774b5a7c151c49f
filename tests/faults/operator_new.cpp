#include "faults/operator_new.hpp"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace remora::test {
namespace {

constinit thread_local int t_counting = 0;
constinit std::atomic<int64_t> g_left{INT64_MAX};
constinit std::atomic<bool> g_once{false};
constinit std::atomic<uint64_t> g_calls{0};

bool fails() {
  if (t_counting == 0) {
    return false;
  }
  ++g_calls;
  const int64_t left = g_left.fetch_sub(1);
  return g_once ? left == 0 : left <= 0;
}

void* take(size_t size, size_t align) {
  void* memory = nullptr;
  if (!fails()) {
    memory = align <= alignof(std::max_align_t)
                 ? std::malloc(size == 0 ? 1 : size)
                 : std::aligned_alloc(align, (size + align - 1) / align * align);
  }
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  return memory;
}

}  // namespace

CountAllocations::CountAllocations() { ++t_counting; }
CountAllocations::~CountAllocations() { --t_counting; }

void fail_operator_new(int64_t after, bool once) {
  g_once = once;
  g_left = after;
}

uint64_t operator_new_calls() { return g_calls; }

}  // namespace remora::test

void* operator new(size_t size) { return remora::test::take(size, 1); }
void* operator new(size_t size, std::align_val_t align) {
  return remora::test::take(size, static_cast<size_t>(align));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { std::free(memory); }
