// This program's operator new, which can be made to fail.
#pragma once

#include <cstdint>

namespace remora::test {

// As long as one lives, what this thread allocates counts, and may fail.
class CountAllocations {
 public:
  CountAllocations();
  CountAllocations(const CountAllocations&) = delete;
  CountAllocations& operator=(const CountAllocations&) = delete;
  ~CountAllocations();
};

// The next `after` that count succeed; the one behind fails, or all that are behind.
void fail_operator_new(int64_t after, bool once);

uint64_t operator_new_calls();  // that counted

}  // namespace remora::test
