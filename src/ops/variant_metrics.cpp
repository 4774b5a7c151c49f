// Metrics of each variant: its totals, its time windows, and whether it is kept out.
#include <list>

#include "base/heap.hpp"
#include "ops/metric_writer.hpp"
#include "ops/metrics.hpp"
#include "store/names.hpp"
#include "store/roster.hpp"
#include "store/statistics.hpp"
#include "store/words.hpp"

namespace remora::ops {
namespace {

using store::VariantStatistics;

// Copied once, so that all families of one text tell of the same outcomes.
struct VariantFigures {
  std::string_view agent, variant;
  bool blocked = false, retired = false, baseline = false;
  VariantStatistics total;
  store::WindowSum hour, day;
};

using AllFigures =
    std::list<VariantFigures, base::HeapAllocator<VariantFigures>>;  // never moves its elements

AllFigures collect(const MetricsSource& source) {
  AllFigures all;
  const store::History& history = source.history;
  for (uint32_t a = 0; a < store::agent_count(history); ++a) {
    const store::AgentRecord* agent = store::find_agent(history, a);
    for (uint32_t v = 0; agent != nullptr && v < store::kMaxVariants; ++v) {
      store::VariantFacts facts;
      const store::VariantRecord* record = history.variant(*agent, v);
      if (record == nullptr || !store::variant_facts(history, a, v, &facts)) {
        continue;
      }
      VariantFigures& figures = all.emplace_back();
      figures.agent = store::name_text(history, store::Kind::kAgent, a);
      figures.variant = facts.name;
      figures.blocked = facts.blocked;
      figures.retired = facts.retired;
      figures.baseline = facts.baseline;
      store::variant_statistics(*record, &figures.total);
      figures.hour = store::last_hour(figures.total, source.now_ns);
      figures.day = store::last_day(figures.total, source.now_ns);
    }
  }
  return all;
}

double as_double(uint64_t count) { return static_cast<double>(count); }

// Families with one sample a variant. A mean or rate of nothing has no sample (`counted` is 0).
struct Family {
  std::string_view name, type, help;
  double (*value)(const VariantFigures&);
  uint64_t (*counted)(const VariantFigures&);
};

uint64_t always(const VariantFigures&) { return 1; }

constexpr Family kFamilies[] = {
    {"remora_variant_outcomes_total", "counter", "Outcomes folded into statistics.",
     [](const VariantFigures& f) { return as_double(f.total.outcomes); }, always},
    {"remora_variant_successes_total", "counter", "Of these, successes.",
     [](const VariantFigures& f) { return as_double(f.total.successes); }, always},
    {"remora_variant_errors_total", "counter", "Errors reported.",
     [](const VariantFigures& f) { return as_double(f.total.errors); }, always},
    {"remora_variant_critical_errors_total", "counter", "Outcomes with a critical error.",
     [](const VariantFigures& f) { return as_double(f.total.critical_errors); }, always},
    {"remora_variant_safety_violations_total", "counter", "Outcomes with a safety violation.",
     [](const VariantFigures& f) { return as_double(f.total.violations); }, always},
    {"remora_variant_complaints_total", "counter", "Outcomes with a complaint.",
     [](const VariantFigures& f) { return as_double(f.total.complaints); }, always},
    {"remora_variant_corrections_total", "counter", "Corrections by users.",
     [](const VariantFigures& f) { return as_double(f.total.corrections); }, always},
    {"remora_variant_cost_micros_total", "counter", "Cost in millionths of a currency unit.",
     [](const VariantFigures& f) { return f.total.cost_sum_micros; }, always},
    {"remora_variant_reward_mean", "gauge", "Mean reward over all outcomes.",
     [](const VariantFigures& f) { return f.total.reward_sum / as_double(f.total.outcomes); },
     [](const VariantFigures& f) { return f.total.outcomes; }},
    {"remora_variant_quality_mean", "gauge", "Mean quality over the outcomes that said one, 0 .. 1.",
     [](const VariantFigures& f) { return f.total.quality_sum / as_double(f.total.graded); },
     [](const VariantFigures& f) { return f.total.graded; }},
    {"remora_variant_rating_mean", "gauge", "Mean user rating over the outcomes that said one, 0 .. 10.",
     [](const VariantFigures& f) { return f.total.rating_sum / as_double(f.total.rated); },
     [](const VariantFigures& f) { return f.total.rated; }},
    {"remora_variant_outcomes_1h", "gauge", "Outcomes of the last 60 to 65 minutes.",
     [](const VariantFigures& f) { return as_double(f.hour.count); }, always},
    {"remora_variant_success_rate_1h", "gauge", "Their success rate.",
     [](const VariantFigures& f) { return as_double(f.hour.successes) / as_double(f.hour.count); },
     [](const VariantFigures& f) { return f.hour.count; }},
    {"remora_variant_outcomes_24h", "gauge", "Outcomes of the last 24 to 25 hours.",
     [](const VariantFigures& f) { return as_double(f.day.count); }, always},
    {"remora_variant_success_rate_24h", "gauge", "Their success rate.",
     [](const VariantFigures& f) { return as_double(f.day.successes) / as_double(f.day.count); },
     [](const VariantFigures& f) { return f.day.count; }},
    {"remora_variant_blocked", "gauge", "1 while the variant is kept out.",
     [](const VariantFigures& f) { return f.blocked ? 1.0 : 0.0; }, always},
    {"remora_variant_retired", "gauge", "1 when the host withdrew the variant.",
     [](const VariantFigures& f) { return f.retired ? 1.0 : 0.0; }, always},
    {"remora_variant_baseline", "gauge", "1 for the variant that is trusted today.",
     [](const VariantFigures& f) { return f.baseline ? 1.0 : 0.0; }, always},
};

void append_durations(const AllFigures& all, MetricWriter* writer) {
  static constexpr struct {
    std::string_view label;
    double quantile;
  } kQuantiles[] = {{"0.5", 0.5}, {"0.9", 0.9}, {"0.99", 0.99}};
  writer->family("remora_variant_duration_seconds", "summary",
                 "Durations of tasks; a quantile is an upper bound, within a factor of 2.");
  for (const VariantFigures& f : all) {
    for (const auto& entry : kQuantiles) {
      if (f.total.timed != 0) {
        writer->sample({{"agent", f.agent}, {"variant", f.variant}, {"quantile", entry.label}},
                       static_cast<double>(store::duration_quantile(f.total, entry.quantile)) / 1e9);
      }
    }
    writer->sample({{"agent", f.agent}, {"variant", f.variant}}, f.total.duration_sum_ns / 1e9, "_sum");
    writer->sample({{"agent", f.agent}, {"variant", f.variant}}, as_double(f.total.timed), "_count");
  }
}

void append_pairs(const AllFigures& all, MetricWriter* writer) {
  writer->family("remora_variant_tokens_total", "counter", "Tokens read (in) and written (out).");
  for (const VariantFigures& f : all) {
    writer->sample({{"agent", f.agent}, {"variant", f.variant}, {"direction", "in"}},
                   as_double(f.total.tokens_in));
    writer->sample({{"agent", f.agent}, {"variant", f.variant}, {"direction", "out"}},
                   as_double(f.total.tokens_out));
  }
  writer->family("remora_variant_tool_calls_total", "counter", "Tool calls, by whether they were right.");
  for (const VariantFigures& f : all) {
    const uint64_t correct = f.total.tool_calls_correct;
    const uint64_t wrong = f.total.tool_calls_total > correct ? f.total.tool_calls_total - correct : 0;
    writer->sample({{"agent", f.agent}, {"variant", f.variant}, {"result", "correct"}}, as_double(correct));
    writer->sample({{"agent", f.agent}, {"variant", f.variant}, {"result", "wrong"}}, as_double(wrong));
  }
}

void append_verdicts(const store::History& history, MetricWriter* writer) {
  writer->family("remora_agent_verdict", "gauge",
                 "How far learning is: 1 starved, 2 learning, 3 drifting, 4 converged.");
  for (uint32_t a = 0; a < store::agent_count(history); ++a) {
    const store::AgentRecord* agent = store::find_agent(history, a);
    const uint64_t word = agent == nullptr ? 0 : agent->verdict.load(std::memory_order_relaxed);
    if (const uint32_t verdict = store::VerdictWord::unpack(word).verdict; verdict != 0) {
      writer->sample({{"agent", store::name_text(history, store::Kind::kAgent, a)}}, verdict);
    }
  }
}

}  // namespace

void append_variant_metrics(const MetricsSource& source, MetricWriter* writer) {
  const AllFigures all = collect(source);
  for (const Family& family : kFamilies) {
    writer->family(family.name, family.type, family.help);
    for (const VariantFigures& f : all) {
      if (family.counted(f) != 0) {
        writer->sample({{"agent", f.agent}, {"variant", f.variant}}, family.value(f));
      }
    }
  }
  append_durations(all, writer);
  append_pairs(all, writer);
  append_verdicts(source.history, writer);
}

}  // namespace remora::ops
