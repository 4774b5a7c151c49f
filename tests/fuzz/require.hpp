// A condition that must hold whatever the input: where it does not, the process ends, which is a fuzzer's
// finding.
#pragma once

#include <cstdio>
#include <cstdlib>

#define REMORA_REQUIRE(condition)                                                         \
  do {                                                                                    \
    if (!(condition)) {                                                                   \
      std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                       \
    }                                                                                     \
  } while (false)
