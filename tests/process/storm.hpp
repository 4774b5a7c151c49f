// What the kill storm's workers tell their parent: counts in shared memory outside the state directory, which
// no worker's death can take away, and which a worker only ever adds to. The parent moves a dead worker's
// counts into memory of its own.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace remora::test {

inline constexpr uint32_t kStormWorkers = 8;
inline constexpr uint32_t kOwnTasks = 3;     // task types that one worker alone reports for
inline constexpr uint32_t kSharedTasks = 6;  // that all report for

inline std::string own_task(uint32_t worker, uint32_t i) {
  return "own-" + std::to_string(worker) + "-" + std::to_string(i);
}
inline std::string shared_task(uint32_t i) { return "shared-" + std::to_string(i); }

// What is timed, by the workers and by the oracle.
enum class StormCall : uint32_t { kOpen, kIntern, kRoute, kRecord, kRead, kCount };
inline constexpr uint32_t kStormCalls = static_cast<uint32_t>(StormCall::kCount);
inline constexpr const char* kStormCallNames[kStormCalls] = {"open", "intern", "route", "record", "read"};

// Calls of one kind.
struct CallTimes {
  std::atomic<uint64_t> slow;              // of more than 50 ms
  std::atomic<int64_t> longest_ns;         // by the clock
  std::atomic<int64_t> longest_cpu_ns;     // of the slow calls, the most that one computed
  std::atomic<int64_t> longest_waited_ns;  // and the most that one slept: neither computing nor queueing to
};

// Reports of one kind: begun, answered by REMORA_OK, and answered by REMORA_E_EXPIRED (the others went once
// round the ledger while this worker did not get to run).
struct StormCount {
  std::atomic<uint64_t> started;
  std::atomic<uint64_t> acked;
  std::atomic<uint64_t> expired;

  // Without an answer, or answered that it counts. At least that, while the worker goes on.
  uint64_t may_count() const {
    const uint64_t not_counted = expired;
    return started - not_counted;
  }
};

struct alignas(128) StormSlot {
  StormCount own, shared;
  std::atomic<uint64_t> decision;      // id of the report under way, 0 between two
  std::atomic<uint32_t> is_own;        // whether it is for an own task
  std::atomic<int32_t> last_error;     // a code that was not expected
  std::atomic<StormCall> call;         // under way, or the last one
  std::atomic<int64_t> call_began_ns;  // 0 between two calls
  std::atomic<int64_t> idle_ns;        // of this thread when the batch of calls began, 0 if not known
  CallTimes returned[kStormCalls];
};

struct StormBoard {
  std::atomic<uint32_t> stop;
  StormSlot slots[kStormWorkers];
};

// Maps the board's file, which lies outside the state directory.
inline StormBoard* map_board(const std::string& path, bool create) {
  const int fd = open(path.c_str(), O_RDWR | (create ? O_CREAT : 0), 0600);
  if (fd < 0 || (create && ftruncate(fd, sizeof(StormBoard)) != 0)) {
    throw std::runtime_error("cannot open " + path);
  }
  void* memory = mmap(nullptr, sizeof(StormBoard), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (memory == MAP_FAILED) {
    throw std::runtime_error("cannot map " + path);
  }
  return static_cast<StormBoard*>(memory);
}

}  // namespace remora::test
