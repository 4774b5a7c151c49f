// A host's pace instead of a loop: operations at a steady rate with idle time between them, so that caches
// have cooled.
#pragma once

#include <cstdint>

#include "benchmark/harness/samples.hpp"
#include "benchmark/harness/timer.hpp"

namespace remora::bench {

// Calls operation(i) at `rate` a second for `seconds`; operation times what it likes by itself.
template <class Operation>
void at_pace(double rate, double seconds, Operation operation) {
  const double start = now_seconds();
  std::uint64_t done = 0;
  for (double passed = 0; passed < seconds; passed = now_seconds() - start) {
    if (static_cast<double>(done) > passed * rate) continue;
    operation(done++);
  }
}

// Times one call alone.
template <class Call>
std::uint64_t timed(Call call) {
  const std::uint64_t begin = interval_begin();
  call();
  return interval_end() - begin;
}

}  // namespace remora::bench
