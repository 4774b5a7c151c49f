// Has an agent made up its mind? Five figures, each with an interval, and a verdict.
#pragma once

#include <cstdint>
#include <span>

#include "stats/interval.hpp"

namespace remora::learn {

// Numbered as remora_verdict.
enum class Verdict : uint32_t { kNone = 0, kStarved = 1, kLearning = 2, kDrifting = 3, kConverged = 4 };

// What is known of one variant that may run.
struct VariantEvidence {
  uint32_t variant = 0;
  uint32_t outcomes = 0;  // behind its value
  double value = 0;
  double distance = 0;         // mean distance of the latest outcomes from the value
  double variance = 0;         // of the latest rewards about the value
  double variance_before = 0;  // of more of them
};

struct AgentEvidence {
  std::span<const VariantEvidence> variants;
  double explored = 1, explored_before = 1;  // share of the latest outcomes, and of more of them
  uint64_t outcomes = 0;
  uint64_t since_change = UINT64_MAX;  // outcomes since a variant's rewards changed
  float learning_rate = 0.02F;
};

// A figure, its interval at 95 %, and whether it is as a settled agent's is.
struct Figure {
  double value = 0;
  stats::Interval interval;
  bool met = false;
};

struct Convergence {
  Verdict verdict = Verdict::kStarved;
  uint32_t winner = UINT32_MAX;  // the variant of the highest value; UINT32_MAX without any outcome
  Figure change;      // by which one more outcome moves the winner's value: below 0.1, the interval too
  Figure winning;     // the winner's value: above 0.7
  Figure separation;  // the winner's value less the next best's: the interval above 0; met without a second
  Figure explored;    // share of decisions that explored: no more than before
  Figure variance;    // of the latest rewards, by that of more of them: 1 lies in the interval
};

inline constexpr double kSettledChange = 0.1;
inline constexpr double kWinningValue = 0.7;
inline constexpr uint64_t kFewestOutcomes = 30;        // of an agent
inline constexpr uint32_t kFewestVariantOutcomes = 5;  // of each variant that may run
inline constexpr uint64_t kDriftOutcomes = 100;        // after a change that an agent counts as drifting

// Starved: too few outcomes of the agent, or of a variant, to say anything. Drifting: a variant's rewards
// changed not long ago. Converged: all five figures are met. Else learning.
Convergence judge_convergence(const AgentEvidence& agent);

// The expected change of a value of so many outcomes by the next one, of which the latest lay so far away.
Figure change_figure(const VariantEvidence& variant, float learning_rate);

}  // namespace remora::learn
