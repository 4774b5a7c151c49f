// A learner beside the one in force: other settings, memory of its own, taught by recorded outcomes.
#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <utility>

#include "base/heap.hpp"
#include "engine/experience.hpp"
#include "engine/shadow_parents.hpp"
#include "engine/shadow_states.hpp"
#include "learn/reward.hpp"
#include "learn/settings.hpp"
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

// Cells of one state's variants.
struct Cells {
  store::QCell of[store::kMaxVariants];
};

// Knows nothing at first, and learns by the formulas of learn: state, agent, category and fleet. Values above
// the state follow at once rather than at the next housekeeping. Ageing and replay are left out. All throw
// std::bad_alloc.
class ShadowLearner {
 public:
  // `fleet` says how many outcomes of an agent count for others.
  ShadowLearner(const store::History& history, const learn::Settings& fleet)
      : parents_(history, learn::most_evidence(fleet.learning_rate)) {}

  // With which probability each variant of `open` would be taken in a state; out[0 .. result).
  uint32_t probabilities(const ShadowState& at, const learn::Settings& settings, uint64_t open, double* out);

  // Learns an outcome, with its later reports at once. The reward is worked out anew by the settings'
  // weights.
  void learn(const ShadowState& at, const Recorded& outcome, const LaterReports& later,
             const learn::Settings& settings);

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

  Cells& cells(uint64_t key);
  Cells pooled(const ShadowState& at, uint32_t count, const learn::Settings& settings);
  float state_part(const ShadowState& at, const learn::Settings& settings);
  void live_on(const learn::Settings& settings, float reward, Life* life) const;

  ShadowParents parents_;
  ByKey<Cells> cells_;  // by state, and by agent (StateKey::kParentTask): what it saw itself
  ByKey<Life> lives_;   // by agent
};

}  // namespace remora::engine
