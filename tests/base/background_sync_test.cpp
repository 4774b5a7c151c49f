#include "base/background_sync.hpp"

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "support/child_process.hpp"
#include "support/failing_system_call.hpp"
#include "support/status.hpp"
#include "support/temp_dir.hpp"

namespace remora::base {
namespace {

using test::in_child;
using test::is_ok;
using test::make_fail;

class BackgroundSyncTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(is_ok(Directory::open(folder_.path(), {}, &directory_, problem_), problem_));
    ASSERT_TRUE(is_ok(create_allocated(directory_, "f", 1 << 20, &file_, problem_), problem_));
  }
  // Waits for all that was begun; kBusy when that does not end.
  Code finish(BackgroundSync& sync) {
    for (int i = 0; i < 20'000; ++i) {
      const Code code = sync.collect(problem_);
      if (!ok(code) || sync.pending() == 0) {
        return code;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return Code::kBusy;
  }

  test::TempDir folder_;
  Directory directory_;
  File file_;
  Problem problem_;
};

TEST_F(BackgroundSyncTest, EndsWithoutAnybodyWaiting) {
  BackgroundSync sync;
  EXPECT_TRUE(is_ok(sync.collect(problem_), problem_)) << "nothing was begun";
  for (int round = 0; round < 3; ++round) {
    if (!sync.start(file_)) {
      GTEST_SKIP() << "the kernel does not sync in the background here";
    }
    EXPECT_EQ(sync.pending(), 1U);
    EXPECT_TRUE(is_ok(finish(sync), problem_));
  }
}

TEST_F(BackgroundSyncTest, TakesNoMoreThanItCanKeepApart) {
  BackgroundSync sync;
  if (!sync.start(file_)) {
    GTEST_SKIP() << "the kernel does not sync in the background here";
  }
  EXPECT_TRUE(sync.start(file_));
  EXPECT_FALSE(sync.start(file_)) << "two are begun and not collected";
  EXPECT_TRUE(is_ok(finish(sync), problem_));
  EXPECT_TRUE(sync.start(file_)) << "it was full, not refused";
}

TEST_F(BackgroundSyncTest, LeavesItToTheCallerWhereTheKernelHasNoSuchCall) {
  for (const long call : {SYS_io_setup, SYS_io_submit}) {
    EXPECT_EQ(in_child([&] {
                make_fail(call, ENOSYS);
                BackgroundSync sync;
                errno = 7;
                return !sync.start(file_) && sync.pending() == 0 && errno == 7 && !sync.start(file_) ? 0 : 1;
              }),
              0)
        << call;
  }
}

TEST_F(BackgroundSyncTest, StartsAnewInAForkedChild) {
  BackgroundSync sync;
  if (!sync.start(file_)) {
    GTEST_SKIP() << "the kernel does not sync in the background here";
  }
  EXPECT_EQ(in_child([&] {
              sync.after_fork();
              return sync.pending() == 0 && sync.start(file_) && ok(finish(sync)) ? 0 : 1;
            }),
            0);
  EXPECT_TRUE(is_ok(finish(sync), problem_));
}

}  // namespace
}  // namespace remora::base
