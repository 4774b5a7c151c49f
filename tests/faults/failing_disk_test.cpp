// A disk that fails to write, and then writes again. Linux tells of such a failure once, takes the pages for
// written that are not, and has every later sync succeed without them.
#include <gtest/gtest.h>
#include <unistd.h>

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

constexpr uint64_t kMebibyte = uint64_t{1} << 20;
constexpr int64_t kSecond = 1'000'000'000;

// A disk of 32 MiB with 8 MiB of memory behind it: a block that was never written, or that holds zeros, takes
// up nothing, as on a thin volume, and cannot be written while another has taken the rest.
class ThinDisk {
 public:
  ThinDisk() : memory_(8 * kMebibyte), disk_(32 * kMebibyte, image()) {}

  const Ext4FileSystem& disk() const { return disk_; }
  std::string state() const { return disk_.path() + "/state"; }

  void begin_to_fail() const {
    sync();
    if (std::system(("fallocate --dig-holes " + image()).c_str()) != 0) {
      throw std::runtime_error("the disk's zeros do not become holes");
    }
    std::ofstream file(filler(), std::ios::binary);
    const std::vector<char> block(4'096);
    while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  void recover() const { std::filesystem::remove(filler()); }

 private:
  std::string image() const { return memory_.path() + "/image"; }
  std::string filler() const { return memory_.path() + "/filler"; }

  SmallFileSystem memory_;
  Ext4FileSystem disk_;
};

// Pages that are nothing but zeros on the disk, and are not in memory.
int pages_lost(const std::string& in_memory, const std::string& on_disk) {
  std::ifstream present(in_memory, std::ios::binary);
  std::ifstream found(on_disk, std::ios::binary);
  std::vector<char> page(4'096);
  const std::vector<char> zeros(page.size());
  int lost = 0;
  while (present.read(page.data(), static_cast<std::streamsize>(page.size()))) {
    const bool used = page != zeros;
    found.read(page.data(), static_cast<std::streamsize>(page.size()));
    lost += used && (!found || page == zeros) ? 1 : 0;
  }
  return lost;
}

// Who syncs first: a host that ticks, or the kernel in the background for a host that records.
enum class Syncs { kTick, kRecord };

void be_told_of_a_failure(Session& session, Syncs syncs) {
  if (syncs == Syncs::kTick) {
    session.tick(kSecond);
  }
  for (int i = 0; syncs == Syncs::kRecord && i < 500 && !session.was_told(REMORA_EVENT_SYNC_FAILED); ++i) {
    usleep(10'000);  // the kernel is at it
    session.decide(1);
  }
  if (!session.was_told(REMORA_EVENT_SYNC_FAILED)) {
    session.complain("the disk failed, and no event says so: " + session.last_error());
  }
}

void use_failing_disk(Syncs syncs, Board& board) {
  const ThinDisk thin;
  watch_plugin(reinterpret_cast<const void*>(abi_test::plugin().route));
  Session session(
      abi_test::plugin(), board,
      {thin.state(), syncs == Syncs::kTick ? static_cast<uint32_t>(REMORA_OPEN_NO_AUTO_TICK) : 0U});
  session.write_config("");
  session.define();
  thin.begin_to_fail();
  session.decide(100);
  be_told_of_a_failure(session, syncs);
  thin.recover();
  session.decide(10);
  session.tick(kSecond);  // may still tell of what was: the kernel tells every open file
  const uint64_t errors = board.errors;
  session.tick(kSecond);
  if (board.errors != errors) {
    session.complain("the disk is well again: " + session.last_error());
  }
  const Ext4FileSystem found(thin.disk());
  for (const char* file : {"history.rmap", "generation-00000001.rmap"}) {
    if (const int lost = pages_lost(thin.state() + "/" + file, found.path() + "/state/" + file); lost != 0) {
      session.complain(std::to_string(lost) + " pages of " + file + " never came to the disk");
    }
  }
  Session after(abi_test::plugin(), board, {found.path() + "/state", REMORA_OPEN_NO_AUTO_TICK});
  after.expect_nothing_lost(true);
  after.close();
  session.close();
}

class FailingDisk : public testing::TestWithParam<Syncs> {};

TEST_P(FailingDisk, WritesAllAgainBeforeASyncCounts) {
  if (const std::string missing = Ext4FileSystem::missing(); !missing.empty()) {
    GTEST_SKIP() << missing;
  }
  Board& board = *new_shared<Board>();
  const int ended = in_child([&] {
    use_failing_disk(GetParam(), board);
    return 0;
  });
  EXPECT_EQ(ended, 0);
  EXPECT_EQ(board.complaints, 0U) << board.complaint;
}

INSTANTIATE_TEST_SUITE_P(Syncs, FailingDisk, testing::Values(Syncs::kTick, Syncs::kRecord),
                         [](const auto& instance) {
                           return instance.param == Syncs::kTick ? "ByATick" : "InTheBackground";
                         });

}  // namespace
}  // namespace remora::test
