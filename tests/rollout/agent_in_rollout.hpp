// An agent with a rollout, and the outcomes of its arms by the dozen.
#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "guard/thresholds.hpp"
#include "rollout/agent_word.hpp"
#include "rollout/codes.hpp"
#include "rollout/on_outcome.hpp"
#include "rollout/plan.hpp"
#include "rollout/rules.hpp"
#include "rollout/start.hpp"
#include "rollout/status.hpp"
#include "support/status.hpp"
#include "support/test_state.hpp"

namespace remora::test {

inline constexpr int64_t kSecond = 1'000'000'000;
inline constexpr int64_t kHour = 3'600 * kSecond;
inline constexpr int64_t kStart = 1'700'000'000 * kSecond;

inline store::StagePlan stage_of(rollout::Mode mode, uint32_t share, uint32_t samples,
                                 int64_t minimum_ns = 0) {
  return {static_cast<uint32_t>(mode), share, samples, 0, minimum_ns, 0.05, 0.10, {}};
}

// Monitor, shadow, canary 10 %, full: short of samples and of time.
inline rollout::Plan short_plan(uint32_t agent, uint32_t treatment) {
  rollout::Plan plan;
  plan.agent = agent;
  plan.treatment = treatment;
  plan.stage_count = 4;
  plan.stages[0] = stage_of(rollout::Mode::kMonitor, 0, 10, kHour);
  plan.stages[1] = stage_of(rollout::Mode::kShadow, 10'000, 10, kHour);
  plan.stages[2] = stage_of(rollout::Mode::kCanary, 1'000, 10, kHour);
  plan.stages[3] = stage_of(rollout::Mode::kFull, 10'000, 10, kHour);
  return plan;
}

class AgentInRollout {
 public:
  explicit AgentInRollout(uint32_t variants = 3, const store::Capacities& capacities = small_capacities())
      : state(capacities),
        thresholds(guard::Thresholds::of({})),
        rules(rollout::Rules::of({})),
        agent(state.add_agent("a", variants)) {}

  const store::History& history() const { return state.history(); }

  uint32_t start(const rollout::Plan& plan, std::string_view name = "r", int64_t now_ns = kStart) {
    base::Problem problem;
    uint32_t rollout = 0;
    EXPECT_TRUE(
        is_ok(rollout::start(history(), name, plan, rules.settings, thresholds, now_ns, &rollout, problem),
              problem));
    return rollout;
  }

  store::RolloutWord word() const { return store::RolloutWord::unpack(state.agent(agent).rollout.load()); }
  store::RolloutStateWord truth(uint32_t rollout) const {
    return store::RolloutStateWord::unpack(history().rollouts[rollout].state.load());
  }
  rollout::State state_of(uint32_t rollout) const {
    return static_cast<rollout::State>(truth(rollout).state);
  }
  rollout::Reason reason_of(uint32_t rollout) const {
    return static_cast<rollout::Reason>(truth(rollout).reason);
  }

  // A decision of the stage in force, as route writes it into the ledger.
  store::SlotChoice decision(uint32_t variant, uint32_t flags) const {
    store::SlotChoice choice;
    choice.variant = variant;
    choice.learned = variant;
    choice.flags = flags;
    choice.stage = word().stage;
    choice.mode = word().mode;
    choice.rollout = word().rollout;
    return choice;
  }

  void report(const store::SlotChoice& choice, const guard::OutcomeFacts& outcome, int64_t now_ns = kStart) {
    // Relaxed: that they differ is all that is asked of them.
    const uint32_t of_unit = unit != 0 ? unit : next_unit.fetch_add(1, std::memory_order_relaxed);
    rollout::count_outcome(history(), agent, {choice, word().epoch, of_unit}, outcome, rules, thresholds,
                           now_ns);
  }
  void report(const store::SlotChoice& choice, std::string_view outcomes) {
    for (const char c : outcomes) {
      report(choice, guard::OutcomeFacts{c == '+', false, false});
    }
  }

  // Outcomes of the stage in force. "+" is a success, "-" a failure.
  void treatment(std::string_view outcomes, uint32_t variant = 1) {
    const auto mode = static_cast<rollout::Mode>(word().mode);
    if (mode == rollout::Mode::kShadow) {
      store::SlotChoice choice = decision(variant, 0);
      choice.shadow = variant;
      report(choice, outcomes);
    } else {
      report(decision(variant, mode == rollout::Mode::kCanary ? store::kDecisionCanary : 0U), outcomes);
    }
  }
  void baseline(std::string_view outcomes) { report(decision(0, store::kDecisionControlArm), outcomes); }

  rollout::Status status(uint32_t rollout, int64_t now_ns = kStart) const {
    rollout::Status s;
    EXPECT_TRUE(rollout::status(history(), rollout, rules, now_ns, &s));
    return s;
  }

  TestState state;
  guard::Thresholds thresholds;
  rollout::Rules rules;
  uint32_t agent;
  uint32_t unit = 0;  // whose outcomes are reported; 0 = each is another one's
  std::atomic<uint32_t> next_unit = 0;
};

inline std::string some(size_t successes, size_t failures) {
  return std::string(successes, '+') + std::string(failures, '-');
}

}  // namespace remora::test
