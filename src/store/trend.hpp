// How the rewards of a variant go: the words behind its name, which say whether they have changed, how far
// they scatter and how far each still moves the value. Written by housekeeping alone, an outcome at a time.
#pragma once

#include <cstdint>

#include "stats/page_hinkley.hpp"
#include "store/layout.hpp"
#include "store/q_table.hpp"

namespace remora::store {

// Plain copy.
struct Trend {
  stats::ChangeState now;            // mean reward since the last alarm, and the evidence for the next one
  uint32_t alarms = 0, told = 0;     // alarms raised, and those of them that somebody was told of
  float before = 0, after = 0;       // mean reward before and after the last alarm
  float distance = 0, movement = 0;  // of the latest outcomes: from the value; by which they moved it
  float deviation_fast = 0, deviation_slow = 0;  // squared, of the latest rewards from the value, and of more
};
Trend read_trend(const VariantRecord& record);

// Weight of one outcome in what "latest" means, and in "more of them" (trend words, AgentRecord::explored).
inline constexpr float kFastStep = 0.05F;
inline constexpr float kSlowStep = 0.01F;

// Takes in one outcome's reward, its target, and what it did to the agent's value. Looks for a change when
// `rules` are there. The caller holds the housekeeping lock.
void extend_trend(VariantRecord& record, float reward, float target, const CellUpdate& update,
                  const stats::ChangeRules* rules);

// Says that the alarms raised so far were told.
void set_told(VariantRecord& record, uint32_t alarms);

// Share of outcomes whose decision explored, fast and slow; all of them before there was any.
struct ExploredShare {
  float fast = 1, slow = 1;
};
ExploredShare explored_share(const AgentRecord& record);
void extend_explored(AgentRecord& record, bool explored);

}  // namespace remora::store
