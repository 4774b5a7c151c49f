#include "base/asymmetric_fence.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace remora::base {
namespace {

// Numbers of linux/membarrier.h (Linux 4.14), which older systems' headers lack.
constexpr int kPrivateExpedited = 1 << 3;
constexpr int kRegisterPrivateExpedited = 1 << 4;

bool membarrier(int command) { return syscall(SYS_membarrier, command, 0, 0) == 0; }

}  // namespace

constinit std::atomic<bool> g_kernel_fences{false};

void prepare_fences() {
  const int before = errno;
  static const bool registered = membarrier(kRegisterPrivateExpedited);
  g_kernel_fences.store(registered, std::memory_order_seq_cst);
  errno = before;
}

bool heavy_fence() {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (!g_kernel_fences.load(std::memory_order_relaxed)) {
    return true;
  }
  const int before = errno;
  // A forked child may have to register anew.
  const bool done =
      membarrier(kPrivateExpedited) ||
      (errno == EPERM && membarrier(kRegisterPrivateExpedited) && membarrier(kPrivateExpedited));
  errno = before;
  return done;
}

}  // namespace remora::base
