// Outcomes that the history still holds, as something to learn from once more.
#pragma once

#include <cstdint>
#include <span>

#include "base/heap.hpp"
#include "engine/active.hpp"
#include "learn/reward.hpp"
#include "store/generation.hpp"
#include "store/history.hpp"

namespace remora::engine {

inline constexpr uint32_t kAllAgents = UINT32_MAX;

// Later reports of decisions (learning.join) that the history holds, looked up by the decision's outcome.
class LaterReports {
 public:
  // Looks through the history only if there ever was one. Throws std::bad_alloc.
  explicit LaterReports(const store::History& history);

  // The reward of a decision by other settings: that of its outcome, joined with those of its later reports
  // that were learned and are still held.
  float reward(uint64_t decision_id, const learn::RewardInput& outcome,
               const learn::Settings& settings) const;
  // The reward that its reports made together as it was recorded; `outcome` is that of its outcome.
  float recorded(uint64_t decision_id, float outcome) const;

 private:
  struct Report {
    uint64_t decision_id;
    uint32_t order;
    bool learned;
    float joined;
    learn::RewardInput input;
  };
  std::span<const Report> of(uint64_t decision_id) const;

  base::Vector<Report> reports_;  // by decision and order
};

// Where experience is looked for.
struct ExperienceScope {
  const store::History& history;
  const store::Generation& generation;
  const Active& active;
  uint32_t agent = kAllAgents;  // index
};

// What was passed over, and why.
struct ExperienceSkipped {
  uint64_t unlearned = 0;   // recorded while learning was off, or decided in another generation
  uint64_t superseded = 0;  // of a generation that these values do not go on from
  uint64_t no_value = 0;    // the table had no room for the state
  uint64_t unreadable = 0;  // never finished, or just being written over
};

// Whether an outcome is one of those that the generation's values were learned from. Counts why not; one of
// another agent counts nowhere, nor does a later report, which LaterReports joins with its outcome.
bool is_experience(const ExperienceScope& scope, const store::OutcomeRecord& outcome,
                   ExperienceSkipped* skipped);

// What of a recorded outcome counts for its reward.
learn::RewardInput reward_input(const store::OutcomeRecord& outcome);

// What an outcome teaches by the agent's weights and join rule of today. What the state that followed was
// worth is taken as it was then: the history does not say which state that was.
float target_today(const ExperienceScope& scope, const LaterReports& later,
                   const store::OutcomeRecord& outcome);

}  // namespace remora::engine
