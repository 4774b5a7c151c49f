// Opening a state while somebody holds its structure lock and does not go on, stopped amid a registration,
// say.
#include <gtest/gtest.h>

#include <memory>

#include "store/state.hpp"
#include "support/status.hpp"
#include "support/test_state.hpp"

namespace remora::store {
namespace {

using base::Code;
using base::Problem;

class Joining : public testing::Test {
 protected:
  void SetUp() override {
    rules_.capacities = test::small_capacities();
    ASSERT_TRUE(test::is_ok(State::open(folder_.path(), rules_, &first_, problem_), problem_));
    ASSERT_TRUE(test::is_ok(base::Directory::open(folder_.path(), {}, &directory_, problem_), problem_));
    ASSERT_TRUE(test::is_ok(locks_.open(directory_, kLockFile, problem_), problem_));
  }
  void hold() {
    bool granted = false;
    ASSERT_TRUE(test::is_ok(locks_.try_lock(kStructureLock, &granted, problem_), problem_));
    ASSERT_TRUE(granted);
  }
  Code join() { return State::open(folder_.path(), rules_, &second_, problem_); }

  test::TempDir folder_;
  OpenRules rules_;
  Problem problem_;
  std::unique_ptr<State> first_, second_;
  base::Directory directory_;
  base::LockFile locks_;
};

TEST_F(Joining, AStateInUseOpensWithoutTheLock) {
  hold();
  ASSERT_TRUE(test::is_ok(join(), problem_));
  EXPECT_FALSE(second_->first_opener());
  EXPECT_NE(second_->process_slot(), first_->process_slot());
  EXPECT_EQ(second_->generation_in_force().number(), first_->generation_in_force().number());
}

TEST_F(Joining, WhoeverJoinedIsNotTakenForDead) {
  hold();
  ASSERT_TRUE(test::is_ok(join(), problem_));
  EXPECT_TRUE(first_->owner_alive(second_->process_slot()));
  EXPECT_EQ(first_->process_count(), 2U);
}

TEST_F(Joining, AStateIsCleanWhenTheLastHasClosedItAndNotBefore) {
  hold();
  ASSERT_TRUE(test::is_ok(join(), problem_));
  const Word& clean = second_->history().control->clean;
  first_.reset();
  EXPECT_EQ(clean.load(), 0U);
  second_.reset();
  locks_.unlock(kStructureLock);
  rules_.read_only = true;
  ASSERT_TRUE(test::is_ok(join(), problem_));
  EXPECT_EQ(second_->history().control->clean.load(), 1U);
}

TEST_F(Joining, NoSecondStateIsMadeWhereTheFilesAreGone) {
  ASSERT_TRUE(test::is_ok(directory_.remove(kHistoryFile, problem_), problem_));
  hold();
  EXPECT_EQ(join(), Code::kBusy) << problem_.text();
  EXPECT_FALSE(folder_.has(kHistoryFile));
}

TEST_F(Joining, ValuesThatAreGoneAreNotReplacedByEmptyOnes) {
  ASSERT_TRUE(test::is_ok(directory_.remove(generation_file(1), problem_), problem_));
  hold();
  EXPECT_EQ(join(), Code::kBusy) << problem_.text();
  EXPECT_FALSE(folder_.has(generation_file(2).text));
  locks_.unlock(kStructureLock);
  EXPECT_TRUE(test::is_ok(join(), problem_)) << "with the lock they are";
}

TEST_F(Joining, ReadingNeedsNoLock) {
  hold();
  rules_.read_only = true;
  EXPECT_TRUE(test::is_ok(join(), problem_));
}

}  // namespace
}  // namespace remora::store
