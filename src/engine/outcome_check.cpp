#include "engine/outcome_check.hpp"

#include <cmath>

#include "base/clock.hpp"
#include "engine/state_of_task.hpp"
#include "store/reports.hpp"
#include "store/settings.hpp"

namespace remora::engine {
namespace {

using base::Code;
using base::Problem;

constexpr uint32_t kKnownFlags = REMORA_OUTCOME_HAS_QUALITY | REMORA_OUTCOME_HAS_RATING |
                                 REMORA_OUTCOME_HAS_NEXT | REMORA_OUTCOME_ABANDONED |
                                 store::kMostReports * REMORA_OUTCOME_REPORT;
constexpr int64_t kHighestCost = 1'000'000'000'000'000;  // a billion currency units
constexpr uint64_t kMostTokens = UINT32_MAX;

[[gnu::noinline]] Code out_of_range(const char* field, double value, double low, double high,
                                    Problem& problem) {
  return problem.set(Code::kInvalid, "%s is %g: must be %g .. %g", field, value, low, high);
}

// NaN fails both comparisons, so it is refused too.
bool within(double value, double low, double high) { return value >= low && value <= high; }

Code check_counts(const remora_outcome& o, Problem& problem) {
  if (o.tool_calls_correct > o.tool_calls_total || o.tool_calls_total > UINT16_MAX) {
    return problem.set(Code::kInvalid,
                       "tool_calls_correct is %u of %u: at most tool_calls_total, which is at most 65535",
                       o.tool_calls_correct, o.tool_calls_total);
  }
  if (o.tokens_in > kMostTokens || o.tokens_out > kMostTokens) {
    return problem.set(Code::kInvalid, "tokens are %llu in, %llu out: at most %llu each",
                       static_cast<unsigned long long>(o.tokens_in),
                       static_cast<unsigned long long>(o.tokens_out),
                       static_cast<unsigned long long>(kMostTokens));
  }
  if (o.metric_count > store::kMaxMetrics || o.label_count > store::kMaxLabels ||
      o.next_label_count > store::kMaxLabels) {
    return problem.set(Code::kInvalid,
                       "metric_count %u, label_count %u, next_label_count %u: at most %u, %u, %u",
                       o.metric_count, o.label_count, o.next_label_count, store::kMaxMetrics,
                       store::kMaxLabels, store::kMaxLabels);
  }
  for (uint32_t i = 0; i < o.metric_count; ++i) {
    if (!std::isfinite(o.metrics[i]) || std::fabs(o.metrics[i]) > 3.4e38) {
      return problem.set(Code::kInvalid, "metrics[%u] is %g: must be a finite number within a float's range",
                         i, o.metrics[i]);
    }
  }
  return Code::kOk;
}

}  // namespace

Code check_outcome(const remora_outcome& o, Problem& problem) {
  if ((o.flags & ~kKnownFlags) != 0) {
    return problem.set(Code::kUnsupported, "outcome.flags has unknown bits %#x", o.flags & ~kKnownFlags);
  }
  if ((o.flags & REMORA_OUTCOME_HAS_QUALITY) != 0 && !within(o.quality, 0, 1)) {
    return out_of_range("quality", o.quality, 0, 1, problem);
  }
  if ((o.flags & REMORA_OUTCOME_HAS_RATING) != 0 && !within(o.user_rating, 0, 10)) {
    return out_of_range("user_rating", o.user_rating, 0, 10, problem);
  }
  if (!std::isfinite(o.quality) || !std::isfinite(o.user_rating)) {
    return problem.set(Code::kInvalid, "quality is %g, user_rating is %g: must be finite", o.quality,
                       o.user_rating);
  }
  if (o.duration_ns < 0 || o.duration_ns > kLongestTask) {
    return problem.set(Code::kInvalid, "duration_ns is %lld: must be 0 .. %lld (30 days)",
                       static_cast<long long>(o.duration_ns), static_cast<long long>(kLongestTask));
  }
  if (o.cost_micros < 0 || o.cost_micros > kHighestCost) {
    return problem.set(Code::kInvalid, "cost_micros is %lld: must be 0 .. %lld",
                       static_cast<long long>(o.cost_micros), static_cast<long long>(kHighestCost));
  }
  if (!base::is_time(o.now_ns)) {
    return refuse_time("now_ns", o.now_ns, problem);
  }
  return check_counts(o, problem);
}

}  // namespace remora::engine
