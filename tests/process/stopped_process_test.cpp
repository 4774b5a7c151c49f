// A process that is stopped at any instruction (SIGSTOP: a debugger, a frozen container) holds up nobody, and
// goes on as if nothing had been.
//
//   REMORA_STOPS=<n>         stops of each test (default 8)
//   REMORA_STOP_MS=<n>       how long each lasts (default 200)
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <string>

#include "abi/plugin.hpp"
#include "base/clock.hpp"
#include "support/child_process.hpp"
#include "support/environment.hpp"
#include "support/temp_dir.hpp"

namespace remora::test {
namespace {

using abi_test::plugin;
using abi_test::sized;

constexpr uint64_t kPatience = 30'000;  // milliseconds, for what must happen once the process goes on
constexpr int64_t kSecond = 1'000'000'000;

// What the others do while one is stopped.
enum Call : uint32_t { kRoute, kRecord, kIntern, kTick, kSnapshot, kOpen, kClose, kCalls };
constexpr const char* kCallNames[kCalls] = {"route", "record", "intern", "tick", "snapshot", "open", "close"};

// How these were answered.
struct Answers {
  std::atomic<uint64_t> ok{0};
  std::atomic<uint64_t> busy{0};
  std::atomic<uint64_t> others{0};
  std::atomic<int32_t> other{0};  // one of those
  std::atomic<int64_t> longest_ns{0};
};

struct Board {
  std::atomic<uint32_t> stop{0};
  std::atomic<uint64_t> recorded{0};
  std::atomic<uint64_t> named{0};
  std::atomic<int32_t> refused{0};
  Answers answers[kCalls];
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
    options.ledger_slots = 1U << 16;  // decisions that wait for a stopped process's outcome stay
    const std::string path = folder_.file("state");
    return plugin().open(path.data(), path.size(), &options, handle, &error_);
  }
  int32_t intern_next(uint64_t handle) {
    const std::string name = "name-" + std::to_string(board_->named++);
    remora_id id = 0;
    return plugin().intern(handle, REMORA_KIND_LABEL, name.data(), name.size(), &id, &error_);
  }
  int32_t tick(uint64_t handle, uint64_t* folded) {
    remora_tick_report report = sized<remora_tick_report>();
    const int32_t code = plugin().tick(handle, 0, 0, &report, &error_);
    *folded += report.folded;
    return code;
  }

  // Decides and reports until told to stop; with `housekeeping` it also names things and ticks.
  int work(bool housekeeping) {
    uint64_t mine = 0;
    if (open(&mine) != REMORA_OK) {
      return 1;
    }
    while (board_->stop == 0) {
      remora_decision decision = sized<remora_decision>();
      int32_t code = plugin().route_named(mine, "agent", "testing", 0, &decision, &error_);
      code = code == REMORA_OK ? plugin().record_result(mine, decision.decision_id, 1, 5, &error_) : code;
      if (code != REMORA_OK) {
        board_->refused = code;
      }
      ++board_->recorded;
      if (housekeeping) {
        static_cast<void>(intern_next(mine));
        static_cast<void>(tick(mine, &folded_));
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
  // Stops the worker somewhere in its work.
  void stop(const Child& worker) {
    ASSERT_TRUE(records_again());
    usleep(static_cast<useconds_t>(random_() % 2'000));
    ASSERT_EQ(::kill(worker.pid(), SIGSTOP), 0);
    int status = 0;
    ASSERT_EQ(waitpid(worker.pid(), &status, WUNTRACED), worker.pid());
    ASSERT_TRUE(WIFSTOPPED(status));
  }

  template <class Made>
  int32_t ask(Call call, const Made& made) {
    const int64_t began = base::monotonic_ns();
    const int32_t code = made();
    Answers& answers = board_->answers[call];
    answers.longest_ns = std::max(answers.longest_ns.load(), base::monotonic_ns() - began);
    (code == REMORA_OK ? answers.ok : code == REMORA_E_BUSY ? answers.busy : answers.others) += 1;
    if (code != REMORA_OK && code != REMORA_E_BUSY) {
      answers.other = code;
      std::fprintf(stderr, "%s: %s\n", kCallNames[call], error_.text);
    }
    return code;
  }
  void decide_and_report(uint64_t handle) {
    remora_decision decision = sized<remora_decision>();
    if (ask(kRoute,
            [&] { return plugin().route_named(handle, "agent", "testing", 0, &decision, &error_); }) ==
            REMORA_OK &&
        ask(kRecord, [&] { return plugin().record_result(handle, decision.decision_id, 1, 5, &error_); }) ==
            REMORA_OK) {
      ++board_->recorded;
    }
  }
  // Another process begins and ends. It is gone before this returns: what it waited for was not the worker.
  void come_and_go() {
    const Child newcomer([&] {
      uint64_t mine = 0;
      if (ask(kOpen, [&] { return open(&mine); }) == REMORA_OK) {
        decide_and_report(mine);
        ask(kClose, [&] { return plugin().close(mine, &error_); });
      }
      return 0;
    });
    for (uint64_t waited = 0; waited < kPatience && !newcomer.has_ended(); ++waited) {
      usleep(1'000);
    }
    ASSERT_TRUE(newcomer.has_ended()) << "a process that opens the state waits";
  }
  // Whether so many outcomes get into the statistics, the worker being stopped, maybe amid a record of its
  // own.
  bool folds(uint64_t outcomes) {
    for (uint64_t waited = 0; waited < kPatience && folded_ < outcomes; waited += 10) {
      if (tick(handle_, &folded_) != REMORA_OK) {
        return false;
      }
      usleep(10'000);
    }
    return folded_ >= outcomes;
  }
  // All that others do, as long as the stop lasts and at least once.
  void live_on(bool worker_folds) {
    static const int64_t duration = static_cast<int64_t>(number_from("REMORA_STOP_MS", 200)) * 1'000'000;
    const int64_t end = base::monotonic_ns() + duration;
    uint64_t reported = 0;
    folded_ = 0;
    do {
      for (int i = 0; i < 20; ++i) {
        decide_and_report(handle_);
      }
      reported += 20;
      ask(kIntern, [&] { return intern_next(handle_); });
      ask(kTick, [&] { return tick(handle_, &folded_); });
      ask(kSnapshot, [&] { return plugin().snapshot(handle_, nullptr, &error_); });
      ASSERT_NO_FATAL_FAILURE(come_and_go());
      usleep(20'000);
    } while (base::monotonic_ns() < end);
    ASSERT_TRUE(worker_folds || folds(reported)) << error_.text;
  }
  void stop_again_and_again(bool housekeeping) {
    Child worker([&] { return work(housekeeping); });
    for (uint64_t left = number_from("REMORA_STOPS", 8); left != 0; --left) {
      ASSERT_NO_FATAL_FAILURE(stop(worker));
      ASSERT_NO_FATAL_FAILURE(live_on(housekeeping));
      ASSERT_EQ(::kill(worker.pid(), SIGCONT), 0);
      ASSERT_TRUE(records_again());
    }
    board_->stop = 1;
    EXPECT_EQ(worker.wait(), 0);
    EXPECT_EQ(board_->refused, 0);
  }
  // `may_be_busy`: what needs a lock that the stopped process may hold.
  void expect_answers(std::initializer_list<Call> may_be_busy) {
    for (uint32_t call = 0; call < kCalls; ++call) {
      const Answers& a = board_->answers[call];
      std::printf("%-8s %6llu ok, %4llu busy, longest %.3f ms\n", kCallNames[call],
                  static_cast<unsigned long long>(a.ok), static_cast<unsigned long long>(a.busy),
                  static_cast<double>(a.longest_ns) * 1e-6);
      EXPECT_EQ(a.others, 0U) << kCallNames[call] << " answered " << a.other;
      EXPECT_LT(a.longest_ns, 2 * kSecond) << kCallNames[call] << " waited";
      if (std::find(may_be_busy.begin(), may_be_busy.end(), call) == may_be_busy.end()) {
        EXPECT_EQ(a.busy, 0U) << kCallNames[call];
        EXPECT_GT(a.ok, 0U) << kCallNames[call];
      }
    }
    remora_stats stats = sized<remora_stats>();
    ASSERT_EQ(plugin().stats_get(handle_, &stats, &error_), REMORA_OK) << error_.text;
    EXPECT_EQ(stats.visits, board_->recorded) << "each outcome was learned once";
  }

  TempDir folder_;
  Board* board_ = nullptr;
  uint64_t handle_ = 0;
  uint64_t folded_ = 0;  // by this process during a stop
  std::mt19937_64 random_{printed_seed()};
  remora_error error_ = REMORA_ERROR_INIT;
};

TEST_F(StoppedProcess, AmidDecisionsHoldsUpNothingOfTheOthers) {
  ASSERT_NO_FATAL_FAILURE(stop_again_and_again(false));
  expect_answers({});
}

// It may hold a lock: what needs that lock says "busy" for so long, and everything else goes on.
TEST_F(StoppedProcess, AmidHousekeepingHoldsUpNoDecision) {
  ASSERT_NO_FATAL_FAILURE(stop_again_and_again(true));
  expect_answers({kIntern, kSnapshot});
  EXPECT_EQ(intern_next(handle_), REMORA_OK) << error_.text;
}

}  // namespace
}  // namespace remora::test
