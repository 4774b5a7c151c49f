// What a process keeps beside the mapping for its threads: spread over stripes, so that no two busy threads
// share a cache line. Threads may share a stripe: every field is updated by one atomic instruction.
#pragma once

#include <atomic>
#include <cstdint>

namespace remora::store {

inline constexpr uint64_t kNoBlock = 0xFFF;  // a used-up cursor: the next claim takes a block

struct alignas(128) Stripe {
  std::atomic<uint64_t> inside{0};         // calls that may hold a generation or the mapping now
  std::atomic<uint64_t> cursor{kNoBlock};  // ledger block << 16 | slots of it used
};

inline constexpr uint32_t kStripes = 64;

}  // namespace remora::store
