// Threads of one process and locks that the kernel gives to whole processes.
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/file_lock.hpp"
#include "support/status.hpp"
#include "support/temp_dir.hpp"

namespace remora::base {
namespace {

using test::is_ok;
using test::TempDir;

class FileLockThreadsTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(is_ok(Directory::open(temp_.path(), {}, &directory_, problem_), problem_));
    ASSERT_TRUE(is_ok(file_.open(directory_, "lock", problem_), problem_));
  }

  TempDir temp_;
  Directory directory_;
  LockFile file_;
  Problem problem_;
};

TEST_F(FileLockThreadsTest, ASecondThreadIsExcluded) {
  ByteLock lock;
  ASSERT_TRUE(is_ok(lock.try_lock(file_, 0, problem_), problem_));
  std::thread([&] {
    Problem problem;
    ByteLock second;
    EXPECT_TRUE(is_ok(second.try_lock(file_, 0, problem), problem));
    EXPECT_FALSE(second.held());
    EXPECT_EQ(second.lock_for(file_, 0, kNanosPerMillisecond, problem), Code::kBusy);
    EXPECT_TRUE(is_ok(second.try_lock(file_, 1, problem), problem));
    EXPECT_TRUE(second.held());
  }).join();
}

TEST_F(FileLockThreadsTest, AWaitingThreadGetsTheLockWhenItIsFree) {
  ByteLock lock;
  ASSERT_TRUE(is_ok(lock.try_lock(file_, 0, problem_), problem_));
  std::thread waiter([&] {
    Problem problem;
    ByteLock second;
    EXPECT_TRUE(is_ok(second.lock_for(file_, 0, 100 * kNanosPerSecond, problem), problem));
  });
  sleep_ns(2 * kNanosPerMillisecond);
  lock.unlock();
  waiter.join();
}

TEST_F(FileLockThreadsTest, WhatTheLockGuardsIsNeverTouchedByTwo) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 500;
  int guarded = 0;  // plain on purpose: only the lock orders the accesses
  LockFile elsewhere;
  ASSERT_TRUE(is_ok(elsewhere.open(directory_, "lock", problem_), problem_));
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < kRounds; ++round) {
        Problem problem;
        ByteLock lock;
        ASSERT_TRUE(is_ok(lock.lock_for(file_, 1, 100 * kNanosPerSecond, problem), problem));
        ++guarded;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(guarded, kThreads * kRounds);
  EXPECT_FALSE(elsewhere.is_held_by_other(1)) << "the kernel's lock was not given back";
}

TEST_F(FileLockThreadsTest, BytesOfOneWordDoNotDisturbEachOther) {
  std::vector<std::thread> threads;
  for (uint64_t byte = 64; byte < 68; ++byte) {
    threads.emplace_back([&, byte] {
      for (int round = 0; round < 500; ++round) {
        Problem problem;
        ByteLock lock;
        ASSERT_TRUE(is_ok(lock.try_lock(file_, byte, problem), problem));
        ASSERT_TRUE(lock.held());
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

}  // namespace
}  // namespace remora::base
