#include "evaluate/estimators.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <new>
#include <random>

#include "evaluate/reward_model.hpp"

namespace remora::evaluate {
namespace {

using base::Code;
using base::Problem;

// All that the estimators need of a decision.
struct Row {
  double weight, reward;
  double fitted;    // the model's expectation of the action taken
  double expected;  // and of the target's choice
};

constexpr size_t kEstimates = 5;
using Values = std::array<double, kEstimates>;  // in the order of Evaluation

Code check(const Log& log, size_t i, Problem& problem) {
  const Logged& row = log[i];
  double sum = 0;
  double lowest = 0;
  for (const double probability : log.target(i)) {
    sum += probability;
    lowest = std::min(lowest, probability);
  }
  if (!(row.propensity > 0 && row.propensity <= 1) || !std::isfinite(row.reward)) {
    return problem.set(Code::kInvalid,
                       "decision %zu has propensity %g and reward %g: a propensity is above 0, at most 1", i,
                       row.propensity, row.reward);
  }
  if (!(std::abs(sum - 1) <= 0.01) || lowest < 0) {
    return problem.set(
        Code::kInvalid,
        "the target's probabilities for decision %zu add up to %g: they must be 0 or more, and add "
        "up to 1",
        i, sum);
  }
  return Code::kOk;
}

Row row_of(const Log& log, size_t i, const RewardModel& model) {
  const Logged& logged = log[i];
  const std::span<const double> target = log.target(i);
  Row row{};
  row.weight = logged.action < target.size() ? target[logged.action] / logged.propensity : 0;
  row.reward = logged.reward;
  row.fitted = model.expected(logged.context, logged.pool, logged.action);
  for (uint32_t action = 0; action < target.size(); ++action) {
    if (target[action] > 0) {
      row.expected += target[action] * model.expected(logged.context, logged.pool, action);
    }
  }
  return row;
}

class Sums {
 public:
  void add(const Row& row) {
    weight_ += row.weight;
    reward_ += row.reward;
    weighted_ += row.weight * row.reward;
    expected_ += row.expected;
    residual_ += row.weight * (row.reward - row.fitted);
  }
  Values values(double n) const {
    return {reward_ / n, weighted_ / n, weight_ > 0 ? weighted_ / weight_ : 0, expected_ / n,
            (expected_ + residual_) / n};
  }

 private:
  double weight_ = 0, reward_ = 0, weighted_ = 0, expected_ = 0, residual_ = 0;
};

void weigh(const base::Vector<Row>& rows, Evaluation* out) {
  double squares = 0;
  double sum = 0;
  for (const Row& row : rows) {
    sum += row.weight;
    squares += row.weight * row.weight;
    out->largest_weight = std::max(out->largest_weight, row.weight);
  }
  out->decisions = rows.size();
  out->effective = squares > 0 ? sum * sum / squares : 0;
  out->mean_weight = rows.empty() ? 0 : sum / static_cast<double>(rows.size());
}

// A log is refused rather than asked for a number that means nothing.
Code judge(const Evaluation& e, const Options& options, Problem& problem) {
  if (e.decisions == 0) {
    return problem.set(Code::kState, "there is no decision to weigh");
  }
  if (e.effective < options.least_effective) {
    return problem.set(
        Code::kState,
        "refused: %llu decisions weigh as %.1f, at least %g are needed (largest weight %.3g); log "
        "more, or with more exploration",
        static_cast<unsigned long long>(e.decisions), e.effective, options.least_effective, e.largest_weight);
  }
  // Weights are 1 on average. Where the log never shows what the target does, they are less.
  const auto n = static_cast<double>(e.decisions);
  const double deviation = e.mean_weight * std::sqrt(std::max(n / e.effective - 1, 0.0) / n);
  if (std::abs(e.mean_weight - 1) > std::max(0.1, 5 * deviation)) {
    return problem.set(
        Code::kState,
        "refused: the mean weight of %llu decisions is %.3f where it should be 1: the log does not "
        "show what this policy would do; log with more exploration",
        static_cast<unsigned long long>(e.decisions), e.mean_weight);
  }
  return Code::kOk;
}

// Values of `count` resamples of the rows, by estimate.
std::array<base::Vector<double>, kEstimates> resample(const base::Vector<Row>& rows, const Options& options) {
  std::array<base::Vector<double>, kEstimates> all;
  std::mt19937_64 random(options.seed);
  const uint64_t n = rows.size();
  for (uint32_t i = 0; i < options.resamples; ++i) {
    Sums sums;
    for (uint64_t drawn = 0; drawn < n; ++drawn) {
      sums.add(rows[(random() >> 32) * n >> 32]);
    }
    const Values values = sums.values(static_cast<double>(n));
    for (size_t k = 0; k < kEstimates; ++k) {
      all[k].push_back(values[k]);
    }
  }
  return all;
}

// The value below which a share of the values lies.
double quantile(base::Vector<double>& values, double share) {
  const auto place = static_cast<size_t>(std::lround(share * static_cast<double>(values.size() - 1)));
  std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(place), values.end());
  return values[place];
}

void estimate(const base::Vector<Row>& rows, const Options& options, Evaluation* out) {
  Sums sums;
  for (const Row& row : rows) {
    sums.add(row);
  }
  const Values values = sums.values(static_cast<double>(rows.size()));
  std::array<base::Vector<double>, kEstimates> resampled = resample(rows, options);
  const std::array<Estimate*, kEstimates> estimates = {&out->logged, &out->ips, &out->self_normalised,
                                                       &out->direct, &out->doubly_robust};
  const double tail = (1 - options.confidence) / 2;
  for (size_t k = 0; k < kEstimates; ++k) {
    *estimates[k] = {values[k], quantile(resampled[k], tail), quantile(resampled[k], 1 - tail)};
  }
}

}  // namespace

Code evaluate(const Log& log, const Options& options, Evaluation* out, Problem& problem) try {
  *out = {};
  if (options.resamples == 0 || !(options.confidence > 0 && options.confidence < 1) ||
      log.size() > UINT32_MAX) {
    return problem.set(Code::kInvalid, "%u resamples, confidence %g: at least 1, and between 0 and 1",
                       options.resamples, options.confidence);
  }
  if (log.size() * options.resamples > kMostDraws) {
    return problem.set(
        Code::kInvalid,
        "%u resamples of %zu decisions are more than %llu draws: ask for at most %llu resamples",
        options.resamples, log.size(), static_cast<unsigned long long>(kMostDraws),
        static_cast<unsigned long long>(kMostDraws / log.size()));
  }
  const RewardModel model(log);
  base::Vector<Row> rows;
  rows.reserve(log.size());
  for (size_t i = 0; i < log.size(); ++i) {
    if (const Code code = check(log, i, problem); !ok(code)) {
      return code;
    }
    rows.push_back(row_of(log, i, model));
  }
  weigh(rows, out);
  if (const Code code = judge(*out, options, problem); !ok(code)) {
    return code;
  }
  estimate(rows, options, out);
  return Code::kOk;
} catch (const std::bad_alloc&) {
  return problem.set(Code::kMemory, "no memory to weigh %zu decisions", log.size());
}

}  // namespace remora::evaluate
