// Folding by processes that are killed at random times, while outcomes keep coming.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <thread>

#include "base/clock.hpp"
#include "store/fold.hpp"
#include "store/statistics.hpp"
#include "support/child_process.hpp"
#include "support/environment.hpp"
#include "support/status.hpp"
#include "support/test_state.hpp"

namespace remora::store {
namespace {

using test::Child;
using test::Outcome;
using test::Signal;
using test::TestState;

constexpr uint32_t kVariants = 6;
constexpr int kKills = 150;
constexpr int kInterrupted = 3;
constexpr int64_t kNow = 1'700'000'000'000'000'000;

uint64_t unfolded(const LaneHead& lane) { return lane.head.load() - lane.folded.load(); }

base::Code fold_once(const History& history, FoldMemory& memory, uint64_t limit) {
  FoldReport report;
  base::Problem problem;
  const auto alive = [](void*, uint32_t) { return true; };
  return fold_outcomes(history, nullptr, {0.1F}, kNow, base::monotonic_ns(), limit, alive, nullptr, memory,
                       &report, problem);
}

// Adds outcomes to random lanes, never so many that one is overwritten before it is folded. Each has its
// variant's number + 1 as reward, so that sums tell whose it was.
struct Writer {
  std::mt19937_64 random{test::printed_seed()};
  uint64_t written[kVariants] = {};
  uint64_t successes[kVariants] = {};

  void write(const History& history, uint32_t agent, int count) {
    for (int i = 0; i < count; ++i) {
      const auto lane = static_cast<uint32_t>(random() % history.capacities.lanes);
      if (unfolded(history.lanes[lane]) + 8 > history.capacities.lane_slots) {
        continue;
      }
      const auto v = static_cast<uint32_t>(random() % kVariants);
      const bool success = random() % 3 != 0;
      Outcome o(agent, v, success, kNow, static_cast<float>(v + 1));
      append_outcome(history, lane, 1, 1, o, nullptr);
      ++written[v];
      successes[v] += success ? 1 : 0;
    }
  }
};

bool amid_fold(const History& history) {
  return history.control->fold_intent.load() != history.control->fold_sequence.load();
}

// Stops the folder soon after it has finished a fold and has more to do, until it stands in the middle of
// one; gives up after a while.
void stop_amid_fold(const Child& folder, const History& history, uint32_t agent, Writer& writer) {
  constexpr int kSteps = 200;
  constexpr int64_t kPatience = 2'000'000;
  for (int step = 0; step < kSteps; ++step) {
    const uint64_t folded = history.control->fold_sequence.load();
    writer.write(history, agent, 400);
    kill(folder.pid(), SIGCONT);
    const int64_t begun = base::monotonic_ns();
    while (history.control->fold_sequence.load() == folded && base::monotonic_ns() - begun < kPatience) {
    }
    const int64_t end = base::monotonic_ns() + static_cast<int64_t>(writer.random() % 30'000);
    while (base::monotonic_ns() < end) {
    }
    kill(folder.pid(), SIGSTOP);
    int status = 0;
    waitpid(folder.pid(), &status, WUNTRACED);
    if (!WIFSTOPPED(status) || amid_fold(history)) {
      return;
    }
  }
}

TEST(FoldByKilledProcesses, CountsEveryOutcomeExactlyOnce) {
  TestState state;
  const History& history = state.history();
  const uint32_t agent = state.add_agent("a", kVariants);
  Writer writer;
  int interrupted = 0;
  // A kill at a random time seldom meets a fold on a slow machine, so every tenth waits for one.
  for (int kills = 0; kills < kKills || (interrupted < kInterrupted && kills < 5 * kKills); ++kills) {
    writer.write(history, agent, 500);  // a backlog, so that the kill finds it folding
    const Signal started;
    Child folder([&history, &started] {
      FoldMemory memory;
      started.send();
      for (;;) {
        if (!base::ok(fold_once(history, memory, 16))) {
          return 1;
        }
      }
    });
    started.receive();
    const int64_t end = base::monotonic_ns() + static_cast<int64_t>(writer.random() % 1'000'000);
    do {
      writer.write(history, agent, 20);
    } while (base::monotonic_ns() < end);
    if (kills % 10 == 0 && interrupted < kInterrupted) {
      stop_amid_fold(folder, history, agent, writer);
    }
    ASSERT_EQ(folder.kill(), -SIGKILL);
    interrupted += amid_fold(history) ? 1 : 0;
  }
  FoldMemory memory;
  ASSERT_TRUE(base::ok(fold_once(history, memory, UINT64_MAX)));
  for (uint32_t v = 0; v < kVariants; ++v) {
    VariantStatistics s;
    variant_statistics(state.variant(agent, v), &s);
    EXPECT_EQ(s.outcomes, writer.written[v]) << "variant " << v;
    EXPECT_EQ(s.successes, writer.successes[v]) << "variant " << v;
    EXPECT_EQ(s.reward_sum, static_cast<double>(writer.written[v]) * (v + 1)) << "variant " << v;
  }
  EXPECT_EQ(history.control->statistics_dropped.load(), 0U);
  EXPECT_GE(interrupted, kInterrupted) << "too few kills met a fold: the test shows nothing";
}

}  // namespace
}  // namespace remora::store
