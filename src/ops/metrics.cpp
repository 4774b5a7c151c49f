#include "ops/metrics.hpp"

#include <algorithm>
#include <new>

#include "base/heap.hpp"
#include "ops/metric_writer.hpp"
#include "store/event_ring.hpp"
#include "store/ledger.hpp"
#include "store/names.hpp"

namespace remora::ops {
namespace {

double relaxed(const store::Word& word) { return static_cast<double>(word.load(std::memory_order_relaxed)); }

double seconds(const store::Word& ns) { return relaxed(ns) / 1e9; }

// A counter over all stripes.
double total(const store::History& history, store::Word store::CounterStripe::*counter) {
  uint64_t sum = 0;
  for (uint32_t stripe = 0; stripe < store::kCounterStripes; ++stripe) {
    sum += (history.counters(stripe).*counter).load(std::memory_order_relaxed);
  }
  return static_cast<double>(sum);
}

void append_counters(const store::History& history, MetricWriter* writer) {
  using store::CounterStripe;
  struct Family {
    std::string_view name, help;
    store::Word CounterStripe::*counter;
  };
  static constexpr Family kFamilies[] = {
      {"remora_decisions_total", "Decisions made by route.", &CounterStripe::decisions},
      {"remora_explored_total", "Decisions that explored.", &CounterStripe::explored},
      {"remora_untracked_total", "Decisions that got no place in the ledger.", &CounterStripe::untracked},
      {"remora_outcomes_total", "Outcomes acknowledged.", &CounterStripe::outcomes},
      {"remora_refused_total", "Outcomes refused: repeats and unknown decisions.", &CounterStripe::refused},
      {"remora_expired_total", "Decisions overwritten before their outcome came.", &CounterStripe::expired},
      {"remora_abandoned_total", "Decisions that the host gave up.", &CounterStripe::abandoned},
      {"remora_overdue_total", "Decisions whose outcome did not come within the agent's deadline.",
       &CounterStripe::overdue},
      {"remora_joined_reports_total", "Later reports joined with the outcome of their decision.",
       &CounterStripe::reports},
  };
  for (const Family& family : kFamilies) {
    writer->single(family.name, "counter", family.help, total(history, family.counter));
  }
  writer->single("remora_statistics_dropped_total", "counter",
                 "Outcomes overwritten before they were folded into statistics.",
                 relaxed(history.control->statistics_dropped));
  writer->single("remora_events_total", "counter", "Events published.",
                 static_cast<double>(store::last_event(history)));
}

double count_names(const store::History& history) {
  const auto count = relaxed(history.names_head->count);
  return std::min(count, static_cast<double>(history.capacities.names));
}

double count_label_sets(const store::History& history) {
  const store::ContextEntry* const entries = history.contexts;
  return static_cast<double>(std::count_if(
      entries, entries + history.capacities.contexts,
      [](const store::ContextEntry& entry) { return entry.key.load(std::memory_order_relaxed) != 0; }));
}

void append_sizes(const MetricsSource& source, MetricWriter* writer) {
  const store::History& history = source.history;
  const auto gauge = [writer](std::string_view name, std::string_view help, double value) {
    writer->single(name, "gauge", help, value);
  };
  gauge("remora_pending_decisions", "Decisions in the ledger that wait for their outcome.",
        static_cast<double>(store::count_pending(history)));
  gauge("remora_ledger_slots", "Decisions that the ledger holds.", history.capacities.ledger_slots);
  gauge("remora_states", "States with learned values, in rows of up to 6 variants.",
        static_cast<double>(source.generation.rows_used()));
  gauge("remora_state_capacity", "Rows that may be used.",
        static_cast<double>(source.generation.state_limit()));
  gauge("remora_names", "Names interned, of all kinds.", count_names(history));
  gauge("remora_name_capacity", "Names that may be interned.", history.capacities.names);
  gauge("remora_label_sets", "Sets of labels, and of tries, that have a place.", count_label_sets(history));
  gauge("remora_label_set_capacity", "Sets of labels that may have one.", history.capacities.contexts);
  gauge("remora_generation", "Number of the generation of learned values in force.",
        static_cast<double>(source.generation.number()));
  gauge("remora_last_snapshot_timestamp_seconds", "When the last snapshot was taken; 0 = never.",
        seconds(history.control->last_snapshot_ns));
  gauge("remora_last_tick_timestamp_seconds", "When housekeeping was done last; 0 = never.",
        seconds(history.control->last_tick_ns));
  gauge("remora_processes", "Processes that have the state directory open.", source.processes);
  gauge("remora_mapped_bytes", "State files mapped by this process.",
        static_cast<double>(source.mapped_bytes));
  gauge("remora_heap_bytes", "Memory of this process's plugin beside the mapping.",
        static_cast<double>(base::heap_bytes_in_use()));
}

void append_control(uint64_t control, MetricWriter* writer) {
  const auto is = [control](uint64_t bit) { return (control & bit) != 0; };
  writer->single("remora_control_enabled", "gauge",
                 "1, or 0 when the kill switch is thrown for this process.",
                 is(store::kControlDisabled) ? 0 : 1);
  writer->single("remora_control_learning", "gauge", "1, or 0 when outcomes change no Q-value.",
                 is(store::kControlNoLearning) ? 0 : 1);
  writer->single("remora_control_monitor", "gauge",
                 "1 when the baseline is chosen and learning is only watched.",
                 is(store::kControlModeMonitor) ? 1 : 0);
}

}  // namespace

base::Code append_metrics(const MetricsSource& source, base::Text* text, base::Problem& problem) {
  MetricWriter writer(text);
  writer.family("remora_build_info", "gauge", "1, with the version of the library.");
  writer.sample({{"version", source.version}, {"heap", base::heap_name()}}, 1);
  append_control(source.control, &writer);
  append_counters(source.history, &writer);
  append_sizes(source, &writer);
  append_rollout_metrics(source, &writer);
  try {
    append_variant_metrics(source, &writer);
  } catch (const std::bad_alloc&) {
    return problem.set(base::Code::kMemory, "no memory for the metrics of variants");
  }
  return base::Code::kOk;
}

}  // namespace remora::ops
