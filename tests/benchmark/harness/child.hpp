// A function in a process of its own, for what a process does only once: loading, first opening, growing.
#pragma once

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <new>
#include <stdexcept>
#include <type_traits>

namespace remora::bench {

// Runs function in a forked child and gives back the plain struct that it returned.
template <class Function>
auto in_child(Function function) {
  using Result = std::invoke_result_t<Function>;
  static_assert(std::is_trivially_copyable_v<Result>);
  void* memory = mmap(nullptr, sizeof(Result), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::runtime_error("no shared memory for a child");
  auto* result = new (memory) Result{};
  const pid_t child = fork();
  if (child == 0) {
    try {
      *result = function();
    } catch (const std::exception& failure) {
      std::fprintf(stderr, "child: %s\n", failure.what());
      _exit(1);
    }
    _exit(0);
  }
  int status = 0;
  const bool ended = child > 0 && waitpid(child, &status, 0) == child && status == 0;
  const Result copy = *result;
  munmap(memory, sizeof(Result));
  if (!ended) throw std::runtime_error("a child process failed");
  return copy;
}

}  // namespace remora::bench
