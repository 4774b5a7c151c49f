// What is to become of a stage, from its figures alone: advance, hold or roll back, and why.
#pragma once

#include <cstdint>

#include "rollout/codes.hpp"
#include "rollout/rules.hpp"
#include "stats/proportion.hpp"
#include "store/layout.hpp"

namespace remora::rollout {

enum class Action { kHold, kAdvance, kRollBack };

// What a verdict looks at.
struct Evidence {
  stats::Count treatment;          // outcomes of this stage; of shadow runs in a shadow stage
  stats::Count baseline;           // of this stage; in a full stage of the last stage that had a control arm
  uint64_t treatment_surplus = 0;  // of these, what a single unit brought too many (surplus_of)
  uint64_t baseline_surplus = 0;
  int64_t elapsed_ns = 0;  // since the stage began
  bool critical_error = false;
  bool safety_violation = false;
  bool treatment_blocked = false;
};

struct Verdict {
  Action action = Action::kHold;
  Reason reason = Reason::kNone;
  stats::Difference difference;  // treatment - baseline, Newcombe's interval
  uint64_t samples_needed = 0;   // outcomes of the arm that lacks most before the stage can advance, and not
                                 // of its leading unit where the reason is kOneUnit
};

// The rules, in this order:
//   1. a critical error, a safety violation or a blocked treatment rolls back at once;
//   2. an observed drop beyond the stage's maximum rolls back once both arms have settings.rollback_samples:
//      as long as one of them is short of the stage's minimum samples only if the whole interval of the
//      difference lies below 0, with a z that is the larger the fewer samples there are (O'Brien and
//      Fleming), for every outcome is one more look;
//   3. the stage advances when its minimum time is over, each arm that it has reached the minimum samples
//      without what a single unit brought too many (unless settings.one_unit_may_advance), and the
//      treatment's rate is not below the baseline's by more than the margin.
// A monitor stage has no treatment outcomes: time and baseline samples decide. A full stage without figures
// of an earlier control arm has nothing to be held against: time and treatment samples decide. [hot]
Verdict judge(const store::StagePlan& stage, const Evidence& evidence, const Rules& rules);

// Rules 1 and 2 alone, as each outcome asks them: whether to roll back now, and why. [hot]
bool must_roll_back(const store::StagePlan& stage, const Evidence& evidence, const Rules& rules,
                    Reason* reason);

}  // namespace remora::rollout
