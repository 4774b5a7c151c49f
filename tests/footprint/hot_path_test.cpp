// A million decisions and outcomes ask nothing of the system: no call, no page, no memory.
#include <errno.h>
#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdio>
#include <string>

#include "abi/plugin.hpp"
#include "footprint/fleet.hpp"
#include "footprint/resident.hpp"
#include "support/child_process.hpp"
#include "support/temp_dir.hpp"

namespace {
std::atomic<uint64_t> g_allocations{0};
}

// The whole program's heap, counted. The names with underscores are glibc's own, which stay when these
// replace them.
extern "C" {
void* __libc_malloc(size_t size);                      // NOLINT
void* __libc_calloc(size_t count, size_t size);        // NOLINT
void* __libc_realloc(void* old, size_t size);          // NOLINT
void* __libc_memalign(size_t alignment, size_t size);  // NOLINT
[[gnu::visibility("default")]] void* malloc(size_t size) {
  ++g_allocations;
  return __libc_malloc(size);
}
[[gnu::visibility("default")]] void* calloc(size_t count, size_t size) {
  ++g_allocations;
  return __libc_calloc(count, size);
}
[[gnu::visibility("default")]] void* realloc(void* old, size_t size) {
  ++g_allocations;
  return __libc_realloc(old, size);
}
[[gnu::visibility("default")]] void* aligned_alloc(size_t alignment, size_t size) {
  ++g_allocations;
  return __libc_memalign(alignment, size);
}
[[gnu::visibility("default")]] int posix_memalign(void** block, size_t alignment, size_t size) {
  ++g_allocations;
  *block = __libc_memalign(alignment, size);
  return *block == nullptr ? ENOMEM : 0;
}
}

namespace remora::test {
namespace {

using abi_test::plugin;

constexpr uint32_t kDecisions = 1'000'000;
constexpr uint32_t kFirst = 100'000;  // until each state was met and each page touched
constexpr int kRounds = 5;

// From here on the process may ask for its usage and end; any other system call ends it with SIGSYS.
void forbid_system_calls() {
  sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getrusage, 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
  };
  const sock_fprog program{sizeof code / sizeof code[0], code};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
    throw std::runtime_error("no system call filters here");
  }
}

uint64_t page_faults() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_minflt + usage.ru_majflt);
}

class HotPath : public testing::Test {
 protected:
  // In memory, where no write-back of the kernel takes pages away behind the plugin's back.
  TempDir folder_{"/dev/shm"};
};

TEST_F(HotPath, MakesNoSystemCall) {
  ASSERT_NE(plugin().library, nullptr);
  const int code = in_child([&] {
    Fleet fleet(plugin(), folder_.file("state"));
    if (!fleet.work(kFirst)) {
      return 2;
    }
    forbid_system_calls();
    const bool fine = fleet.work(kDecisions);
    _exit(fine ? 0 : 1);
    return 3;
  });
  EXPECT_NE(code, -SIGSYS) << "a system call was made";
  EXPECT_EQ(code, 0);
}

TEST_F(HotPath, TheFilterOfTheTestAboveEndsAProcessThatCalls) {
  EXPECT_EQ(in_child([] {
              forbid_system_calls();
              return static_cast<int>(syscall(SYS_getpid) & 0);
            }),
            -SIGSYS);
}

TEST_F(HotPath, AllocatesNothing) {
  Fleet fleet(plugin(), folder_.file("state"));
  ASSERT_TRUE(fleet.work(kFirst));
  const uint64_t heap = fleet.heap_bytes();
  const uint64_t before = g_allocations;
  const bool fine = fleet.work(kDecisions);
  const uint64_t after = g_allocations;
  EXPECT_TRUE(fine);
  EXPECT_EQ(after, before);
  EXPECT_EQ(fleet.heap_bytes(), heap);
}

// The kernel may take a page away at any time, so the quietest of some rounds counts.
TEST_F(HotPath, MeetsNoPageFault) {
  Fleet fleet(plugin(), folder_.file("state"));
  ASSERT_TRUE(fleet.work(kFirst));
  uint64_t least = UINT64_MAX;
  for (int round = 0; round < kRounds && least != 0; ++round) {
    const uint64_t before = page_faults();
    ASSERT_TRUE(fleet.work(kDecisions));
    least = std::min(least, page_faults() - before);
  }
  EXPECT_EQ(least, 0U);
}

// On disk, as hosts have it by default, with housekeeping on the way. In a process of its own, in which the
// plugin was not loaded before.
TEST(Footprint, AFleetOf18AddsLessThan8MegabytesAfterAMillionDecisions) {
#ifdef REMORA_ADDRESS_SANITIZER
  GTEST_SKIP() << "the sanitizer's own memory is many times that";
#endif
  const TempDir folder;
  const int code = in_child([&] {
    const uint64_t before = resident_kilobytes();
    Fleet fleet(plugin(), folder.file("state"));
    for (int part = 0; part < 10; ++part) {
      if (!fleet.work(kDecisions / 10)) {
        return 2;
      }
      fleet.tick();
    }
    const uint64_t added = resident_kilobytes() - before;
    fleet.snapshot();
    const uint64_t with_snapshot = resident_kilobytes() - before;
    std::printf("resident: %llu KiB added, %llu with a snapshot\n", static_cast<unsigned long long>(added),
                static_cast<unsigned long long>(with_snapshot));
    std::fflush(stdout);
    return added < 8 * 1'024 && with_snapshot < 9 * 1'024 ? 0 : 1;
  });
  EXPECT_EQ(code, 0);
}

}  // namespace
}  // namespace remora::test
