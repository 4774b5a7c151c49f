#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "base/heap.hpp"

namespace remora::base {
namespace {

TEST(HeapThreadsTest, CountsStayExactWhenOneThreadFreesWhatAnotherTook) {
  constexpr int kThreads = 4;
  constexpr size_t kBlocks = 2'000;
  const uint64_t bytes = heap_bytes_in_use();
  std::vector<std::atomic<void*>> blocks(kThreads * kBlocks);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (size_t i = 0; i < kBlocks; ++i) {
        blocks[t * kBlocks + i].store(allocate(16 + t), std::memory_order_release);
      }
      const size_t next = (t + 1) % kThreads;
      for (size_t i = 0; i < kBlocks; ++i) {
        void* memory = nullptr;
        while ((memory = blocks[next * kBlocks + i].load(std::memory_order_acquire)) == nullptr) {
          std::this_thread::yield();
        }
        deallocate(memory, 16 + next);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(heap_bytes_in_use(), bytes);
}

TEST(HeapThreadsTest, MemoryOutlivesTheThreadThatTookIt) {
  void* memory = nullptr;
  std::thread([&] { memory = allocate(100); }).join();
  ASSERT_NE(memory, nullptr);
  static_cast<char*>(memory)[99] = 1;
  deallocate(memory, 100);
}

}  // namespace
}  // namespace remora::base
