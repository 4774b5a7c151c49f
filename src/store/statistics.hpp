// A variant's figures: totals and time windows of all its outcomes, in two copies of which one is in force,
// so that they are read whole without a lock while housekeeping writes the next ones.
#pragma once

#include <cstdint>

#include "store/history.hpp"

namespace remora::store {

// Copies the figures in force of a variant, whole, whoever folds meanwhile. All zero when nothing was folded
// yet.
void variant_statistics(const VariantRecord& record, VariantStatistics* copy);

// Outcomes of a variant, and of all variants of an agent, without copying their figures.
uint64_t variant_outcomes(const VariantRecord& record);
uint64_t agent_outcomes(const History& history, const AgentRecord& agent);

// Over all variants of an agent.
struct AgentTotals {
  uint64_t outcomes = 0;
  double reward = 0;
};
AgentTotals agent_totals(const History& history, const AgentRecord& agent);

// Counts one outcome. One dated after `now_ns` counts as of now in the windows.
void add_outcome(VariantStatistics& statistics, const OutcomeRecord& outcome, int64_t now_ns);

// Adds a later report of a decision that counts already: what it moves of the reward, what it tells of
// errors, costs, grades. It is no outcome and no success, and its duration is not taken.
void add_report(VariantStatistics& statistics, const OutcomeRecord& outcome);

// The fold that wrote the figures in force; 0 = none.
uint64_t statistics_tag(const VariantRecord& record);

// Brings new figures into force. The caller holds the housekeeping lock. A process that dies in between
// leaves those of before in force.
void publish_statistics(VariantRecord& record, const VariantStatistics& next, uint64_t tag);

// Outcomes of the last 60 to 65 minutes and of the last 24 to 25 hours: whole buckets, and the one that is
// filling.
struct WindowSum {
  uint64_t count = 0, successes = 0;
};
WindowSum last_hour(const VariantStatistics& statistics, int64_t now_ns);
WindowSum last_day(const VariantStatistics& statistics, int64_t now_ns);

// Upper bound of the given quantile (0 .. 1) of durations in nanoseconds; 0 when nothing was timed.
int64_t duration_quantile(const VariantStatistics& statistics, double quantile);

}  // namespace remora::store
