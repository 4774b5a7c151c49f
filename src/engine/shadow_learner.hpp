// A learner beside the one in force: other settings, memory of its own, taught by recorded outcomes.
#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <utility>

#include "base/heap.hpp"
#include "engine/experience.hpp"
#include "learn/reward.hpp"
#include "learn/settings.hpp"
#include "route/router.hpp"
#include "store/layout.hpp"

namespace remora::engine {

// What is wanted of an outcome record.
struct Recorded {
  uint64_t decision_id = 0;
  uint64_t key = 0;
  int64_t when_ns = 0;
  uint64_t drawn_from = 0;
  float propensity = 0, reward = 0, target = 0;
  uint32_t variant = 0, flags = 0;
  learn::RewardInput input;

  static Recorded of(const store::OutcomeRecord& r) {
    return {r.decision_id, r.key,    r.when_ns, r.drawn_from, r.propensity,
            r.reward,      r.target, r.variant, r.flags,      reward_input(r)};
  }
};

// Knows nothing at first, and learns by the formulas of learn, state and agent; the agent's values follow at
// once rather than at the next housekeeping. Parents above the agent, ageing and replay are left out. All
// throw std::bad_alloc.
class ShadowLearner {
 public:
  // With which probability each variant of `open` would be taken for the state of `key`; out[0 .. result).
  uint32_t probabilities(uint64_t key, const learn::Settings& settings, uint64_t open, double* out);

  // Learns an outcome, with its later reports at once. The reward is worked out anew by the settings'
  // weights.
  void learn(const Recorded& outcome, const LaterReports& later, const learn::Settings& settings);

 private:
  // What the agent went through: how far its epsilon has fallen.
  struct Life {
    uint64_t outcomes = 0, seen_outcomes = 0;
    double reward = 0, seen_reward = 0;
    uint32_t lowered = 0;
  };
  template <typename T>
  using ByKey = std::unordered_map<uint64_t, T, std::hash<uint64_t>, std::equal_to<>,
                                   base::HeapAllocator<std::pair<const uint64_t, T>>>;

  route::Cells& cells(uint64_t key);
  void live_on(const learn::Settings& settings, float reward, Life* life) const;

  ByKey<route::Cells> cells_;  // by state, and by agent (StateKey::kParentTask)
  ByKey<Life> lives_;          // by agent
};

}  // namespace remora::engine
