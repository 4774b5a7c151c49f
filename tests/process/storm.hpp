// What the kill storm's workers tell their parent, in memory that no worker's death can take away: the
// oracle.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace remora::test {

inline constexpr uint32_t kStormWorkers = 4;
inline constexpr uint32_t kStormTaskTypes = 40;

struct StormSlot {
  std::atomic<uint64_t> started;    // outcomes whose report was begun
  std::atomic<uint64_t> acked;      // outcomes whose report returned REMORA_OK
  std::atomic<uint64_t> refused;    // reports that returned anything else
  std::atomic<uint64_t> decision;   // id of the report under way, 0 between two
  std::atomic<int64_t> longest_ns;  // longest call
  std::atomic<int32_t> last_error;  // a code that was not expected
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
