#include "base/file_lock.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "support/status.hpp"
#include "support/temp_dir.hpp"

namespace remora::base {
namespace {

using test::is_ok;
using test::TempDir;

// A second LockFile is to the kernel what another process is: an opening of its own.
class FileLockTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(is_ok(Directory::open(temp_.path(), {}, &directory_, problem_), problem_));
    ASSERT_TRUE(is_ok(mine_.open(directory_, "lock", problem_), problem_));
    ASSERT_TRUE(is_ok(other_.open(directory_, "lock", problem_), problem_));
  }

  bool takes(LockFile& file, uint64_t byte) {
    bool granted = false;
    EXPECT_TRUE(is_ok(file.try_lock(byte, &granted, problem_), problem_));
    return granted;
  }

  TempDir temp_;
  Directory directory_;
  LockFile mine_;
  LockFile other_;
  Problem problem_;
};

TEST_F(FileLockTest, OneHolderAByte) {
  EXPECT_TRUE(takes(mine_, 0));
  EXPECT_FALSE(takes(other_, 0));
  EXPECT_TRUE(takes(other_, 1));
  EXPECT_FALSE(takes(mine_, 1));
  mine_.unlock(0);
  EXPECT_TRUE(takes(other_, 0));
}

TEST_F(FileLockTest, ALockIsNotGrantedTwiceToOneProcess) {
  EXPECT_TRUE(takes(mine_, 7));
  EXPECT_FALSE(takes(mine_, 7));
  mine_.unlock(7);
  EXPECT_TRUE(takes(mine_, 7));
}

TEST_F(FileLockTest, TellsWhoHoldsAByte) {
  EXPECT_FALSE(mine_.is_held_by_other(64));
  ASSERT_TRUE(takes(other_, 64));
  EXPECT_TRUE(mine_.is_held_by_other(64));
  EXPECT_FALSE(mine_.is_held_here(64));
  EXPECT_FALSE(other_.is_held_by_other(64)) << "one's own lock is not another's";
  EXPECT_TRUE(other_.is_held_here(64));
  EXPECT_FALSE(mine_.is_held_by_other(65));
}

TEST_F(FileLockTest, LosingARaceLeavesTheByteFreeForLater) {
  ASSERT_TRUE(takes(other_, 3));
  EXPECT_FALSE(takes(mine_, 3));
  EXPECT_FALSE(mine_.is_held_here(3));
  other_.unlock(3);
  EXPECT_TRUE(takes(mine_, 3));
}

TEST_F(FileLockTest, WaitingEndsWithBusy) {
  ASSERT_TRUE(takes(other_, 0));
  EXPECT_EQ(mine_.lock_for(0, 3'000'000, problem_), Code::kBusy);
  EXPECT_EQ(mine_.lock_for(0, 0, problem_), Code::kBusy);
  EXPECT_EQ(mine_.lock_for(0, -1, problem_), Code::kBusy);
  EXPECT_TRUE(is_ok(mine_.lock_for(1, 0, problem_), problem_)) << "a free byte needs no time";
}

TEST_F(FileLockTest, UnlockingWhatIsNotHeldTouchesNobody) {
  ASSERT_TRUE(takes(other_, 5));
  mine_.unlock(5);
  mine_.unlock(6);
  mine_.unlock(UINT64_MAX);
  EXPECT_FALSE(takes(mine_, 5));
}

TEST_F(FileLockTest, ClosingAnotherDescriptorKeepsTheLocks) {
  ASSERT_TRUE(takes(mine_, 0));
  {
    File third;
    ASSERT_TRUE(is_ok(File::open(directory_, "lock", FileAccess::kReadWrite, &third, problem_), problem_));
  }
  EXPECT_FALSE(takes(other_, 0));
}

TEST_F(FileLockTest, ClosingDropsAllLocks) {
  ASSERT_TRUE(takes(mine_, 0));
  ASSERT_TRUE(takes(mine_, 511));
  mine_.close();
  EXPECT_TRUE(takes(other_, 0));
  EXPECT_TRUE(takes(other_, 511));
  bool granted = true;
  EXPECT_EQ(mine_.try_lock(0, &granted, problem_), Code::kState);
  EXPECT_FALSE(granted);
}

TEST_F(FileLockTest, RefusesBytesThatDoNotExist) {
  bool granted = true;
  EXPECT_EQ(mine_.try_lock(LockFile::kBytes, &granted, problem_), Code::kInvalid);
  EXPECT_EQ(mine_.try_lock(UINT64_MAX, &granted, problem_), Code::kInvalid);
  EXPECT_FALSE(mine_.is_held_by_other(UINT64_MAX));
}

TEST_F(FileLockTest, NoticesThatTheFileWasReplacedOrRemoved) {
  EXPECT_TRUE(mine_.is_current());
  temp_.write("new", "");
  ASSERT_EQ(rename(temp_.file("new").c_str(), temp_.file("lock").c_str()), 0);
  EXPECT_FALSE(mine_.is_current());
  ASSERT_EQ(unlink(temp_.file("lock").c_str()), 0);
  EXPECT_FALSE(mine_.is_current());
}

TEST_F(FileLockTest, AReadOnlyFolderLetsLocksBeSeenButNotTaken) {
  Directory reader_folder;
  ASSERT_TRUE(is_ok(Directory::open(temp_.path(), {.read_only = true}, &reader_folder, problem_), problem_));
  LockFile reader;
  ASSERT_TRUE(is_ok(reader.open(reader_folder, "lock", problem_), problem_));
  ASSERT_TRUE(takes(mine_, 2));
  EXPECT_TRUE(reader.is_held_by_other(2));
  bool granted = true;
  EXPECT_EQ(reader.try_lock(3, &granted, problem_), Code::kPermission);
  EXPECT_FALSE(granted);
  EXPECT_EQ(reader.open(reader_folder, "missing", problem_), Code::kNotFound);
}

TEST_F(FileLockTest, AByteLockGivesBackAtTheEndOfItsScope) {
  {
    ByteLock lock;
    ASSERT_TRUE(is_ok(lock.try_lock(mine_, 9, problem_), problem_));
    EXPECT_TRUE(lock.held());
    ByteLock loser;
    ASSERT_TRUE(is_ok(loser.try_lock(other_, 9, problem_), problem_));
    EXPECT_FALSE(loser.held());
    EXPECT_EQ(loser.lock_for(other_, 9, 1'000'000, problem_), Code::kBusy);
    EXPECT_FALSE(loser.held());
    ByteLock moved = std::move(lock);
    EXPECT_FALSE(lock.held());  // NOLINT(bugprone-use-after-move): what is promised
    EXPECT_FALSE(takes(other_, 9));
  }
  EXPECT_TRUE(takes(other_, 9));
}

TEST_F(FileLockTest, AByteLockGivesTheOldByteBackFirst) {
  ByteLock lock;
  ASSERT_TRUE(is_ok(lock.lock_for(mine_, 1, 0, problem_), problem_));
  ASSERT_TRUE(is_ok(lock.lock_for(mine_, 2, 0, problem_), problem_));
  EXPECT_TRUE(takes(other_, 1));
  EXPECT_FALSE(takes(other_, 2));
}

}  // namespace
}  // namespace remora::base
