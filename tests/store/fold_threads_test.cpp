#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "store/fold.hpp"
#include "store/statistics.hpp"
#include "support/test_state.hpp"

namespace remora::store {
namespace {

using test::Outcome;
using test::TestState;

constexpr uint32_t kWriters = 3;
constexpr uint64_t kEach = 4'000;
constexpr int64_t kNow = 1'700'000'000'000'000'000;

void fold_once(const History& history, FoldMemory& memory) {
  FoldReport report;
  base::Problem problem;
  const auto alive = [](void*, uint32_t) { return true; };
  EXPECT_TRUE(base::ok(fold_outcomes(history, nullptr, {0.1F}, kNow, base::monotonic_ns(), 64, alive, nullptr,
                                     memory, &report, problem)));
}

// Every outcome is a success worth 1 that took 1 ms, so that each sum of a whole copy is its number of
// outcomes.
void expect_whole(const VariantStatistics& s) {
  const auto outcomes = static_cast<double>(s.outcomes);
  EXPECT_EQ(s.successes, s.outcomes);
  EXPECT_EQ(s.timed, s.outcomes);
  EXPECT_EQ(s.reward_sum, outcomes);
  EXPECT_EQ(s.duration_sum_ns, outcomes * 1e6);
  EXPECT_EQ(last_day(s, kNow).count, s.outcomes);
}

TEST(FoldThreads, FiguresAreReadWholeWhileOutcomesComeAndAreFolded) {
  TestState state;
  const History& history = state.history();
  const uint32_t agent = state.add_agent("a", 1);
  std::atomic<uint32_t> running{kWriters};
  std::vector<std::thread> threads;
  for (uint32_t w = 0; w < kWriters; ++w) {
    threads.emplace_back([&history, &running, agent, w] {
      for (uint64_t i = 0; i < kEach;) {
        LaneHead& lane = history.lanes[w % 2];  // two of them share one
        if (lane.head.load() - lane.folded.load() + kWriters >= history.capacities.lane_slots) {
          std::this_thread::yield();  // none is to be overwritten before it is folded
          continue;
        }
        Outcome o(agent, 0, true, kNow);
        o.duration_ns = 1'000'000;
        append_outcome(history, w % 2, 1, 1, o, nullptr);
        ++i;
      }
      running.fetch_sub(1);
    });
  }
  threads.emplace_back([&history, &running] {
    FoldMemory memory;
    while (running.load() != 0) {
      fold_once(history, memory);
    }
  });
  uint64_t last = 0;
  while (running.load() != 0) {
    VariantStatistics s;
    variant_statistics(state.variant(agent, 0), &s);
    expect_whole(s);
    EXPECT_GE(s.outcomes, last);
    last = s.outcomes;
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  FoldMemory memory;
  for (uint32_t i = 0; i < history.capacities.lane_slots; ++i) {
    fold_once(history, memory);
  }
  VariantStatistics s;
  variant_statistics(state.variant(agent, 0), &s);
  expect_whole(s);
  EXPECT_EQ(s.outcomes, kWriters * kEach);
}

}  // namespace
}  // namespace remora::store
