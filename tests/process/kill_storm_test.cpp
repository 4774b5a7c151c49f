// Several processes record into one state while one after another is killed. The oracle lies outside their
// reach and is asked after every kill.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <random>

#include "abi/plugin.hpp"
#include "process/storm.hpp"
#include "support/child_process.hpp"
#include "support/temp_dir.hpp"

namespace remora::test {
namespace {

using abi_test::plugin;
using abi_test::sized;

uint32_t kills_wanted() {
  const char* text = std::getenv("REMORA_STORM_KILLS");
  return text == nullptr ? 300 : static_cast<uint32_t>(std::strtoul(text, nullptr, 10));
}

uint64_t storm_seed() {
  const char* text = std::getenv("REMORA_STORM_SEED");
  return text == nullptr ? std::random_device{}() : std::strtoull(text, nullptr, 10);
}

class KillStorm : public testing::Test {
 protected:
  void SetUp() override {
    state_ = folder_.path() + "/state";
    board_path_ = folder_.path() + "/board";
    board_ = map_board(board_path_, true);
    remora_options options = abi_test::small_options();
    options.ledger_slots = 1U << 20;
    ASSERT_EQ(plugin().open(state_.data(), state_.size(), &options, &handle_, &error_), REMORA_OK)
        << error_.text;
    ASSERT_EQ(plugin().agent_define(handle_, "storm-agent", "one,two,three,four", nullptr, &error_),
              REMORA_OK);
  }
  void TearDown() override {
    EXPECT_EQ(plugin().close(handle_, &error_), REMORA_OK) << error_.text;
    munmap(board_, sizeof(StormBoard));
  }

  std::unique_ptr<Child> start(uint32_t worker) {
    return std::make_unique<Child>([&] {
      const std::string number = std::to_string(worker);
      execl(REMORA_STORM_WORKER, "storm_worker", REMORA_LIBRARY_PATH, state_.c_str(), board_path_.c_str(),
            number.c_str(), nullptr);
      return 126;
    });
  }

  uint64_t sum(std::atomic<uint64_t> StormSlot::*field) const {
    uint64_t total = 0;
    for (StormSlot& slot : board_->slots) {
      total += (slot.*field).load();
    }
    return total;
  }

  uint64_t visits() {
    remora_stats stats = sized<remora_stats>();
    EXPECT_EQ(plugin().stats_get(handle_, &stats, &error_), REMORA_OK) << error_.text;
    return stats.visits;
  }

  // What the victim was reporting when it died is reported again: it counts once, by the victim or by this.
  // "Busy" while a process that starts just then has the victim's number and has not yet put its slots back.
  void report_again(uint64_t decision) {
    int32_t code = REMORA_E_BUSY;
    for (int i = 0; i < 60'000 && code == REMORA_E_BUSY; ++i) {
      code = plugin().record_result(handle_, decision, 1, 0, &error_);
      if (code == REMORA_E_BUSY) {
        usleep(1'000);
      }
    }
    // "Expired" only when the others went once round the whole ledger before this process got to run.
    ASSERT_TRUE(code == REMORA_OK || code == REMORA_E_ALREADY_RECORDED || code == REMORA_E_EXPIRED)
        << code << " " << error_.text;
    rescued_ += code == REMORA_OK ? 1 : 0;
    known_ += code != REMORA_OK ? 1 : 0;
  }

  void check_after_kill() {
    const uint64_t acked = sum(&StormSlot::acked) + rescued_;
    const uint64_t learned = visits();
    const uint64_t started = sum(&StormSlot::started) + rescued_;
    ASSERT_GE(learned, acked) << "an acknowledged outcome is missing";
    ASSERT_LE(learned, started + kStormWorkers) << "an outcome was applied twice";
  }

  TempDir folder_;
  std::string state_, board_path_;
  StormBoard* board_ = nullptr;
  uint64_t handle_ = 0;
  uint64_t rescued_ = 0;  // reported again and counted
  uint64_t known_ = 0;    // reported again and refused: the victim's report may have counted
  remora_error error_ = REMORA_ERROR_INIT;
};

TEST_F(KillStorm, LosesNoAcknowledgedOutcomeAndAppliesNoneTwice) {
  const uint64_t seed = storm_seed();
  const uint32_t kills = kills_wanted();
  SCOPED_TRACE("REMORA_STORM_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  std::unique_ptr<Child> workers[kStormWorkers];
  for (uint32_t w = 0; w < kStormWorkers; ++w) {
    workers[w] = start(w);
  }
  while (sum(&StormSlot::acked) < 1000) {
    usleep(1000);
  }
  for (uint32_t kill = 0; kill < kills; ++kill) {
    usleep(static_cast<useconds_t>(random() % 8000));
    const auto victim = static_cast<uint32_t>(random() % kStormWorkers);
    ASSERT_EQ(workers[victim]->kill(), -SIGKILL);
    const uint64_t open_decision = board_->slots[victim].decision.exchange(0);
    if (open_decision != 0) {
      report_again(open_decision);
      // A worker killed behind the outcome's commit and before its Q-value leaves one step unlearned, and the
      // outcome kept; it never had an acknowledgement.
    }
    check_after_kill();
    workers[victim] = start(victim);
  }
  board_->stop = 1;
  for (auto& worker : workers) {
    EXPECT_EQ(worker->wait(), 0);
  }
  const uint64_t acked = sum(&StormSlot::acked) + rescued_;
  const uint64_t learned = visits();
  const uint64_t lost = acked - std::min(acked, learned);
  const uint64_t doubled = learned - std::min(learned, acked + known_);
  EXPECT_EQ(lost, 0U);
  EXPECT_EQ(doubled, 0U);
  int64_t longest = 0;
  for (StormSlot& slot : board_->slots) {
    EXPECT_EQ(slot.last_error, 0);
    EXPECT_EQ(slot.refused, 0U);
    longest = std::max(longest, slot.longest_ns.load());
  }
  remora_tick_report report = sized<remora_tick_report>();
  EXPECT_EQ(plugin().tick(handle_, 0, 0, &report, &error_), REMORA_OK) << error_.text;
  std::printf("seed %llu: %u kills, %llu acknowledged, %llu lost, %llu applied twice, longest call %.3f ms\n",
              static_cast<unsigned long long>(seed), kills, static_cast<unsigned long long>(acked),
              static_cast<unsigned long long>(lost), static_cast<unsigned long long>(doubled),
              static_cast<double>(longest) * 1e-6);
}

}  // namespace
}  // namespace remora::test
