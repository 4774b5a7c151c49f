// A process that is stopped at any instruction (SIGSTOP: a debugger, a frozen container) holds up nobody, and
// goes on as if nothing had been.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
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

constexpr uint64_t kPatience = 30'000;  // milliseconds, for what must happen once the process goes on

struct Board {
  std::atomic<uint32_t> stop{0};
  std::atomic<uint64_t> recorded{0};
  std::atomic<uint64_t> named{0};
  std::atomic<int32_t> refused{0};
};

class StoppedProcess : public testing::Test {
 protected:
  void SetUp() override {
    board_ =
        new (mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) Board;
    ASSERT_EQ(open(&handle_), REMORA_OK) << error_.text;
    ASSERT_EQ(plugin().agent_define(handle_, "agent", "one,two,three", nullptr, &error_), REMORA_OK);
  }
  void TearDown() override {
    EXPECT_EQ(plugin().close(handle_, &error_), REMORA_OK) << error_.text;
    munmap(board_, sizeof(Board));
  }

  int32_t open(uint64_t* handle) {
    remora_options options = abi_test::small_options();
    options.flags = REMORA_OPEN_NO_AUTO_TICK | REMORA_OPEN_NO_ENVIRONMENT;
    options.names = 1U << 16;
    const std::string path = folder_.file("state");
    return plugin().open(path.data(), path.size(), &options, handle, &error_);
  }
  int32_t decide_and_report(uint64_t handle) {
    remora_decision decision = sized<remora_decision>();
    const int32_t code = plugin().route_named(handle, "agent", "testing", 0, &decision, &error_);
    return code == REMORA_OK ? plugin().record_result(handle, decision.decision_id, 1, 5, &error_) : code;
  }
  int32_t intern_next(uint64_t handle) {
    const std::string name = "name-" + std::to_string(board_->named++);
    remora_id id = 0;
    return plugin().intern(handle, REMORA_KIND_LABEL, name.data(), name.size(), &id, &error_);
  }
  int32_t tick(uint64_t handle, uint64_t* folded = nullptr) {
    remora_tick_report report = sized<remora_tick_report>();
    const int32_t code = plugin().tick(handle, 0, 0, &report, &error_);
    if (folded != nullptr) {
      *folded += report.folded;
    }
    return code;
  }

  // Decides and reports until told to stop; with `housekeeping` it also names things and ticks.
  int work(bool housekeeping) {
    uint64_t mine = 0;
    if (open(&mine) != REMORA_OK) {
      return 1;
    }
    while (board_->stop == 0) {
      const int32_t code = decide_and_report(mine);
      if (code != REMORA_OK) {
        board_->refused = code;
      }
      ++board_->recorded;
      if (housekeeping) {
        static_cast<void>(intern_next(mine));
        static_cast<void>(tick(mine));
      }
    }
    return plugin().close(mine, nullptr) == REMORA_OK ? 0 : 2;
  }
  bool records_again() const {
    const uint64_t before = board_->recorded;
    for (uint64_t waited = 0; waited < kPatience && board_->recorded == before; ++waited) {
      usleep(1'000);
    }
    return board_->recorded != before;
  }
  // Whether so many outcomes get into the statistics while the worker is stopped, maybe amid a record of its
  // own.
  bool folds(uint64_t outcomes) {
    uint64_t folded = 0;
    for (uint64_t waited = 0; waited < kPatience && folded < outcomes; waited += 10) {
      if (tick(handle_, &folded) != REMORA_OK) {
        return false;
      }
      if (folded < outcomes) {
        usleep(10'000);
      }
    }
    return folded >= outcomes;
  }
  // Stops the worker somewhere in its work.
  void stop(const Child& worker) {
    ASSERT_TRUE(records_again());
    usleep(static_cast<useconds_t>(random_() % 2'000));
    ASSERT_EQ(::kill(worker.pid(), SIGSTOP), 0);
    int status = 0;
    ASSERT_EQ(waitpid(worker.pid(), &status, WUNTRACED), worker.pid());
    ASSERT_TRUE(WIFSTOPPED(status));
  }
  void decide_and_report_here(int times) {
    for (int i = 0; i < times; ++i) {
      ASSERT_EQ(decide_and_report(handle_), REMORA_OK) << error_.text;
    }
    here_ += static_cast<uint64_t>(times);
  }
  void end(Child& worker) {
    board_->stop = 1;
    EXPECT_EQ(worker.wait(), 0);
    EXPECT_EQ(board_->refused, 0);
    remora_stats stats = sized<remora_stats>();
    ASSERT_EQ(plugin().stats_get(handle_, &stats, &error_), REMORA_OK) << error_.text;
    EXPECT_EQ(stats.visits, here_ + board_->recorded) << "each outcome was learned once";
  }

  TempDir folder_;
  Board* board_ = nullptr;
  uint64_t handle_ = 0;
  uint64_t here_ = 0;
  std::mt19937_64 random_{printed_seed()};
  remora_error error_ = REMORA_ERROR_INIT;
};

TEST_F(StoppedProcess, AmidDecisionsHoldsUpNothingOfTheOthers) {
  Child worker([&] { return work(false); });
  for (int round = 0; round < 40; ++round) {
    ASSERT_NO_FATAL_FAILURE(stop(worker));
    ASSERT_NO_FATAL_FAILURE(decide_and_report_here(300));
    ASSERT_TRUE(folds(300)) << error_.text;
    ASSERT_EQ(intern_next(handle_), REMORA_OK) << error_.text;
    if (round % 10 == 0) {
      ASSERT_EQ(plugin().snapshot(handle_, nullptr, &error_), REMORA_OK) << error_.text;
    }
    ASSERT_EQ(::kill(worker.pid(), SIGCONT), 0);
    ASSERT_TRUE(records_again());
  }
  end(worker);
}

// It may hold a lock: what needs that lock says "busy" for so long, and everything else goes on.
TEST_F(StoppedProcess, AmidHousekeepingHoldsUpNoDecision) {
  Child worker([&] { return work(true); });
  for (int round = 0; round < 40; ++round) {
    ASSERT_NO_FATAL_FAILURE(stop(worker));
    ASSERT_NO_FATAL_FAILURE(decide_and_report_here(100));
    const int32_t named = intern_next(handle_);
    ASSERT_TRUE(named == REMORA_OK || named == REMORA_E_BUSY) << named << " " << error_.text;
    ASSERT_EQ(tick(handle_), REMORA_OK) << error_.text;
    ASSERT_EQ(::kill(worker.pid(), SIGCONT), 0);
    ASSERT_TRUE(records_again());
  }
  end(worker);
  EXPECT_EQ(intern_next(handle_), REMORA_OK) << error_.text;
}

}  // namespace
}  // namespace remora::test
