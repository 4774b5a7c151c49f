#include "benchmark/harness/system_calls.hpp"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

namespace remora::bench {
namespace {

// File numbers that no process has; closing them is how a child speaks to its tracer.
constexpr int kBeginMark = -4'201;
constexpr int kEndMark = -4'202;

bool is_mark(const __ptrace_syscall_info& info, int mark) {
  return info.entry.nr == SYS_close && static_cast<int>(info.entry.args[0]) == mark;
}

}  // namespace

std::string SystemCalls::text() const {
  std::string text;
  for (std::size_t number = 0; number < by_number.size(); ++number) {
    if (by_number[number] == 0) continue;
    if (!text.empty()) text += ", ";
    text += "call " + std::to_string(number) + " x " + std::to_string(by_number[number]);
  }
  return text.empty() ? "none" : text;
}

void await_tracer() {
  if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) _exit(77);
  raise(SIGSTOP);
}

void counting_begins() { syscall(SYS_close, kBeginMark); }

void counting_ends() { syscall(SYS_close, kEndMark); }

SystemCalls follow(int child) {
  SystemCalls calls;
  int status = 0;
  if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
    throw std::runtime_error("tracing is not allowed");
  ptrace(PTRACE_SETOPTIONS, child, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
  bool counting = false;
  long signal = 0;
  for (;;) {
    ptrace(PTRACE_SYSCALL, child, nullptr, signal);
    signal = 0;
    if (waitpid(child, &status, 0) != child) throw std::runtime_error("the traced child was lost");
    if (WIFEXITED(status) || WIFSIGNALED(status)) break;
    if (WSTOPSIG(status) != (SIGTRAP | 0x80)) {
      signal = WSTOPSIG(status);
      continue;
    }
    __ptrace_syscall_info info{};
    ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof info, &info);
    if (info.op != PTRACE_SYSCALL_INFO_ENTRY) continue;
    if (is_mark(info, kBeginMark)) {
      counting = true;
    } else if (is_mark(info, kEndMark)) {
      counting = false;
    } else if (counting) {
      ++calls.total;
      if (info.entry.nr < calls.by_number.size()) ++calls.by_number[info.entry.nr];
    }
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) throw std::runtime_error("the traced child failed");
  return calls;
}

}  // namespace remora::bench
