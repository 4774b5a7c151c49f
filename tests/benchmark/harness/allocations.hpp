// Counts every allocation of the process from the C library's heap, whoever makes it: a program that links
// allocations.cpp has its malloc family in front of the C library's.
#pragma once

#include <cstdint>

namespace remora::bench {

// Calls of malloc, calloc, realloc and the aligned forms so far, on all threads.
std::uint64_t allocations_so_far();

}  // namespace remora::bench
