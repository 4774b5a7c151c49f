// Opening that fails half-way, because the system refuses something for a while, leaves the state as it was.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <filesystem>
#include <optional>

#include "support/child_process.hpp"
#include "support/failing_system_call.hpp"
#include "support/status.hpp"
#include "support/test_state.hpp"

namespace remora::store {
namespace {

using base::Code;
using base::Problem;
using test::ArgumentIs;
using test::TempDir;

constexpr const char* kGeneration = "generation-00000001.rmap";

Code open(const TempDir& folder, std::unique_ptr<State>* state, Problem& problem) {
  OpenRules rules;
  rules.capacities = test::small_capacities();
  return State::open(folder.path(), rules, state, problem);
}

class FailedOpen : public testing::Test {
 protected:
  void SetUp() override {
    std::unique_ptr<State> state;
    Problem problem;
    ASSERT_TRUE(test::is_ok(open(folder_, &state, problem), problem));
    state->history().control->line.reserved[0].store(77);  // anything that is of this state alone
  }

  // What opening answers when that system call fails; an exit code of 0 when it is `expected`.
  int opened_with(long number, int os_errno, std::optional<ArgumentIs> only, Code expected) {
    return test::in_child([&] {
      test::make_fail(number, os_errno, only);
      std::unique_ptr<State> state;
      Problem problem;
      const Code code = open(folder_, &state, problem);
      return code == expected && problem.text()[0] != '\0' && state == nullptr ? 0 : 1;
    });
  }

  // The same state, with the same generation.
  void expect_as_before() {
    std::unique_ptr<State> state;
    Problem problem;
    ASSERT_TRUE(test::is_ok(open(folder_, &state, problem), problem));
    EXPECT_FALSE(state->created());
    EXPECT_EQ(state->history().control->line.reserved[0].load(), 77U);
    EXPECT_EQ(state->history().control->line.generation.load(), 1U);
  }

  TempDir folder_;
};

TEST_F(FailedOpen, OnAFullDiskIsAnError) {
  std::filesystem::remove(folder_.file(kGeneration));
  EXPECT_EQ(opened_with(SYS_fallocate, ENOSPC, std::nullopt, Code::kNoSpace), 0);
}

// The folder is looked through for an older generation only where the one in force is lost.
TEST_F(FailedOpen, InAFolderThatCannotBeListedPassesNoGenerationOver) {
  std::filesystem::rename(folder_.file(kGeneration), folder_.file("generation-00000002.rmap"));
  {
    std::unique_ptr<State> state;
    Problem problem;
    ASSERT_TRUE(test::is_ok(open(folder_, &state, problem), problem));
    ASSERT_EQ(state->history().control->line.generation.load(), 3U);
  }
  std::filesystem::remove(folder_.file("generation-00000003.rmap"));
  EXPECT_EQ(opened_with(SYS_getdents64, EIO, std::nullopt, Code::kIo), 0);
  EXPECT_FALSE(folder_.has("generation-00000004.rmap"));
}

TEST_F(FailedOpen, MakesNoNewStateWhereOneMayBe) {
  EXPECT_EQ(opened_with(SYS_newfstatat, EIO, ArgumentIs{3, AT_SYMLINK_NOFOLLOW}, Code::kIo), 0);
  expect_as_before();
}

TEST_F(FailedOpen, PassesNoGenerationOverThatItCouldNotMap) {
  const auto size = static_cast<uint32_t>(std::filesystem::file_size(folder_.file(kGeneration)));
  EXPECT_EQ(opened_with(SYS_mmap, ENOMEM, ArgumentIs{1, size}, Code::kMemory), 0);
  EXPECT_FALSE(folder_.has("generation-00000002.rmap"));
  expect_as_before();
}

class FailedMemoryBackedOpen : public testing::TestWithParam<std::pair<long, int>> {};

// The mark that tells every process where the live files are: without it there is no state.
TEST_P(FailedMemoryBackedOpen, LeavesNoMark) {
  if (access("/dev/shm", W_OK) != 0) {
    GTEST_SKIP() << "no memory-backed file system";
  }
  const TempDir folder;
  OpenRules rules;
  rules.capacities = test::small_capacities();
  rules.memory_backed = true;
  EXPECT_EQ(test::in_child([&] {
              test::make_fail(GetParam().first, GetParam().second);
              std::unique_ptr<State> state;
              Problem problem;
              return ok(State::open(folder.path(), rules, &state, problem)) ? 1 : 0;
            }),
            0);
  EXPECT_FALSE(folder.has("live-in-memory"));
  std::unique_ptr<State> state;
  Problem problem;
  ASSERT_TRUE(test::is_ok(State::open(folder.path(), rules, &state, problem), problem));
  EXPECT_TRUE(state->created());
  const std::string live(state->live_directory().path());
  state.reset();
  std::filesystem::remove_all(live);
}

INSTANTIATE_TEST_SUITE_P(All, FailedMemoryBackedOpen,
                         testing::Values(std::pair<long, int>(SYS_getrandom, ENOSYS),
                                         std::pair<long, int>(SYS_pwrite64, ENOSPC),
                                         std::pair<long, int>(SYS_fsync, EIO),
                                         std::pair<long, int>(SYS_getdents64, EIO)));

// Pages that the kernel takes for written and that are not: until they count as changed again, no sync
// counts.
TEST(FailedSync, IsFollowedByNoneThatCountsUntilAllCanBeWrittenAgain) {
  constexpr uint32_t kPopulateWrite = 23;  // MADV_POPULATE_WRITE
  const TempDir folder;
  EXPECT_EQ(test::in_child([&] {
              std::unique_ptr<State> state;
              Problem problem;
              if (!ok(open(folder, &state, problem)) || !ok(state->sync(problem))) {
                return 1;
              }
              test::make_fail(SYS_madvise, ENOMEM, ArgumentIs{2, kPopulateWrite});
              if (!ok(state->sync(problem))) {
                return 2;  // nothing has failed yet
              }
              state->distrust_sync();
              return state->sync(problem) == Code::kMemory ? 0 : 3;
            }),
            0);
}

}  // namespace
}  // namespace remora::store
