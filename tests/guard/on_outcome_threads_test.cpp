#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "guard/block_state.hpp"
#include "guard/guarded_agent.hpp"
#include "guard/operator_actions.hpp"
#include "guard/safety_check.hpp"
#include "support/status.hpp"

namespace remora::guard {
namespace {

using store::EventKind;
using test::GuardedAgent;
using test::kHour;
using test::kStart;

constexpr uint32_t kThreads = 4;

void in_threads(const std::function<void(uint32_t)>& work) {
  std::vector<std::thread> threads;
  for (uint32_t t = 0; t < kThreads; ++t) {
    threads.emplace_back(work, t);
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

// Counts the blocks that were told, of all that the ring has seen.
struct Told {
  uint64_t blocked = 0, unblocked = 0;
};

TEST(OnOutcomeThreads, TellOneTripOnceThoughAllSeeIt) {
  GuardedAgent a(2);
  base::Problem problem;
  for (int round = 0; round < 50; ++round) {
    const uint64_t told = store::last_event(a.history());
    in_threads([&a](uint32_t) { a.report(1, "----------"); });
    ASSERT_TRUE(a.blocked(1));
    ASSERT_EQ(store::last_event(a.history()), told + 1);
    ASSERT_EQ(a.block(1).count, kThreads * 10);
    unblock(a.history(), a.agent, 1, a.thresholds, kStart, problem);
  }
}

TEST(OnOutcomeThreads, LoseNoOutcomeOfTheWindow) {
  GuardedAgent a(2);
  in_threads([&a](uint32_t thread) {
    for (int i = 0; i < 16; ++i) {
      a.report(1, thread % 2 == 0 ? "+" : "-");
    }
  });
  EXPECT_EQ(a.block(1).count, 64U);
  EXPECT_EQ(store::RecentWord::successes(a.state.variant(a.agent, 1).recent.load(), 64), 32U);
}

TEST(OnOutcomeThreads, MaskAndWordsAgreeAfterBlocksProbationsAndOperators) {
  store::Capacities capacities = test::small_capacities();
  capacities.events = 1U << 16;
  GuardedAgent a(3, {}, capacities);
  std::atomic<bool> done{false};
  std::atomic<int64_t> clock{kStart};
  std::atomic<uint32_t> let_in{0};
  std::thread tick([&] {
    while (!done.load()) {
      let_in.fetch_add(end_blocks(a.history(), a.thresholds, clock.fetch_add(kHour) + kHour));
      reconcile(a.history());
      std::this_thread::yield();
    }
  });
  std::thread operators([&] {
    base::Problem problem;
    // No more than the event ring holds.
    for (int i = 0; i < 5'000 && !done.load(); ++i) {
      block(a.history(), a.agent, 2, Reason::kOperator, a.thresholds, clock.load(), problem);
      unblock(a.history(), a.agent, 2, a.thresholds, clock.load(), problem);
    }
  });
  in_threads([&](uint32_t thread) {
    // Until blocks and probations have taken many turns, however the threads are scheduled.
    for (int i = 0; i < 3'000 || let_in.load() < 40; ++i) {
      a.report(1 + thread % 2, i % 40 < 25 ? "-" : "+", clock.load());
      Verdict verdict;
      check(a.history(), a.agent, 1, a.thresholds, clock.load(), &verdict);
      EXPECT_LE(verdict.window_successes, verdict.window_count);
      EXPECT_LE(verdict.window_count, 10U);
      std::this_thread::yield();
    }
  });
  done.store(true);
  tick.join();
  operators.join();
  for (uint32_t v = 0; v < 3; ++v) {
    EXPECT_EQ(a.blocked(v), keeps_out(a.block(v))) << "variant " << v;
  }
  // Of variant 1, which no operator touched, blocks and probations take turns.
  Told told;
  for (const store::Event& event : a.state.events()) {
    if (event.variant == 1) {
      told.blocked += event.kind == EventKind::kVariantBlocked ? 1 : 0;
      told.unblocked += event.kind == EventKind::kVariantUnblocked ? 1 : 0;
    }
  }
  EXPECT_GT(told.blocked, 1U);
  EXPECT_EQ(told.blocked, told.unblocked + (a.blocked(1) ? 1 : 0));
  EXPECT_FALSE(a.blocked(0));
}

}  // namespace
}  // namespace remora::guard
