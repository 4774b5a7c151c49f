// A full or failing disk costs the snapshot that was asked for, and nothing that was there.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "snapshot/active_file.hpp"
#include "snapshot/learned_state.hpp"
#include "snapshot/restore.hpp"
#include "snapshot/retention.hpp"
#include "snapshot/seal.hpp"
#include "support/child_process.hpp"
#include "support/failing_system_call.hpp"
#include "support/small_file_system.hpp"

namespace remora::test {
namespace {

using base::Code;
using base::Problem;

struct Disk {
  explicit Disk(const std::string& path, const store::SnapshotTrust& trust = {})
      : state(open_state(path, capacities(), trust)) {
    const uint32_t agent = add_agent(*state, "alpha", {"a"});
    const store::State::Inside inside(*state, 0);
    for (uint32_t task = 0; task < 150; ++task) {
      name(*state, store::Kind::kTaskType, "task-" + std::to_string(task));
      learn(*state, inside.generation(), {agent, task, 0, 0}, 0, {1.0F, 1, 1});
    }
  }

  static store::Capacities capacities() {
    store::Capacities capacities = small_capacities();
    capacities.states = 1'024;
    return capacities;
  }

  Code take(Problem& problem) {
    const store::State::Inside inside(*state, 0);
    return snapshot::write_snapshot(*state, inside.generation(), snapshot::Kind::kManual, kSomeTime, nullptr,
                                    problem);
  }

  Code restore(Problem& problem) {
    return snapshot::restore(*state, "snapshots/000000000001-manual.rsnap", kSomeTime, nullptr, problem);
  }

  size_t snapshots() {
    base::Vector<snapshot::Info> infos;
    Problem problem;
    EXPECT_TRUE(is_ok(snapshot::list_snapshots(*state, &infos, problem), problem));
    return infos.size();
  }

  std::unique_ptr<store::State> state;
};

// Takes all space that is left but `spare` bytes.
void fill_up(const TempDir& folder, uint64_t spare) {
  const auto free = std::filesystem::space(folder.path()).available;
  std::ofstream(folder.file("filler"), std::ios::binary) << std::string(free > spare ? free - spare : 0, 'x');
}

class FullDisk : public testing::TestWithParam<uint64_t> {};

TEST_P(FullDisk, LosesNothingThatWasThere) {
  if (!SmallFileSystem::is_possible()) {
    GTEST_SKIP() << "mounting a small file system needs root";
  }
  const SmallFileSystem disk(8 << 20);
  Disk learned(disk.path());
  Problem problem;
  ASSERT_TRUE(is_ok(learned.take(problem), problem));
  const Values before = values_of(*learned.state);
  const uint64_t generation = learned.state->history().control->line.generation.load();
  fill_up(disk.folder(), GetParam());
  const std::string first = disk.folder().read("snapshots/000000000001-manual.rsnap");
  EXPECT_EQ(learned.restore(problem), Code::kNoSpace) << problem.text();
  EXPECT_EQ(learned.state->history().control->line.generation.load(), generation);
  EXPECT_EQ(values_of(*learned.state), before);
  EXPECT_EQ(disk.folder().read("snapshots/000000000001-manual.rsnap"), first);
  EXPECT_TRUE(
      is_ok(snapshot::verify_file(*learned.state, "snapshots/000000000001-manual.rsnap", nullptr, problem),
            problem));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(disk.path())) {
    EXPECT_NE(entry.path().extension(), ".tmp") << entry.path();
  }
  std::filesystem::remove(disk.folder().file("filler"));
  EXPECT_TRUE(is_ok(learned.restore(problem), problem));
  EXPECT_EQ(values_of(*learned.state), before);
}

// From no room at all to room for the snapshot of what is replaced but not for the new generation.
INSTANTIATE_TEST_SUITE_P(Room, FullDisk, testing::Values(0, 4'096, 12'288, 32'768, 65'536));

TEST(FullDiskSnapshot, IsRefusedAndLeavesTheOthers) {
  if (!SmallFileSystem::is_possible()) {
    GTEST_SKIP() << "mounting a small file system needs root";
  }
  const SmallFileSystem disk(8 << 20);
  Disk learned(disk.path());
  Problem problem;
  ASSERT_TRUE(is_ok(learned.take(problem), problem));
  fill_up(disk.folder(), 4'096);
  EXPECT_EQ(learned.take(problem), Code::kNoSpace) << problem.text();
  EXPECT_EQ(learned.snapshots(), 1u);
  std::filesystem::remove(disk.folder().file("filler"));
  EXPECT_TRUE(is_ok(learned.take(problem), problem));
  EXPECT_EQ(learned.snapshots(), 2u);
}

TEST(FullDiskSnapshot, NeedsNoMoreRoomThanItTakes) {
  if (!SmallFileSystem::is_possible()) {
    GTEST_SKIP() << "mounting a small file system needs root";
  }
  const SmallFileSystem disk(8 << 20);
  Disk learned(disk.path());
  Problem problem;
  ASSERT_TRUE(is_ok(learned.take(problem), problem));
  const auto size = std::filesystem::file_size(disk.folder().file("snapshots/000000000001-manual.rsnap"));
  fill_up(disk.folder(), 2 * size);
  EXPECT_TRUE(is_ok(learned.take(problem), problem));
}

// Runs body(disk, problem) in a child, with one snapshot taken; 1 when it could not be.
template <typename Body>
int after_a_snapshot(const TempDir& folder, const Body& body) {
  return in_child([&] {
    Disk learned(folder.path());
    Problem problem;
    return base::ok(learned.take(problem)) ? body(learned, problem) : 1;
  });
}

TEST(FailingDisk, ASnapshotThatCannotBeSyncedIsNone) {
  const TempDir folder;
  EXPECT_EQ(after_a_snapshot(folder,
                             [&](Disk& learned, Problem& problem) {
                               make_fail(SYS_fsync, EIO);
                               if (learned.take(problem) != Code::kIo) {
                                 return 2;
                               }
                               return learned.snapshots() == 1 ? 0 : 3;
                             }),
            0);
}

TEST(FailingDisk, ASignedSnapshotWithoutItsSealIsNone) {
  const TempDir folder;
  EXPECT_EQ(in_child([&] {
              store::SnapshotTrust trust;
              trust.keys.front().secret.fill(7);
              trust.keys.front().id = snapshot::key_id_of(trust.keys.front().secret);
              Disk learned(folder.path(), trust);
              Problem problem;
              make_fail(SYS_pwrite64, ENOSPC, ArgumentIs{2, snapshot::kSealBytes});
              if (learned.take(problem) != Code::kNoSpace) {
                return 1;
              }
              return learned.snapshots() == 0 ? 0 : 2;
            }),
            0);
}

// A snapshot put in place to go back to; what the disk does not let happen, happens when it does.
class ActiveFileOnAFailingDisk : public testing::Test {
 protected:
  // Polls in a process where that system call fails; an exit code of 0 when it is told and nothing changes.
  int polled(long call, std::optional<ArgumentIs> only) {
    return in_child([&] {
      Disk learned(folder_.path());
      Problem problem;
      if (!base::ok(learned.take(problem))) {
        return 1;
      }
      std::filesystem::copy_file(folder_.file("snapshots/000000000001-manual.rsnap"),
                                 folder_.file("active.rsnap"));
      make_fail(call, EIO, only);
      bool restored = true;
      if (snapshot::poll_active_file(*learned.state, kEver, &restored, problem) != Code::kIo || restored) {
        return 2;
      }
      return learned.state->history().control->line.generation.load() == 1 ? 0 : 3;
    });
  }

  static constexpr int64_t kEver = INT64_MAX / 2;  // long after the file was written
  TempDir folder_;
};

TEST_F(ActiveFileOnAFailingDisk, IsTakenWhenItCanBeLookedAtAgain) {
  ASSERT_EQ(polled(SYS_newfstatat, ArgumentIs{3, AT_SYMLINK_NOFOLLOW}), 0);
  const auto state = open_state(folder_.path(), Disk::capacities());
  bool restored = false;
  Problem problem;
  EXPECT_TRUE(is_ok(snapshot::poll_active_file(*state, kEver, &restored, problem), problem));
  EXPECT_TRUE(restored);
}

TEST_F(ActiveFileOnAFailingDisk, IsRefusedWhenTheSwitchToItCannotBeKept) {
  ASSERT_EQ(polled(SYS_msync, std::nullopt), 0);
  const auto state = open_state(folder_.path(), Disk::capacities());
  EXPECT_EQ(newest_event(state->history(), store::EventKind::kSnapshotRefused).reason,
            static_cast<int32_t>(Code::kIo));
  EXPECT_EQ(state->history().control->active_identity.load() & 0xFFFFFF, 0U)
      << "no generation was made of it";
}

TEST(FailingDisk, WhatCannotBeRemovedStaysListed) {
  const TempDir folder;
  EXPECT_EQ(in_child([&] {
              Disk learned(folder.path());
              Problem problem;
              if (!base::ok(learned.take(problem)) || !base::ok(learned.take(problem))) {
                return 1;
              }
              snapshot::Settings settings;
              settings.keep_manual = 1;
              uint32_t removed = 7;
              make_fail(SYS_unlinkat, EIO);
              if (snapshot::apply_retention(*learned.state, settings, &removed, problem) != Code::kIo) {
                return 2;
              }
              return removed == 0 && learned.snapshots() == 2 ? 0 : 3;
            }),
            0);
}

TEST(FailingDisk, AFolderThatCannotBeListedIsAnErrorOfEveryCallThatNeedsIt) {
  const TempDir folder;
  EXPECT_EQ(after_a_snapshot(folder,
                             [&](Disk& learned, Problem& problem) {
                               make_fail(SYS_getdents64, EIO);
                               base::Vector<snapshot::Info> infos;
                               snapshot::SnapshotPath path;
                               const snapshot::RestoreRules keep_nothing{.keep_replaced = false};
                               const Code codes[] = {
                                   learned.take(problem),
                                   learned.restore(problem),
                                   snapshot::list_snapshots(*learned.state, &infos, problem),
                                   snapshot::path_of(*learned.state, 1, &path, problem),
                                   snapshot::apply_retention(*learned.state, {}, nullptr, problem),
                                   snapshot::restore(*learned.state, "snapshots/000000000001-manual.rsnap",
                                                     kSomeTime, keep_nothing, nullptr, problem)};
                               return std::all_of(std::begin(codes), std::end(codes),
                                                  [](Code code) { return code == Code::kIo; })
                                          ? 0
                                          : 2;
                             }),
            0);
  EXPECT_FALSE(folder.has("generation-00000002.rmap"));
}

TEST(FailingDisk, AGenerationThatCannotBeSyncedNeverComesInForce) {
  const TempDir folder;
  EXPECT_EQ(after_a_snapshot(folder,
                             [&](Disk& learned, Problem& problem) {
                               const Values before = values_of(*learned.state);
                               make_fail(SYS_msync, EIO);
                               if (learned.restore(problem) != Code::kIo) {
                                 return 2;
                               }
                               if (learned.state->history().control->line.generation.load() != 1) {
                                 return 3;
                               }
                               return values_of(*learned.state) == before ? 0 : 4;
                             }),
            0);
  EXPECT_FALSE(folder.has("generation-00000002.rmap"));
}

}  // namespace
}  // namespace remora::test
