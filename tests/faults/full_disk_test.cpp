// A disk that is really full, from the first file of a new state to the last event of an old one: no signal,
// an error that says so, and nothing lost.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <vector>

#include "abi/plugin.hpp"
#include "faults/session.hpp"
#include "support/child_process.hpp"
#include "support/ext4_file_system.hpp"
#include "support/small_file_system.hpp"

namespace remora::test {
namespace {

constexpr uint64_t kKibibyte = 1'024;
constexpr int64_t kMinute = 60'000'000'000;

uint64_t free_bytes(const std::string& folder) { return std::filesystem::space(folder).available; }

// Takes all space but `spare` bytes; as much of it as the file system gives.
void fill_up(const std::string& folder, uint64_t spare) {
  std::ofstream file(folder + "/filler", std::ios::binary | std::ios::app);
  const std::vector<char> block(kKibibyte);
  while (file && free_bytes(folder) > spare) {
    file.write(block.data(), static_cast<std::streamsize>(block.size()));
    file.flush();
  }
}

// One host on such a disk. With `spare` bytes left a new state may be made or not; then not a byte is left.
void use_full_disk(const std::string& disk, uint64_t spare, Board& board) {
  watch_plugin(reinterpret_cast<const void*>(abi_test::plugin().route));
  Session session(abi_test::plugin(), board, {disk + "/state", REMORA_OPEN_NO_AUTO_TICK});
  session.write_config("");
  fill_up(disk, spare);
  if (!session.open()) {
    if (session.last_code() != REMORA_E_NO_SPACE) {
      session.complain("for want of space: " + session.last_error());
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(disk)) {
      if (entry.path().extension() == ".tmp") {
        session.complain("left behind: " + entry.path().string());
      }
    }
    std::filesystem::remove(disk + "/filler");
  }
  session.define();
  session.decide(20);
  fill_up(disk, 0);
  const uint64_t errors = board.errors;
  session.decide(200);  // every page of the ledger that will be needed is there
  if (board.errors != errors) {
    session.complain("deciding needs space: " + session.last_error());
  }
  for (int i = 0; i < 3; ++i) {
    session.tick(61 * kMinute);
    session.snapshot();
    session.restore_newest();
    session.block_and_unblock(12);
    if (session.last_code() != REMORA_OK && session.last_code() != REMORA_E_NO_SPACE) {
      session.complain("on a full disk: " + session.last_error());
    }
  }
  session.expect_nothing_lost(false);
  session.close();
  session.expect_nothing_lost(false);  // opens on a full disk, too
  std::filesystem::remove(disk + "/filler");
  session.expect_full_service();
  session.expect_nothing_lost(false);
  session.close();
}

std::string outcome_of(int ended, const Board& board) {
  if (board.complaints != 0) {
    return board.complaint;
  }
  return ended == 0 ? "" : "the host ended with " + std::to_string(ended);
}

TEST(FullDiskOfMemory, CostsNothingThatWasThere) {
  if (!SmallFileSystem::is_possible()) {
    GTEST_SKIP() << "mounting a small file system needs root";
  }
  Board& board = *new_shared<Board>();
  for (uint64_t spare = 0; spare < 600 * kKibibyte; spare += 30 * kKibibyte) {
    ::new (&board) Board{};
    const int ended = in_child([&] {
      const SmallFileSystem disk(1'024 * kKibibyte);
      use_full_disk(disk.path(), spare, board);
      return 0;
    });
    EXPECT_EQ(outcome_of(ended, board), "") << "with " << spare << " bytes left for a new state";
  }
}

TEST(FullDiskOfExt4, CostsNothingThatWasThere) {
  if (const std::string missing = Ext4FileSystem::missing(); !missing.empty()) {
    GTEST_SKIP() << missing;
  }
  Board& board = *new_shared<Board>();
  for (const uint64_t spare : {uint64_t{0}, 200 * kKibibyte, 405 * kKibibyte, 600 * kKibibyte}) {
    ::new (&board) Board{};
    const int ended = in_child([&] {
      const Ext4FileSystem disk(8'192 * kKibibyte);
      use_full_disk(disk.path(), spare, board);
      return 0;
    });
    EXPECT_EQ(outcome_of(ended, board), "") << "with " << spare << " bytes left for a new state";
  }
}

}  // namespace
}  // namespace remora::test
