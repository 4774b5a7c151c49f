#include "model/stand_ins.hpp"

#include <time.h>

#include <cstdlib>

#include "base/asymmetric_fence.hpp"
#include "base/clock.hpp"
#include "base/heap.hpp"
#include "model/explorer.hpp"

namespace remora::model {
namespace {

constexpr size_t kPoolBytes = 4 * 1024 * 1024;
alignas(64) std::byte g_pool[kPoolBytes];
size_t g_used = 0;
int64_t g_slept_ns = 0;

int64_t read_clock(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<int64_t>(now.tv_sec) * base::kNanosPerSecond + now.tv_nsec;
}

}  // namespace

void reset_stand_ins() {
  g_used = 0;
  g_slept_ns = 0;
}

}  // namespace remora::model

namespace remora::base {

using model::Explorer;
using model::Kind;
using model::read_clock;

// ---- heap: an actor may be left anywhere, so its memory is taken back as a whole
void* allocate(size_t size, size_t align) noexcept {
  if (Explorer::running() == nullptr) {
    return std::aligned_alloc(align, (size + align) / align * align);
  }
  const size_t begin = (model::g_used + align - 1) / align * align;
  if (begin + size > model::kPoolBytes) {
    return nullptr;
  }
  model::g_used = begin + size;
  return model::g_pool + begin;
}

void deallocate(void* memory, size_t, size_t) noexcept {
  const auto* place = static_cast<std::byte*>(memory);
  if (place < model::g_pool || place >= model::g_pool + model::kPoolBytes) {
    std::free(memory);
  }
}

// ---- clock: stands still but for sleeping, so that executions repeat themselves
int64_t coarse_now_ns() { return now_ns(); }
int64_t now_ns() {
  return Explorer::running() != nullptr ? 1'700'000'000 * kNanosPerSecond : read_clock(CLOCK_REALTIME);
}
int64_t monotonic_ns() {
  return Explorer::running() != nullptr ? kNanosPerHour + model::g_slept_ns : read_clock(CLOCK_MONOTONIC);
}
void sleep_ns(int64_t duration_ns) {
  if (Explorer::running() != nullptr) {
    model::g_slept_ns += duration_ns;
    return;
  }
  const timespec wanted{duration_ns / kNanosPerSecond, duration_ns % kNanosPerSecond};
  nanosleep(&wanted, nullptr);
}
uint64_t boot_id() { return 1; }

// ---- fences: the kernel's reaches every actor
constinit std::atomic<bool> g_kernel_fences{true};
void prepare_fences() {}
bool heavy_fence() {
  if (Explorer* explorer = Explorer::running()) {
    explorer->fence({Kind::kHeavyFence, std::memory_order_seq_cst, std::memory_order_seq_cst, 0, 0});
  }
  return true;
}

}  // namespace remora::base
