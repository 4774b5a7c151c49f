// Guard and rollout words under processes that are killed at random times between their stores.

#include <gtest/gtest.h>

#include <random>

#include "base/clock.hpp"
#include "guard/block_state.hpp"
#include "guard/on_outcome.hpp"
#include "guard/operator_actions.hpp"
#include "rollout/agent_in_rollout.hpp"
#include "rollout/command.hpp"
#include "support/child_process.hpp"
#include "support/environment.hpp"

namespace remora::rollout {
namespace {

using test::AgentInRollout;
using test::Child;
using test::kHour;
using test::kStart;
using test::short_plan;
using test::Signal;

constexpr int kKills = 150;

// Blocks, lets in, pauses and resumes without end.
[[noreturn]] void keep_changing(const AgentInRollout& a, uint32_t rollout) {
  base::Problem problem;
  for (int64_t now = kStart;; now += kHour) {
    for (int i = 0; i < 12; ++i) {
      guard::on_outcome(a.history(), a.agent, 2, {false, false, false}, a.thresholds, now);
    }
    command(a.history(), rollout, Command::kPause, a.thresholds, now, problem);
    guard::end_blocks(a.history(), a.thresholds, now + 30 * kHour);
    command(a.history(), rollout, Command::kResume, a.thresholds, now, problem);
    guard::block(a.history(), a.agent, 1, guard::Reason::kOperator, a.thresholds, now, problem);
    guard::unblock(a.history(), a.agent, 1, a.thresholds, now, problem);
  }
}

TEST(KilledProcesses, LeaveWordsThatOneTickPutsRight) {
  AgentInRollout a;
  Plan plan = short_plan(a.agent, kLearnedTreatment);
  const uint32_t r = a.start(plan);
  std::mt19937_64 random(test::printed_seed());
  uint32_t wrong = 0;
  for (int kill = 0; kill < kKills; ++kill) {
    const Signal started;
    Child changer([&] {
      started.send();
      keep_changing(a, r);
      return 0;
    });
    started.receive();
    base::sleep_ns(static_cast<int64_t>(random() % 700'000));
    ASSERT_EQ(changer.kill(), -SIGKILL);
    wrong += guard::reconcile(a.history()) + reconcile(a.history());
    for (uint32_t v = 0; v < 3; ++v) {
      ASSERT_EQ(a.state.is_blocked(a.agent, v), guard::keeps_out(a.state.block(a.agent, v)));
    }
    ASSERT_EQ(a.word().pack(), derive_word(a.history().rollouts[r], r).pack());
    ASSERT_FALSE(a.state.is_blocked(a.agent, 0));
    ASSERT_TRUE(a.state_of(r) == State::kRunning || a.state_of(r) == State::kPaused);
  }
  EXPECT_GT(wrong, 0U) << "no kill came between two stores: the test shows nothing";
  // Others go on as if nothing had been.
  base::Problem problem;
  command(a.history(), r, Command::kResume, a.thresholds, kStart, problem);
  EXPECT_EQ(a.state_of(r), State::kRunning);
  guard::unblock(a.history(), a.agent, 2, a.thresholds, kStart, problem);
  EXPECT_FALSE(a.state.is_blocked(a.agent, 2));
}

}  // namespace
}  // namespace remora::rollout
