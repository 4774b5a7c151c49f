#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "rollout/agent_in_rollout.hpp"
#include "rollout/command.hpp"
#include "rollout/tick.hpp"

namespace remora::rollout {
namespace {

using store::EventKind;
using test::AgentInRollout;
using test::kHour;
using test::kStart;
using test::short_plan;

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

TEST(RolloutThreads, LoseNoOutcomeOfAnArm) {
  AgentInRollout a;
  Plan plan = short_plan(a.agent, 1);
  plan.stages[0].minimum_samples = 1'000'000;
  const uint32_t r = a.start(plan);
  in_threads([&a](uint32_t) {
    for (int i = 0; i < 2'500; ++i) {
      a.baseline(i % 2 == 0 ? "+" : "-");
    }
  });
  EXPECT_EQ(a.status(r).baseline_count, 10'000U);
  EXPECT_EQ(a.status(r).baseline_successes, 5'000U);
}

TEST(RolloutThreads, LoseNoVoteOfAUnit) {
  AgentInRollout a;
  Plan plan = short_plan(a.agent, 1);
  plan.stages[0].minimum_samples = 1'000;
  const uint32_t r = a.start(plan);
  a.unit = 1'000'000;
  in_threads([&a](uint32_t) {
    for (int i = 0; i < 2'500; ++i) {
      a.baseline("+");
    }
  });
  const Status s = a.status(r, kStart + kHour);
  EXPECT_EQ(s.baseline_count, 10'000U);
  EXPECT_EQ(s.reason, Reason::kOneUnit);
  EXPECT_EQ(s.samples_needed, 999U);
}

TEST(RolloutThreads, RollBackOnceThoughAllSeeACriticalError) {
  AgentInRollout a;
  for (int round = 0; round < 30; ++round) {
    const uint32_t r = a.start(short_plan(a.agent, 1), "r" + std::to_string(round));
    base::Problem problem;
    command(a.history(), r, Command::kAdvance, a.thresholds, kStart, problem);
    command(a.history(), r, Command::kAdvance, a.thresholds, kStart, problem);
    const store::SlotChoice choice = a.decision(1, store::kDecisionCanary);
    const uint32_t epoch = a.word().epoch;
    const uint64_t told = store::last_event(a.history());
    in_threads([&](uint32_t) {
      count_outcome(a.history(), a.agent, {choice, epoch}, {false, true, false}, a.rules, a.thresholds,
                    kStart);
    });
    ASSERT_EQ(a.state_of(r), State::kRolledBack);
    ASSERT_EQ(store::last_event(a.history()), told + 1);
    ASSERT_TRUE(a.state.is_blocked(a.agent, 1));
  }
}

TEST(RolloutThreads, ChangeEachStageOnceWhileAllRecordAndTick) {
  store::Capacities capacities = test::small_capacities();
  capacities.events = 1U << 14;
  AgentInRollout a(3, capacities);
  const uint32_t r = a.start(short_plan(a.agent, 1));
  std::atomic<int64_t> clock{kStart};
  std::atomic<uint32_t> changes{0};
  in_threads([&](uint32_t thread) {
    base::Problem problem;
    for (int i = 0; i < 20'000 && a.state_of(r) != State::kComplete; ++i) {
      a.baseline("+");
      a.treatment("+");
      if (thread == 0 && i % 64 == 63) {
        command(a.history(), r, Command::kPause, a.thresholds, clock.load(), problem);
        command(a.history(), r, Command::kResume, a.thresholds, clock.load(), problem);
      }
      const int64_t now = clock.fetch_add(kHour / 16);
      changes.fetch_add(advance_due(a.history(), r, a.rules, a.thresholds, now) ? 1 : 0);
      reconcile(a.history());
    }
  });
  EXPECT_EQ(a.state_of(r), State::kComplete);
  EXPECT_EQ(changes.load(), 4U);
  EXPECT_EQ(a.state.events(EventKind::kStageAdvanced).size(), 3U);
  EXPECT_EQ(a.state.events(EventKind::kRolloutComplete).size(), 1U);
  EXPECT_EQ(a.state.events(EventKind::kRolloutPaused).size(),
            a.state.events(EventKind::kRolloutResumed).size());
  EXPECT_EQ(reconcile(a.history()), 0U) << "the agent's word is what the record says";
}

}  // namespace
}  // namespace remora::rollout
