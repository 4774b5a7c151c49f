#include "learn/convergence.hpp"

#include <algorithm>
#include <cmath>

#include "learn/hierarchy.hpp"
#include "stats/normal.hpp"
#include "store/trend.hpp"

namespace remora::learn {
namespace {

constexpr double kConfidence = 0.95;

// Outcomes that a mean with this step is worth.
double worth(float step, double outcomes) {
  return std::min(outcomes, static_cast<double>(most_evidence(step)));
}

Figure winning_figure(const VariantEvidence& winner, float learning_rate) {
  const double count = worth(learning_rate, winner.outcomes);
  return {winner.value, stats::mean_interval(winner.value, winner.variance_before, count, kConfidence),
          winner.value > kWinningValue};
}

// By the normal distribution of the difference of two means.
Figure separation_figure(const VariantEvidence& winner, const VariantEvidence& next, float learning_rate) {
  const double difference = winner.value - next.value;
  const double error = std::sqrt(winner.variance_before / worth(learning_rate, winner.outcomes) +
                                 next.variance_before / worth(learning_rate, next.outcomes));
  const double half = stats::z_two_sided(kConfidence) * error;
  return {difference, {difference - half, difference + half}, difference - half > 0};
}

Figure explored_figure(const AgentEvidence& agent) {
  const double count = worth(store::kFastStep, static_cast<double>(agent.outcomes));
  const auto trials = static_cast<uint64_t>(count);
  const auto successes = static_cast<uint64_t>(std::llround(agent.explored * count));
  const stats::Interval interval = stats::wilson({successes, trials}, stats::z_two_sided(kConfidence));
  return {agent.explored, interval, interval.low <= agent.explored_before};
}

Figure variance_figure(const AgentEvidence& agent, const VariantEvidence& winner) {
  // Rewards that are all alike are steady.
  constexpr double kNone = 1e-9;
  if (winner.variance < kNone && winner.variance_before < kNone) {
    return {1, {1, 1}, true};
  }
  const double outcomes = winner.outcomes;
  const stats::Interval interval = stats::variance_ratio_interval(
      winner.variance, worth(store::kFastStep, outcomes), winner.variance_before,
      worth(std::max(store::kSlowStep, agent.learning_rate / 2), outcomes), kConfidence);
  return {winner.variance / winner.variance_before, interval, interval.low <= 1 && interval.high >= 1};
}

}  // namespace

Figure change_figure(const VariantEvidence& variant, float learning_rate) {
  const double step = std::max(static_cast<double>(learning_rate), 1.0 / (variant.outcomes + 1.0));
  const double scatter = std::max(variant.variance - variant.distance * variant.distance, 0.0);
  const stats::Interval distance =
      stats::mean_interval(variant.distance, scatter, worth(store::kFastStep, variant.outcomes), kConfidence);
  const stats::Interval interval{std::max(distance.low * step, 0.0), distance.high * step};
  return {variant.distance * step, interval, interval.high < kSettledChange};
}

Convergence judge_convergence(const AgentEvidence& agent) {
  Convergence result;
  const VariantEvidence* winner = nullptr;
  const VariantEvidence* next = nullptr;
  bool starved = agent.outcomes < kFewestOutcomes;
  for (const VariantEvidence& v : agent.variants) {
    starved = starved || v.outcomes < kFewestVariantOutcomes;
    if (v.outcomes == 0) {
      continue;
    }
    if (winner == nullptr || v.value > winner->value) {
      next = winner;
      winner = &v;
    } else if (next == nullptr || v.value > next->value) {
      next = &v;
    }
  }
  result.explored = explored_figure(agent);
  if (winner == nullptr) {
    return result;
  }
  result.winner = winner->variant;
  result.change = change_figure(*winner, agent.learning_rate);
  result.winning = winning_figure(*winner, agent.learning_rate);
  result.variance = variance_figure(agent, *winner);
  if (next != nullptr) {
    result.separation = separation_figure(*winner, *next, agent.learning_rate);
  } else {
    result.separation.met = agent.variants.size() == 1;
  }
  const bool settled = result.change.met && result.winning.met && result.separation.met &&
                       result.explored.met && result.variance.met;
  result.verdict = starved                               ? Verdict::kStarved
                   : agent.since_change < kDriftOutcomes ? Verdict::kDrifting
                   : settled                             ? Verdict::kConverged
                                                         : Verdict::kLearning;
  return result;
}

}  // namespace remora::learn
