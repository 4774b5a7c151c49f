// An agent under the guard's eyes, and outcomes by the dozen.
#pragma once

#include "guard/on_outcome.hpp"
#include "guard/thresholds.hpp"
#include "support/test_state.hpp"

namespace remora::test {

inline constexpr int64_t kSecond = 1'000'000'000;
inline constexpr int64_t kHour = 3'600 * kSecond;
inline constexpr int64_t kStart = 1'700'000'000 * kSecond;

class GuardedAgent {
 public:
  explicit GuardedAgent(uint32_t variants, const guard::Settings& settings = {},
                        const store::Capacities& capacities = small_capacities())
      : state(capacities),
        thresholds(guard::Thresholds::of(settings)),
        agent(state.add_agent("a", variants)) {}

  const store::History& history() const { return state.history(); }

  void report(uint32_t variant, const guard::OutcomeFacts& outcome, int64_t now_ns = kStart) {
    guard::on_outcome(history(), agent, variant, outcome, thresholds, now_ns);
  }
  // "+" is a success, "-" a failure.
  void report(uint32_t variant, std::string_view outcomes, int64_t now_ns = kStart) {
    for (const char c : outcomes) {
      report(variant, guard::OutcomeFacts{c == '+', false, false}, now_ns);
    }
  }

  bool blocked(uint32_t variant) const { return state.is_blocked(agent, variant); }
  store::BlockWord block(uint32_t variant) const { return state.block(agent, variant); }
  uint32_t safe() const { return state.safe_variant(agent); }
  size_t events(store::EventKind kind) const { return state.events(kind).size(); }

  TestState state;
  guard::Thresholds thresholds;
  uint32_t agent;
};

}  // namespace remora::test
