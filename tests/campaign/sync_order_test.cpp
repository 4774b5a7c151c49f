// What must be on the disk before what: read from the system calls and stores of a process that makes a
// state, takes a snapshot, restores one. A file's content is synced before the file gets its name, a name
// before the call returns, and a generation before the pointer to it is switched.
#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <string>

#include "campaign/host.hpp"
#include "campaign/stepper.hpp"
#include "store/file_names.hpp"
#include "store/layout.hpp"
#include "support/child_process.hpp"
#include "support/temp_dir.hpp"

namespace remora::campaign {
namespace {

namespace fs = std::filesystem;

class SyncOrder : public testing::Test {
 protected:
  // Watches a process between its two marks.
  void watch(const std::function<void()>& call) {
    test::Child child([&] {
      be_stepped();
      call();
      return 0;
    });
    Stepper stepper(child.pid(), state_);
    stepper.watch_calls([&](const CallMade& made) {
      note(made, child.pid(), stepper);
      return made.result;
    });
    stepper.run(Pace::kChanges, [&] {
      if (!stepper.stored_to().empty()) {
        unsynced_.insert(stepper.stored_to());
      }
      look_at_the_pointer();
    });
    EXPECT_EQ(child.wait(), 0);
    EXPECT_TRUE(unsynced_names_.empty()) << "a name in " << *unsynced_names_.begin() << " may be lost";
    EXPECT_GT(renames_, 0U);
  }

  static void learn(Host& host) {
    host.define("agent", "one,two");
    host.need(host.record(host.route("agent", "testing").decision_id), "record");
  }

  static std::string path_of(pid_t child, uint64_t fd) {
    std::error_code none;
    return fs::read_symlink("/proc/" + std::to_string(child) + "/fd/" + std::to_string(fd), none).string();
  }

  void note(const CallMade& made, pid_t child, const Stepper& stepper) {
    if (made.result < 0) {
      return;
    }
    switch (made.number) {
      case SYS_write:
      case SYS_pwrite64:
      case SYS_fallocate:
      case SYS_ftruncate:
        unsynced_.insert(path_of(child, made.arguments[0]));
        break;
      case SYS_fsync:
      case SYS_fdatasync:
        unsynced_.erase(path_of(child, made.arguments[0]));
        unsynced_names_.erase(path_of(child, made.arguments[0]));
        break;
      case SYS_msync:
        unsynced_.erase(stepper.file_at(made.arguments[0]));
        break;
      case SYS_renameat:
      case SYS_renameat2: {
        const std::string folder = path_of(child, made.arguments[2]);
        const std::string from = path_of(child, made.arguments[0]) + "/" + stepper.text_at(made.arguments[1]);
        EXPECT_FALSE(unsynced_.contains(from)) << from << " gets its name before its content is on the disk";
        unsynced_names_.insert(folder);
        ++renames_;
        break;
      }
      default:
        break;
    }
  }

  // The generation in force.
  void look_at_the_pointer() {
    constexpr auto kPlace = store::kPage + offsetof(store::ControlLine, generation);
    uint64_t now = 0;
    std::ifstream history(state_ + "/" + store::kHistoryFile, std::ios::binary);
    history.seekg(kPlace).read(reinterpret_cast<char*>(&now), sizeof now);
    if (!history || now == pointer_) {
      return;
    }
    pointer_ = now;
    const std::string file = state_ + "/" + store::generation_file(now).text;
    EXPECT_TRUE(fs::exists(file));
    EXPECT_FALSE(unsynced_.contains(file)) << "the generation in force is not on the disk";
    EXPECT_FALSE(unsynced_names_.contains(state_)) << "the generation in force may lose its name";
    ++switches_;
  }

  test::TempDir folder_;
  std::string state_ = folder_.file("state");
  std::set<std::string> unsynced_;        // files with content that a power loss may take
  std::set<std::string> unsynced_names_;  // folders likewise
  uint64_t pointer_ = 0;
  uint64_t renames_ = 0, switches_ = 0;
};

TEST_F(SyncOrder, OfMakingAState) {
  watch([&] {
    mark();
    const Host host(state_);
    mark();
  });
  EXPECT_EQ(switches_, 1U);
}

TEST_F(SyncOrder, OfTakingASnapshot) {
  watch([&] {
    Host host(state_);
    learn(host);
    mark();
    host.snapshot();
    mark();
  });
}

TEST_F(SyncOrder, OfRestoringASnapshot) {
  watch([&] {
    Host host(state_);
    learn(host);
    const std::string path = host.snapshot_path(host.snapshot().sequence);
    mark();
    host.need(plugin().restore(host.handle(), path.data(), path.size(), nullptr, host.error()), "restore");
    mark();
  });
  EXPECT_EQ(switches_, 2U) << "seen first, and switched";
}

// The kernel tells of pages that could not be written once, and calls them clean: a second sync that succeeds
// proves nothing.
TEST_F(SyncOrder, AFailedSyncIsReportedAndNotRepeated) {
  test::Child child([&] {
    be_stepped();
    Host host(state_);
    learn(host);
    const std::string path = host.snapshot_path(host.snapshot().sequence);
    mark();
    const int32_t code = plugin().restore(host.handle(), path.data(), path.size(), nullptr, host.error());
    mark();
    return code == REMORA_E_IO ? 0 : 1;
  });
  Stepper stepper(child.pid(), state_);
  int syncs = 0;
  stepper.watch_calls([&](const CallMade& made) {
    syncs += made.number == SYS_msync ? 1 : 0;
    return made.number == SYS_msync && syncs == 1 ? -EIO : made.result;
  });
  stepper.run(Pace::kChanges, [] {});
  EXPECT_EQ(syncs, 1);
  EXPECT_EQ(child.wait(), 0) << "the failure was not reported";
}

}  // namespace
}  // namespace remora::campaign
