// Random streams of threads: each its own, well spread, repeatable by nobody.
#include "base/thread_context.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace remora::base {
namespace {

TEST(ThreadContextTest, IsOneForAThread) {
  ThreadContext& first = thread_context();
  EXPECT_EQ(&thread_context(), &first);
  const uint32_t number = first.number;
  next_random(first);
  EXPECT_EQ(thread_context().number, number);
}

TEST(ThreadContextTest, ThreadsHaveNumbersAndStreamsOfTheirOwn) {
  constexpr size_t kThreads = 16;
  constexpr size_t kNumbers = 64;
  std::mutex mutex;
  std::set<uint32_t> numbers;
  std::set<uint64_t> values;
  {
    std::vector<std::jthread> threads;
    for (size_t t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        ThreadContext& mine = thread_context();
        std::array<uint64_t, kNumbers> drawn{};
        for (uint64_t& value : drawn) {
          value = next_random(mine);
        }
        const std::lock_guard guard(mutex);
        numbers.insert(mine.number);
        values.insert(drawn.begin(), drawn.end());
      });
    }
  }
  EXPECT_EQ(numbers.size(), kThreads);
  EXPECT_EQ(values.size(), kThreads * kNumbers);
}

TEST(ThreadContextTest, AThreadDrawsAnewAfterItIsToldOfAFork) {
  ThreadContext& context = thread_context();
  const ThreadContext before = context;
  reseed_after_fork();
  ThreadContext& after = thread_context();
  EXPECT_EQ(&after, &context);
  EXPECT_EQ(after.number, before.number) << "a thread keeps its stripe";
  EXPECT_NE(after.random_state, before.random_state);
}

TEST(NextRandom, SetsEveryBitHalfTheTime) {
  constexpr int kDraws = 20'000;
  ThreadContext context{1, 0, 0};
  std::array<int, 64> ones{};
  for (int i = 0; i < kDraws; ++i) {
    const uint64_t value = next_random(context);
    for (size_t bit = 0; bit < 64; ++bit) {
      ones[bit] += static_cast<int>(value >> bit & 1);
    }
  }
  for (size_t bit = 0; bit < 64; ++bit) {
    EXPECT_NEAR(ones[bit], kDraws / 2, 500) << "bit " << bit;  // seven standard deviations, of a fixed seed
  }
}

TEST(NextRandom, IsSpreadEvenlyFromAnySeed) {
  for (const uint64_t seed : {uint64_t{1}, uint64_t{2}, uint64_t{1} << 63, ~uint64_t{0}}) {
    ThreadContext context{seed, 0, 0};
    std::array<int, 64> hits{};
    for (int i = 0; i < 64'000; ++i) {
      ++hits[next_random(context) >> 58];
    }
    for (const int hit : hits) {
      EXPECT_NEAR(hit, 1'000, 220) << "seed " << seed;
    }
  }
}

TEST(NextRandom, DoesNotRepeatItself) {
  ThreadContext context{1, 0, 0};
  std::set<uint64_t> seen;
  for (int i = 0; i < 100'000; ++i) {
    seen.insert(next_random(context));
  }
  EXPECT_EQ(seen.size(), 100'000U);
}

}  // namespace
}  // namespace remora::base
