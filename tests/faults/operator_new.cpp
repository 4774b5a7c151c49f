#include "faults/operator_new.hpp"

#include <cstddef>
#include <cstdlib>
#include <new>

#include "faults/countdown.hpp"

namespace remora::test {
namespace {

constinit thread_local int t_counting = 0;
constinit Countdown g_countdown;

bool fails() { return t_counting != 0 && g_countdown.strikes(); }

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

void fail_operator_new(int64_t after, bool once) { g_countdown.set(after, once); }

uint64_t operator_new_calls() { return g_countdown.calls(); }

}  // namespace remora::test

void* operator new(size_t size) { return remora::test::take(size, 1); }
void* operator new(size_t size, std::align_val_t align) {
  return remora::test::take(size, static_cast<size_t>(align));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { std::free(memory); }
