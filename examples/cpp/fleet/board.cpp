#include "board.hpp"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctime>
#include <new>

namespace fleet {

int64_t monotonic_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

int64_t Board::now_ns() const {
  const auto passed = static_cast<double>(monotonic_ns() - wall_start_ns);
  return start_ns + static_cast<int64_t>(passed * speed);
}

double Board::hours() const { return static_cast<double>(now_ns() - start_ns) / 3.6e12; }

Breakage Board::breakage() const {
  return {broken_agent.load(std::memory_order_relaxed), broken_variant.load(std::memory_order_relaxed)};
}

Board* make_board(int* descriptor) {
  *descriptor = memfd_create("remora-fleet", 0);
  if (*descriptor < 0 || ftruncate(*descriptor, sizeof(Board)) != 0) {
    return nullptr;
  }
  void* memory = mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED, *descriptor, 0);
  if (memory == MAP_FAILED) {
    return nullptr;
  }
  Board* board = new (memory) Board{};
  board->broken_agent = kAgents;
  return board;
}

Board* join_board(int descriptor) {
  struct stat about {};
  if (fstat(descriptor, &about) != 0 || about.st_size != static_cast<off_t>(sizeof(Board))) {
    return nullptr;
  }
  void* memory = mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  return memory == MAP_FAILED ? nullptr : std::launder(static_cast<Board*>(memory));
}

}  // namespace fleet
