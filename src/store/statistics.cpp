#include "store/statistics.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/clock.hpp"
#include "store/outcome_lanes.hpp"
#include "store/words.hpp"

namespace remora::store {
namespace {

constexpr int64_t kHourPeriodNs = 5 * base::kNanosPerMinute;
constexpr int64_t kDayPeriodNs = base::kNanosPerHour;
constexpr int64_t kFirstDurationNs = 64 * base::kNanosPerMicrosecond;
constexpr size_t kWords = sizeof(VariantStatistics) / sizeof(uint64_t);
static_assert(sizeof(VariantStatistics) % sizeof(uint64_t) == 0 && offsetof(VariantStatistics, tag) == 0);

void load_words(VariantStatistics* to, const VariantStatistics& from) {
  auto* in = reinterpret_cast<uint64_t*>(const_cast<VariantStatistics*>(&from));
  uint64_t words[kWords];
  words[0] = 0;
  for (size_t i = 1; i < kWords; ++i) {
    // Acquire: the second look at the tag stays behind all of these.
    words[i] = std::atomic_ref<uint64_t>(in[i]).load(std::memory_order_acquire);
  }
  std::memcpy(reinterpret_cast<std::byte*>(to), words, sizeof words);
}

void store_words(VariantStatistics& to, const VariantStatistics& from) {
  uint64_t words[kWords];
  std::memcpy(words, reinterpret_cast<const std::byte*>(&from), sizeof words);
  auto* out = reinterpret_cast<uint64_t*>(&to);
  for (size_t i = 1; i < kWords; ++i) {
    // Release: who reads one of these sees the tag cleared too.
    std::atomic_ref<uint64_t>(out[i]).store(words[i], std::memory_order_release);
  }
}

// Has `read` look at the figures in force until it saw them whole; returns their tag, 0 when nothing was
// folded yet and nothing was read.
template <typename Read>
uint64_t read_in_force(const VariantRecord& record, const Read& read) {
  for (;;) {
    // Acquire pairs with the release in publish_statistics.
    const uint64_t first = record.statistics[0].tag.load(std::memory_order_acquire);
    const uint64_t second = record.statistics[1].tag.load(std::memory_order_acquire);
    const VariantStatistics& in_force = record.statistics[first >= second ? 0 : 1];
    const uint64_t tag = std::max(first, second);
    if (tag == 0) {
      return 0;
    }
    read(in_force);
    // It changes only after the other copy came into force: at most one of two tries meets a fold.
    if (in_force.tag.load(std::memory_order_relaxed) == tag) {
      return tag;
    }
  }
}

int64_t period_of(int64_t when_ns, int64_t period_ns) { return when_ns / period_ns; }

// Buckets are a ring by period: an outcome of a later period than the bucket's empties it first, one of an
// earlier period has left the window.
template <size_t Size>
void count_in(WindowBucket (&buckets)[Size], uint32_t period, bool success) {
  WindowBucket& bucket = buckets[period % Size];
  if (bucket.period < period) {
    bucket = {period, 0, 0, 0};
  }
  if (bucket.period == period) {
    ++bucket.count;
    bucket.successes += success ? 1U : 0U;
  }
}

template <size_t Size>
WindowSum sum_of(const WindowBucket (&buckets)[Size], int64_t now_period) {
  WindowSum sum;
  for (const WindowBucket& bucket : buckets) {
    const int64_t age = now_period - static_cast<int64_t>(bucket.period);
    if (age >= 0 && age < static_cast<int64_t>(Size)) {
      sum.count += bucket.count;
      sum.successes += bucket.successes;
    }
  }
  return sum;
}

// What every report of a decision may add to.
void add_amounts(VariantStatistics& s, const OutcomeRecord& o) {
  const auto one_if = [&o](uint32_t fact) -> uint64_t { return (o.flags & fact) != 0 ? 1 : 0; };
  s.critical_errors += one_if(kOutcomeCritical);
  s.violations += one_if(kOutcomeViolation);
  s.complaints += one_if(kOutcomeComplaint);
  s.errors += o.errors;
  s.corrections += o.corrections;
  s.tokens_in += o.tokens_in;
  s.tokens_out += o.tokens_out;
  s.tool_calls_correct += o.tools_correct;
  s.tool_calls_total += o.tools_total;
  s.cost_sum_micros += static_cast<double>(o.cost_micros);
  if ((o.flags & kOutcomeGraded) != 0) {
    ++s.graded;
    s.quality_sum += static_cast<double>(o.quality);
  }
  if ((o.flags & kOutcomeRated) != 0) {
    ++s.rated;
    s.rating_sum += static_cast<double>(o.rating);
  }
}

}  // namespace

void add_outcome(VariantStatistics& s, const OutcomeRecord& o, int64_t now_ns) {
  const bool success = (o.flags & kOutcomeSuccess) != 0;
  ++s.outcomes;
  s.successes += success ? 1 : 0;
  add_amounts(s, o);
  s.reward_sum += static_cast<double>(o.reward);
  s.reward_square_sum += static_cast<double>(o.reward) * static_cast<double>(o.reward);
  if (o.duration_ns > 0) {
    ++s.timed;
    s.duration_sum_ns += static_cast<double>(o.duration_ns);
    const auto bucket = std::bit_width(static_cast<uint64_t>(o.duration_ns - 1) / kFirstDurationNs);
    ++s.duration_histogram[std::min<size_t>(static_cast<size_t>(bucket), kDurationBuckets - 1)];
  }
  // A clock that ran ahead must not open a period that no later outcome can reach.
  const int64_t when_ns = std::clamp<int64_t>(o.when_ns, 0, std::max<int64_t>(now_ns, 0));
  count_in(s.hour, static_cast<uint32_t>(period_of(when_ns, kHourPeriodNs)), success);
  count_in(s.day, static_cast<uint32_t>(period_of(when_ns, kDayPeriodNs)), success);
}

void add_report(VariantStatistics& s, const OutcomeRecord& o) {
  const double now = static_cast<double>(o.reward);
  const double before = now - static_cast<double>(o.moved);
  s.reward_sum += now - before;
  s.reward_square_sum += now * now - before * before;
  add_amounts(s, o);
}

uint64_t statistics_tag(const VariantRecord& record) {
  return std::max(record.statistics[0].tag.load(std::memory_order_acquire),
                  record.statistics[1].tag.load(std::memory_order_acquire));
}

void variant_statistics(const VariantRecord& record, VariantStatistics* copy) {
  const uint64_t tag =
      read_in_force(record, [copy](const VariantStatistics& figures) { load_words(copy, figures); });
  if (tag == 0) {
    std::memset(reinterpret_cast<std::byte*>(copy), 0, sizeof *copy);
  }
  copy->tag.store(tag, std::memory_order_relaxed);
}

uint64_t variant_outcomes(const VariantRecord& record) {
  uint64_t outcomes = 0;
  read_in_force(record, [&outcomes](const VariantStatistics& figures) {
    // Acquire, as in load_words.
    outcomes =
        std::atomic_ref<uint64_t>(const_cast<uint64_t&>(figures.outcomes)).load(std::memory_order_acquire);
  });
  return outcomes;
}

uint64_t agent_outcomes(const History& history, const AgentRecord& agent) {
  uint64_t outcomes = 0;
  const auto choice = ChoiceWord::unpack(agent.choice.load(std::memory_order_acquire));
  for (uint32_t v = 0; v < choice.count && v < kMaxVariants; ++v) {
    const VariantRecord* variant = history.variant(agent, v);
    outcomes += variant == nullptr ? 0 : variant_outcomes(*variant);
  }
  return outcomes;
}

AgentTotals agent_totals(const History& history, const AgentRecord& agent) {
  AgentTotals totals;
  const auto choice = ChoiceWord::unpack(agent.choice.load(std::memory_order_acquire));
  for (uint32_t v = 0; v < choice.count && v < kMaxVariants; ++v) {
    const VariantRecord* variant = history.variant(agent, v);
    if (variant != nullptr) {
      VariantStatistics statistics;
      variant_statistics(*variant, &statistics);
      totals.outcomes += statistics.outcomes;
      totals.reward += statistics.reward_sum;
    }
  }
  return totals;
}

void publish_statistics(VariantRecord& record, const VariantStatistics& next, uint64_t tag) {
  const uint64_t first = record.statistics[0].tag.load(std::memory_order_relaxed);
  const uint64_t second = record.statistics[1].tag.load(std::memory_order_relaxed);
  VariantStatistics& idle = record.statistics[first >= second ? 1 : 0];
  idle.tag.store(0, std::memory_order_relaxed);
  store_words(idle, next);
  // Release pairs with the acquire in variant_statistics.
  idle.tag.store(tag, std::memory_order_release);
}

WindowSum last_hour(const VariantStatistics& statistics, int64_t now_ns) {
  return sum_of(statistics.hour, period_of(now_ns, kHourPeriodNs));
}

WindowSum last_day(const VariantStatistics& statistics, int64_t now_ns) {
  return sum_of(statistics.day, period_of(now_ns, kDayPeriodNs));
}

int64_t duration_quantile(const VariantStatistics& statistics, double quantile) {
  uint64_t total = 0;
  for (const uint32_t count : statistics.duration_histogram) {
    total += count;
  }
  if (total == 0) {
    return 0;
  }
  const double rank = std::ceil(std::clamp(quantile, 0.0, 1.0) * static_cast<double>(total));
  uint64_t below = 0;
  uint32_t bucket = 0;
  for (; bucket < kDurationBuckets - 1; ++bucket) {
    below += statistics.duration_histogram[bucket];
    if (static_cast<double>(below) >= std::max(rank, 1.0)) {
      break;
    }
  }
  return kFirstDurationNs << bucket;
}

}  // namespace remora::store
