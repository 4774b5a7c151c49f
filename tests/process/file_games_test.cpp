// Somebody puts something else where a file of the state was: before the state is opened, and under a host
// that has it open. Nothing outside the directory may change, no call may wait or crash, and an error says
// what is wrong.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "abi/plugin.hpp"
#include "support/child_process.hpp"
#include "support/temp_dir.hpp"

namespace remora::test {
namespace {

namespace fs = std::filesystem;
using abi_test::plugin;
using abi_test::sized;

constexpr unsigned kPatienceSeconds =
    60;  // a call that waits for a pipe's other end ends the child by SIGALRM

enum class Game {
  kRemoved,
  kSymbolicLink,
  kDanglingLink,
  kSecondLink,
  kPipe,
  kSocket,
  kFolder,
  kEmptyFile,
  kOtherFile,
  kForeignOwner
};

constexpr const char* kGames[] = {"Removed", "SymbolicLink", "DanglingLink", "SecondLink", "Pipe",
                                  "Socket",  "Folder",       "EmptyFile",    "OtherFile",  "ForeignOwner"};

std::string content_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class FileGames : public testing::TestWithParam<Game> {
 protected:
  static constexpr uint32_t kFlags = REMORA_OPEN_NO_AUTO_TICK | REMORA_OPEN_NO_ENVIRONMENT;

  void SetUp() override {
    ASSERT_NE(plugin().library, nullptr);
    if (GetParam() == Game::kForeignOwner && geteuid() != 0) {
      GTEST_SKIP() << "only root can give a file to somebody else";
    }
    victim_ = folder_.path() + "/outside";
    std::ofstream(victim_) << "somebody else's file, which no state may touch\n";
    victim_content_ = content_of(victim_);
  }

  // A state with every kind of file that there is; gives their names.
  std::vector<std::string> make_state(const std::string& path) {
    fs::create_directory(path);
    fs::permissions(path, fs::perms::owner_all);
    std::ofstream(path + "/remora.json") << R"({"log": {"file": true}})";
    const uint64_t handle = open(path);
    remora_error error = REMORA_ERROR_INIT;
    EXPECT_EQ(use(handle), "");
    auto info = sized<remora_snapshot_info>();
    EXPECT_EQ(plugin().snapshot(handle, &info, &error), REMORA_OK) << error.text;
    char snapshot[512];
    EXPECT_EQ(plugin().snapshot_path(handle, info.sequence, snapshot, sizeof snapshot, nullptr, &error),
              REMORA_OK);
    fs::copy_file(path + "/" + snapshot, path + "/active.rsnap");
    EXPECT_EQ(use(handle), "");
    EXPECT_EQ(plugin().close(handle, &error), REMORA_OK) << error.text;
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      if (entry.is_regular_file()) {
        names.push_back(entry.path().lexically_relative(path).string());
      }
    }
    return names;
  }

  static uint64_t open(const std::string& path) {
    remora_options options = abi_test::small_options();
    options.flags = kFlags;
    uint64_t handle = 0;
    remora_error error = REMORA_ERROR_INIT;
    const int32_t code = plugin().open(path.data(), path.size(), &options, &handle, &error);
    return code == REMORA_OK || error.text[0] != '\0' ? handle : 1;  // 1: an error that says nothing
  }

  // What a host does, whatever housekeeping says of the files; "" when it was served.
  static std::string use(uint64_t handle) {
    remora_error error = REMORA_ERROR_INIT;
    remora_id agent = 0;
    if (plugin().agent_define(handle, "agent", "one,two", &agent, &error) != REMORA_OK) {
      return std::string("agent_define: ") + error.text;
    }
    for (int i = 0; i < 20; ++i) {
      auto decision = sized<remora_decision>();
      if (plugin().route_named(handle, "agent", "testing", 0, &decision, &error) != REMORA_OK ||
          decision.variant > 1 ||
          plugin().record_result(handle, decision.decision_id, 1, 5, &error) != REMORA_OK) {
        return std::string("route and record: ") + error.text;
      }
    }
    if (plugin().tick(handle, 0, 0, nullptr, &error) != REMORA_OK && error.text[0] == '\0') {
      return "tick failed without a word";
    }
    return "";
  }

  void play(const fs::path& file) const {
    const fs::path aside = folder_.path() + "/aside";
    fs::remove(aside);
    switch (GetParam()) {
      case Game::kSecondLink:
        fs::create_hard_link(file, aside);
        return;
      case Game::kForeignOwner:
        ASSERT_EQ(chown(file.c_str(), 12'345, 12'345), 0);
        return;
      case Game::kOtherFile: {
        const std::string content = content_of(file);
        fs::remove(file);
        std::ofstream(file, std::ios::binary) << std::string(content.size(), 'x');
        return;
      }
      default:
        fs::remove(file);
    }
    switch (GetParam()) {
      case Game::kSymbolicLink:
        fs::create_symlink(victim_, file);
        break;
      case Game::kDanglingLink:
        fs::create_symlink(folder_.path() + "/nothing-there", file);
        break;
      case Game::kPipe:
        ASSERT_EQ(mkfifo(file.c_str(), 0600), 0);
        break;
      case Game::kSocket:
        make_socket(file);
        break;
      case Game::kFolder:
        fs::create_directory(file);
        break;
      case Game::kEmptyFile:
        std::ofstream{file};
        break;
      default:
        break;
    }
  }

  static void make_socket(const fs::path& file) {
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    ASSERT_LT(file.string().size(), sizeof address.sun_path);
    file.string().copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ::close(fd);
  }

  void expect_nothing_outside_changed(const std::string& name) const {
    EXPECT_EQ(content_of(victim_), victim_content_) << name << " was written through a link";
    EXPECT_FALSE(fs::exists(folder_.path() + "/nothing-there")) << name << " was made through a link";
  }

  // Memory-backed, where it is there: nothing here is about disks.
  TempDir folder_{fs::exists("/dev/shm") ? "/dev/shm" : "/tmp"};
  std::string victim_, victim_content_;
};

TEST_P(FileGames, BeforeOpening) {
  const std::string made = folder_.path() + "/made";
  const std::vector<std::string> names = make_state(made);
  ASSERT_GE(names.size(), 7U);
  int served = 0;
  int refused = 0;
  for (const std::string& name : names) {
    SCOPED_TRACE(name);
    const std::string path = folder_.path() + "/s";
    fs::remove_all(path);
    fs::copy(made, path, fs::copy_options::recursive);
    play(path + "/" + name);
    const int end = in_child([&path] {
      alarm(kPatienceSeconds);
      const uint64_t handle = open(path);
      if (handle <= 1) {
        return handle == 0 ? 2 : 1;
      }
      const std::string wrong = use(handle);
      if (!wrong.empty()) {
        std::fprintf(stderr, "%s\n", wrong.c_str());
        return 1;
      }
      plugin().close(handle, nullptr);
      return 0;
    });
    EXPECT_TRUE(end == 0 || end == 2) << "ended with " << end;
    served += end == 0 ? 1 : 0;
    refused += end == 2 ? 1 : 0;
    expect_nothing_outside_changed(name);
  }
  std::printf("%zu files: served %d, refused %d\n", names.size(), served, refused);
}

TEST_P(FileGames, UnderAHostThatHasItOpen) {
  const std::string made = folder_.path() + "/made";
  for (const std::string& name : make_state(made)) {
    SCOPED_TRACE(name);
    const std::string path = folder_.path() + "/s";
    fs::remove_all(path);
    fs::copy(made, path, fs::copy_options::recursive);
    const int end = in_child([&] {
      alarm(kPatienceSeconds);
      const uint64_t handle = open(path);
      if (handle <= 1) {
        return 1;
      }
      play(path + "/" + name);
      for (int round = 0; round < 2; ++round) {
        const std::string wrong = use(handle);
        if (!wrong.empty()) {
          std::fprintf(stderr, "%s\n", wrong.c_str());
          return 1;
        }
      }
      auto info = sized<remora_snapshot_info>();
      remora_error error = REMORA_ERROR_INIT;
      const bool told = plugin().snapshot(handle, &info, &error) == REMORA_OK || error.text[0] != '\0';
      plugin().close(handle, nullptr);
      return told ? 0 : 1;
    });
    EXPECT_EQ(end, 0) << "ended with " << end;
    expect_nothing_outside_changed(name);
  }
}

INSTANTIATE_TEST_SUITE_P(All, FileGames,
                         testing::Values(Game::kRemoved, Game::kSymbolicLink, Game::kDanglingLink,
                                         Game::kSecondLink, Game::kPipe, Game::kSocket, Game::kFolder,
                                         Game::kEmptyFile, Game::kOtherFile, Game::kForeignOwner),
                         [](const auto& game) {
                           return std::string(kGames[static_cast<size_t>(game.param)]);
                         });

}  // namespace
}  // namespace remora::test
