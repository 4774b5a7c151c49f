// The calls that a compiler puts in for the thread sanitizer, as gcc and clang make them (the interface of
// compiler-rt's tsan_interface.h and tsan_interface_atomic.h), led to the explorer.
#include <cstdint>
#include <cstring>

#include "model/explorer.hpp"

using remora::model::Explorer;
using remora::model::Kind;
using remora::model::Operation;

namespace {

std::memory_order order_of(int order) { return static_cast<std::memory_order>(order & 0xF); }

Operation operation(Kind kind, const volatile void* address, size_t size, int order,
                    int failure = __ATOMIC_RELAXED) {
  return {kind, order_of(order), order_of(failure), reinterpret_cast<uintptr_t>(address),
          static_cast<uint32_t>(size)};
}

void plain(const void* address, size_t size, bool write) {
  if (Explorer* explorer = Explorer::at(address, size)) {
    explorer->plain(operation(write ? Kind::kPlainWrite : Kind::kPlainRead, address, size, 0));
  } else if (write) {
    Explorer::note_write(address, size);
  }
}

template <typename T>
T load(const volatile T* a, int order) {
  if (Explorer* explorer = Explorer::at(a, sizeof *a)) {
    return static_cast<T>(explorer->load(operation(Kind::kLoad, a, sizeof *a, order)));
  }
  return __atomic_load_n(a, __ATOMIC_SEQ_CST);
}

template <typename T>
void store(volatile T* a, T value, int order) {
  if (Explorer* explorer = Explorer::at(a, sizeof *a)) {
    explorer->store(operation(Kind::kStore, a, sizeof *a, order), value);
    return;
  }
  Explorer::note_write(a, sizeof *a);
  __atomic_store_n(a, value, __ATOMIC_SEQ_CST);
}

template <typename T>
T update(volatile T* a, T operand, int order, uint64_t (*next)(uint64_t, uint64_t)) {
  if (Explorer* explorer = Explorer::at(a, sizeof *a)) {
    return static_cast<T>(explorer->update(operation(Kind::kUpdate, a, sizeof *a, order), next, operand));
  }
  Explorer::note_write(a, sizeof *a);
  T seen = __atomic_load_n(a, __ATOMIC_SEQ_CST);
  while (!__atomic_compare_exchange_n(a, &seen, static_cast<T>(next(seen, operand)), false, __ATOMIC_SEQ_CST,
                                      __ATOMIC_SEQ_CST)) {
  }
  return seen;
}

template <typename T>
bool compare_exchange(volatile T* a, T* expected, T desired, int order, int failure) {
  if (Explorer* explorer = Explorer::at(a, sizeof *a)) {
    uint64_t seen = *expected;
    const bool done = explorer->compare_exchange(
        operation(Kind::kCompareExchange, a, sizeof *a, order, failure), &seen, desired);
    *expected = static_cast<T>(seen);
    return done;
  }
  Explorer::note_write(a, sizeof *a);
  return __atomic_compare_exchange_n(a, expected, desired, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

uint64_t replaced(uint64_t, uint64_t by) { return by; }
uint64_t sum(uint64_t a, uint64_t b) { return a + b; }
uint64_t difference(uint64_t a, uint64_t b) { return a - b; }
uint64_t both(uint64_t a, uint64_t b) { return a & b; }
uint64_t either(uint64_t a, uint64_t b) { return a | b; }
uint64_t one_of(uint64_t a, uint64_t b) { return a ^ b; }

}  // namespace

extern "C" {

#define REMORA_PLAIN(size)                                             \
  void __tsan_read##size(void* a) { plain(a, size, false); }           \
  void __tsan_write##size(void* a) { plain(a, size, true); }           \
  void __tsan_unaligned_read##size(void* a) { plain(a, size, false); } \
  void __tsan_unaligned_write##size(void* a) { plain(a, size, true); }

#define REMORA_ATOMIC(bits, T)                                                                              \
  T __tsan_atomic##bits##_load(const volatile T* a, int order) { return load(a, order); }                   \
  void __tsan_atomic##bits##_store(volatile T* a, T v, int order) { store(a, v, order); }                   \
  T __tsan_atomic##bits##_exchange(volatile T* a, T v, int order) { return update(a, v, order, replaced); } \
  T __tsan_atomic##bits##_fetch_add(volatile T* a, T v, int order) { return update(a, v, order, sum); }     \
  T __tsan_atomic##bits##_fetch_sub(volatile T* a, T v, int order) {                                        \
    return update(a, v, order, difference);                                                                 \
  }                                                                                                         \
  T __tsan_atomic##bits##_fetch_and(volatile T* a, T v, int order) { return update(a, v, order, both); }    \
  T __tsan_atomic##bits##_fetch_or(volatile T* a, T v, int order) { return update(a, v, order, either); }   \
  T __tsan_atomic##bits##_fetch_xor(volatile T* a, T v, int order) { return update(a, v, order, one_of); }  \
  int __tsan_atomic##bits##_compare_exchange_strong(volatile T* a, T* e, T v, int order, int failure) {     \
    return compare_exchange(a, e, v, order, failure) ? 1 : 0;                                               \
  }                                                                                                         \
  int __tsan_atomic##bits##_compare_exchange_weak(volatile T* a, T* e, T v, int order, int failure) {       \
    return compare_exchange(a, e, v, order, failure) ? 1 : 0;                                               \
  }                                                                                                         \
  T __tsan_atomic##bits##_compare_exchange_val(volatile T* a, T e, T v, int order, int failure) {           \
    compare_exchange(a, &e, v, order, failure);                                                             \
    return e;                                                                                               \
  }

REMORA_PLAIN(1)
REMORA_PLAIN(2)
REMORA_PLAIN(4)
REMORA_PLAIN(8)
REMORA_PLAIN(16)
REMORA_ATOMIC(8, uint8_t)
REMORA_ATOMIC(32, uint32_t)
REMORA_ATOMIC(64, uint64_t)

void __tsan_init() {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}
void __tsan_vptr_update(void**, void*) {}
void __tsan_vptr_read(void**) {}
void __tsan_read_range(void* a, uintptr_t size) { plain(a, size, false); }
void __tsan_write_range(void* a, uintptr_t size) { plain(a, size, true); }
void __tsan_atomic_signal_fence(int) {}
void __tsan_atomic_thread_fence(int order) {
  if (Explorer* explorer = Explorer::running()) {
    explorer->fence(operation(Kind::kFence, nullptr, 0, order));
  }
}

// Bulk copies go through the linker's --wrap, for the compiler does not instrument them.
void* __real_memcpy(void*, const void*, size_t);
void* __real_memset(void*, int, size_t);
int __real_memcmp(const void*, const void*, size_t);

void* __wrap_memcpy(void* to, const void* from, size_t size) {
  plain(from, size, false);
  plain(to, size, true);
  return __real_memcpy(to, from, size);
}
void* __wrap_memset(void* to, int value, size_t size) {
  plain(to, size, true);
  return __real_memset(to, value, size);
}
int __wrap_memcmp(const void* a, const void* b, size_t size) {
  plain(a, size, false);
  plain(b, size, false);
  return __real_memcmp(a, b, size);
}

}  // extern "C"
