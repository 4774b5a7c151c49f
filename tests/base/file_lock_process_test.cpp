// Locks and the life of processes: killed, forked, killed after a fork.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>

#include "base/clock.hpp"
#include "base/file_lock.hpp"
#include "support/child_process.hpp"
#include "support/failing_system_call.hpp"
#include "support/status.hpp"
#include "support/temp_dir.hpp"

namespace remora::base {
namespace {

using test::Child;
using test::in_child;
using test::is_ok;
using test::Signal;
using test::TempDir;

constexpr uint64_t kByte = 64;

class FileLockProcessTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(is_ok(Directory::open(temp_.path(), {}, &directory_, problem_), problem_));
    ASSERT_TRUE(is_ok(observer_.open(directory_, "lock", problem_), problem_));
  }

  // A process that takes the byte, forks a child of its own, tells the child's id and waits. The child opens
  // the lock file anew, or not, and waits too.
  pid_t holder_with_child(const Signal& ready, bool reopen) {
    LockFile file;
    Problem problem;
    bool granted = false;
    if (!ok(file.open(directory_, "lock", problem)) || !ok(file.try_lock(kByte, &granted, problem)) ||
        !granted) {
      ready.send(-1);
    }
    const pid_t grandchild = fork();
    if (grandchild == 0) {
      const bool reopened = !reopen || ok(file.reopen_after_fork(problem));
      ready.send(reopened && file.is_held_here(kByte) != reopen ? getpid() : -1);
    }
    test::wait_for_the_end();
  }

  TempDir temp_;
  Directory directory_;
  LockFile observer_;
  Problem problem_;
};

TEST_F(FileLockProcessTest, AKilledProcessLeavesNoLock) {
  Signal ready;
  Child holder([&] {
    LockFile file;
    Problem problem;
    bool granted = false;
    const bool opened = ok(file.open(directory_, "lock", problem));
    ready.send(opened && ok(file.try_lock(kByte, &granted, problem)) && granted);
    test::wait_for_the_end();
    return 0;
  });
  ASSERT_EQ(ready.receive(), 1);
  EXPECT_TRUE(observer_.is_held_by_other(kByte));
  EXPECT_EQ(observer_.lock_for(kByte, kNanosPerMillisecond, problem_), Code::kBusy);
  EXPECT_EQ(holder.kill(), -SIGKILL);
  EXPECT_FALSE(observer_.is_held_by_other(kByte));
  EXPECT_TRUE(is_ok(observer_.lock_for(kByte, 0, problem_), problem_));
}

TEST_F(FileLockProcessTest, AForkedChildThatReopensDoesNotKeepTheParentsLock) {
  Signal ready;
  Child holder([&] { return holder_with_child(ready, true); });
  const auto grandchild = static_cast<pid_t>(ready.receive());
  ASSERT_GT(grandchild, 0);
  EXPECT_TRUE(observer_.is_held_by_other(kByte)) << "reopening in the child must not drop the parent's lock";
  holder.kill();
  EXPECT_FALSE(observer_.is_held_by_other(kByte));
  kill(grandchild, SIGKILL);
}

TEST_F(FileLockProcessTest, AForkedChildThatDoesNotReopenKeepsTheParentsLock) {
  Signal ready;
  Child holder([&] { return holder_with_child(ready, false); });
  const auto grandchild = static_cast<pid_t>(ready.receive());
  ASSERT_GT(grandchild, 0);
  holder.kill();
  EXPECT_TRUE(observer_.is_held_by_other(kByte)) << "then there would be no need to reopen";
  kill(grandchild, SIGKILL);
}

TEST_F(FileLockProcessTest, AByteThatTheKernelSaysNothingOfCountsAsHeld) {
  EXPECT_EQ(in_child([&] {
              test::make_fail(SYS_fcntl, EIO, test::ArgumentIs{1, F_OFD_GETLK});
              return observer_.is_held_by_other(kByte) ? 0 : 1;
            }),
            0);
}

TEST_F(FileLockProcessTest, AReopenedLockFileCompetesWithTheParent) {
  bool granted = false;
  ASSERT_TRUE(is_ok(observer_.try_lock(1, &granted, problem_), problem_));
  ASSERT_TRUE(granted);
  EXPECT_EQ(in_child([&] {
              Problem problem;
              bool mine = true;
              return ok(observer_.reopen_after_fork(problem)) && ok(observer_.try_lock(1, &mine, problem)) &&
                             !mine
                         ? 0
                         : 1;
            }),
            0);
  EXPECT_TRUE(observer_.is_held_here(1));
}

TEST_F(FileLockProcessTest, ProcessesTakeTurns) {
  constexpr int kRounds = 200;
  temp_.write("counter", std::string(8, '\0'));
  File counter;
  ASSERT_TRUE(is_ok(File::open(directory_, "counter", FileAccess::kReadWrite, &counter, problem_), problem_));
  const auto count = [&] {
    LockFile file;
    Problem problem;
    bool good = ok(file.open(directory_, "lock", problem));
    for (int i = 0; i < kRounds && good; ++i) {
      ByteLock lock;
      uint64_t value = 0;
      good = ok(lock.lock_for(file, 0, 100 * kNanosPerSecond, problem)) &&
             ok(counter.read_at(0, std::as_writable_bytes(std::span(&value, 1)), problem));
      ++value;
      good = good && ok(counter.write_at(0, std::as_bytes(std::span(&value, 1)), problem));
    }
    return good ? 0 : 1;
  };
  Child first(count);
  Child second(count);
  EXPECT_EQ(first.wait(), 0);
  EXPECT_EQ(second.wait(), 0);
  uint64_t value = 0;
  ASSERT_TRUE(is_ok(counter.read_at(0, std::as_writable_bytes(std::span(&value, 1)), problem_), problem_));
  EXPECT_EQ(value, 2U * kRounds);
}

TEST_F(FileLockProcessTest, AKernelWithoutTheseLocksIsReported) {
  EXPECT_EQ(in_child([&] {
              test::make_fail(SYS_fcntl, EINVAL, test::ArgumentIs{1, F_OFD_GETLK});
              LockFile file;
              Problem problem;
              return file.open(directory_, "lock", problem) == Code::kUnsupported ? 0 : 1;
            }),
            0);
}

}  // namespace
}  // namespace remora::base
