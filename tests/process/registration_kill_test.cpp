// Processes that are killed while they make a state directory, or while they register names, agents and
// variants: the others go on, and whatever was acknowledged is there.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <random>
#include <string>

#include "abi/plugin.hpp"
#include "support/child_process.hpp"
#include "support/environment.hpp"
#include "support/temp_dir.hpp"

namespace remora::test {
namespace {

using abi_test::plugin;
using abi_test::sized;

// Numbers that a child's death cannot take away.
struct Board {
  std::atomic<uint64_t> done{0};
  std::atomic<uint64_t> failed{0};
};

class SharedBoard {
 public:
  SharedBoard()
      : board_(new (mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))
                   Board) {}
  SharedBoard(const SharedBoard&) = delete;
  SharedBoard& operator=(const SharedBoard&) = delete;
  ~SharedBoard() { munmap(board_, sizeof(Board)); }
  Board* operator->() const { return board_; }

 private:
  Board* board_;
};

class KilledRegistration : public testing::Test {
 protected:
  int32_t open(const std::string& path, uint64_t* handle) {
    remora_options options = abi_test::small_options();
    options.flags = REMORA_OPEN_NO_AUTO_TICK | REMORA_OPEN_NO_ENVIRONMENT;
    options.names = 1U << 16;
    return plugin().open(path.data(), path.size(), &options, handle, &error_);
  }
  int32_t intern(uint64_t handle, const std::string& name, remora_id* id) {
    return plugin().intern(handle, REMORA_KIND_LABEL, name.data(), name.size(), id, &error_);
  }
  void use(uint64_t handle, const std::string& agent) {
    remora_decision decision = sized<remora_decision>();
    ASSERT_EQ(plugin().route_named(handle, agent.c_str(), "testing", 0, &decision, &error_), REMORA_OK)
        << error_.text;
    ASSERT_EQ(plugin().record_result(handle, decision.decision_id, 1, 5, &error_), REMORA_OK) << error_.text;
  }
  void pause_at_most(uint32_t microseconds) { usleep(static_cast<useconds_t>(random_() % microseconds)); }

  TempDir folder_;
  SharedBoard board_;
  std::mt19937_64 random_{printed_seed()};
  remora_error error_ = REMORA_ERROR_INIT;
};

TEST_F(KilledRegistration, OfTheFirstProcessLeavesADirectoryThatOpens) {
  constexpr int kInterrupted = 25;
  constexpr int kMost = 2'000;
  const std::string path = folder_.file("state");
  ASSERT_NE(plugin().library, nullptr);
  int interrupted = 0;
  for (int kill = 0; kill < kMost && interrupted < kInterrupted; ++kill) {
    std::filesystem::remove_all(path);
    board_->done = 0;
    const Signal started;
    Child creator([&] {
      started.send();
      uint64_t handle = 0;
      board_->failed += open(path, &handle) == REMORA_OK ? 0U : 1U;
      board_->done = 1;
      wait_for_the_end();
      return 0;
    });
    started.receive();
    pause_at_most(12'000);
    ASSERT_EQ(creator.kill(), -SIGKILL);
    interrupted += board_->done == 0 ? 1 : 0;
    uint64_t handle = 0;
    ASSERT_EQ(open(path, &handle), REMORA_OK) << "after kill " << kill << ": " << error_.text;
    ASSERT_EQ(plugin().agent_define(handle, "agent", "one,two", nullptr, &error_), REMORA_OK) << error_.text;
    use(handle, "agent");
    ASSERT_EQ(plugin().close(handle, &error_), REMORA_OK) << error_.text;
  }
  EXPECT_EQ(board_->failed, 0U);
  EXPECT_EQ(interrupted, kInterrupted) << "too few kills came before the directory was complete";
}

TEST_F(KilledRegistration, OfNamesKeepsTheAcknowledgedAndStopsNobody) {
  const std::string path = folder_.file("state");
  uint64_t handle = 0;
  ASSERT_EQ(open(path, &handle), REMORA_OK) << error_.text;
  for (int kill = 0; kill < 150; ++kill) {
    const uint64_t first = board_->done;
    const Signal started;
    Child writer([&] {
      uint64_t mine = 0;
      remora_id id = 0;
      if (open(path, &mine) != REMORA_OK) {
        return 1;
      }
      started.send();
      while (board_->done < first + 400) {  // as many as there is room for in all rounds together
        if (intern(mine, "name-" + std::to_string(board_->done), &id) != REMORA_OK) {
          return 2;
        }
        ++board_->done;
      }
      wait_for_the_end();
      return 0;
    });
    started.receive();
    pause_at_most(1'000);
    ASSERT_EQ(writer.kill(), -SIGKILL);
    // The survivor names at once what the victim may have been at.
    const uint64_t last = board_->done;
    remora_id id = 0;
    ASSERT_EQ(intern(handle, "name-" + std::to_string(last), &id), REMORA_OK) << error_.text;
    ++board_->done;
    for (uint64_t n = first; n <= last; ++n) {
      const std::string name = "name-" + std::to_string(n);
      remora_id found = 0;
      ASSERT_EQ(plugin().find(handle, REMORA_KIND_LABEL, name.data(), name.size(), &found, &error_),
                REMORA_OK)
          << name << ": " << error_.text;
      char text[128];
      ASSERT_EQ(plugin().name_of(handle, found, text, sizeof text, nullptr, &error_), REMORA_OK)
          << error_.text;
      ASSERT_EQ(text, name);
    }
  }
  EXPECT_EQ(plugin().close(handle, &error_), REMORA_OK) << error_.text;
}

TEST_F(KilledRegistration, OfAgentsAndVariantsCanBeTakenUpByAnother) {
  const std::string path = folder_.file("state");
  uint64_t handle = 0;
  ASSERT_EQ(open(path, &handle), REMORA_OK) << error_.text;
  for (uint64_t agent = 0; agent < 100; ++agent) {
    const std::string name = "agent-" + std::to_string(agent);
    const std::string variants = "one,two,three,four,five,six,seven,eight,nine";
    const Signal started;
    Child writer([&] {
      uint64_t mine = 0;
      if (open(path, &mine) != REMORA_OK) {
        return 1;
      }
      started.send();
      plugin().agent_define(mine, name.c_str(), variants.c_str(), nullptr, nullptr);
      wait_for_the_end();
      return 0;
    });
    started.receive();
    pause_at_most(200);
    ASSERT_EQ(writer.kill(), -SIGKILL);
    remora_agent info = sized<remora_agent>();
    ASSERT_EQ(plugin().agent_define(handle, name.c_str(), variants.c_str(), &info.agent, &error_), REMORA_OK)
        << error_.text;
    ASSERT_EQ(plugin().agent_info(handle, &info, &error_), REMORA_OK) << error_.text;
    ASSERT_EQ(info.variant_count, 9U) << name;
    use(handle, name);
  }
  EXPECT_EQ(plugin().close(handle, &error_), REMORA_OK) << error_.text;
}

}  // namespace
}  // namespace remora::test
