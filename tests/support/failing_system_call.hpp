// Makes a system call fail as if the kernel or disk did, for the rest of the calling process: use it in a
// Child.
#pragma once

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>

namespace remora::test {

// Condition on an argument of the call, counted from 0; its low 32 bits are compared.
struct ArgumentIs {
  uint32_t index;
  uint32_t value;
};

// From here on, `number` (SYS_fsync, ...) answers -1 with `os_errno`, always or only for that argument.
inline void make_fail(long number, int os_errno, std::optional<ArgumentIs> only = std::nullopt) {
  const auto failure = static_cast<uint32_t>(SECCOMP_RET_ERRNO | static_cast<uint32_t>(os_errno));
  const uint32_t argument = only ? static_cast<uint32_t>(offsetof(seccomp_data, args)) + 8 * only->index : 0;
  const uint32_t value = only ? only->value : 0;
  // Without a condition, "argument" is the call's number, compared a second time.
  const uint32_t compared = only ? value : static_cast<uint32_t>(number);
  sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(number), 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, argument),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, compared, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, failure),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{sizeof code / sizeof code[0], code};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
    throw std::runtime_error("no system call filters here");
  }
}

}  // namespace remora::test
