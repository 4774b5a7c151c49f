// Counts the system calls that a piece of a child process makes, by tracing the child from its parent.
#pragma once

#include <array>
#include <string>

namespace remora::bench {

struct SystemCalls {
  long total = 0;
  std::array<long, 512> by_number{};

  // "none", or number x count for each kind.
  std::string text() const;
};

// In a forked child: asks to be traced, and stops until the parent follows.
void await_tracer();

// In the traced child: what lies between is counted. A mark is itself a system call, one that fails and does
// nothing.
void counting_begins();
void counting_ends();

// In the parent: follows the child to its end and gives what it called between the marks. Throws where
// tracing is not allowed, or when the child failed.
SystemCalls follow(int child);

}  // namespace remora::bench
