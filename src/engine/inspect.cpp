#include "engine/inspect.hpp"

#include <algorithm>
#include <cstdio>

#include <remora/version.h>

#include "base/clock.hpp"
#include "base/heap.hpp"
#include "engine/engine.hpp"
#include "engine/state_of_task.hpp"
#include "ops/metrics.hpp"
#include "store/contexts.hpp"
#include "store/ledger.hpp"
#include "store/roster.hpp"
#include "store/statistics.hpp"

namespace remora::engine {

using base::Code;
using base::Problem;
using store::Kind;

namespace {

double mean(double sum, uint64_t count) { return count == 0 ? 0.0 : sum / static_cast<double>(count); }

}  // namespace

Code describe_agent(const store::History& history, remora_agent* out, Problem& problem) {
  uint32_t index = 0;
  if (const Code code = index_of(history, out->agent, Kind::kAgent, "agent", &index, problem); !ok(code)) {
    return code;
  }
  const store::AgentRecord* record = store::find_agent(history, index);
  if (record == nullptr) {
    return problem.set(Code::kNotFound, "agent %#x was never registered completely", out->agent);
  }
  const auto choice = store::ChoiceWord::unpack(record->choice.load(std::memory_order_acquire));
  const auto rollout = store::RolloutWord::unpack(record->rollout.load(std::memory_order_relaxed));
  const uint64_t all = choice.count >= 64 ? ~0ULL : (1ULL << choice.count) - 1;
  out->flags = 0;
  out->category = store::make_id(Kind::kCategory, store::agent_category(*record));
  out->variant_count = choice.count;
  out->baseline_variant = choice.baseline;
  out->safe_variant = choice.safe;
  out->rollout = rollout.state == 0 ? 0 : store::make_id(Kind::kRollout, rollout.rollout);
  out->blocked_variants = record->blocked.load(std::memory_order_relaxed);
  out->retired_variants = all & ~record->live.load(std::memory_order_relaxed);
  return Code::kOk;
}

Code describe_variant(const store::History& history, remora_variant* out, Problem& problem) {
  uint32_t agent = 0;
  if (const Code code = index_of(history, out->agent, Kind::kAgent, "variant.agent", &agent, problem);
      !ok(code)) {
    return code;
  }
  store::VariantFacts facts;
  if (!store::variant_facts(history, agent, out->variant, &facts)) {
    return problem.set(Code::kNotFound, "agent %#x has no variant %u", out->agent, out->variant);
  }
  store::VariantStatistics statistics;
  store::variant_statistics(*history.variant(*store::find_agent(history, agent), out->variant), &statistics);
  out->flags = (facts.baseline ? static_cast<uint32_t>(REMORA_VARIANT_BASELINE) : 0U) |
               (facts.retired ? static_cast<uint32_t>(REMORA_VARIANT_RETIRED) : 0U);
  out->tier = facts.tier;
  out->blocked = facts.blocked ? 1 : 0;
  out->cost_micros = facts.cost_micros;
  out->outcomes = statistics.outcomes;
  out->successes = statistics.successes;
  out->mean_reward = mean(statistics.reward_sum, statistics.outcomes);
  out->mean_duration_ns = mean(statistics.duration_sum_ns, statistics.timed);
  out->mean_cost_micros = mean(statistics.cost_sum_micros, statistics.outcomes);
  return Code::kOk;
}

bool next_cell(const store::History& history, const store::Generation& generation, uint64_t* cursor,
               remora_q_cell* out) {
  for (;; ++*cursor) {
    const uint64_t at = *cursor / store::kRowVariants;
    const uint64_t next = at < generation.row_count() ? generation.skip_untouched(at) : at;
    if (next >= generation.row_count()) {
      return false;
    }
    *cursor = next == at ? *cursor : next * store::kRowVariants;
    const store::Row& row = generation.rows()[next];
    const uint64_t key = row.key.load(std::memory_order_acquire);
    if (key == 0) {
      *cursor += store::kRowVariants - 1 - *cursor % store::kRowVariants;
      continue;
    }
    const uint64_t word = row.cells[*cursor % store::kRowVariants].load(std::memory_order_relaxed);
    const auto state = store::StateKey::unpack(key);
    if (!store::QCell::usable(word) || state.task_type == store::StateKey::kParentTask) {
      continue;
    }
    const auto cell = store::QCell::unpack(word);
    uint32_t labels[store::kMaxLabels] = {};
    const uint32_t size = out->struct_size;
    *out = {};
    out->struct_size = size;
    out->agent = store::make_id(Kind::kAgent, state.agent);
    out->task_type = store::make_id(Kind::kTaskType, state.task_type);
    out->variant =
        static_cast<uint32_t>(uint64_t{state.segment} * store::kRowVariants + *cursor % store::kRowVariants);
    out->visits = cell.visits;
    out->q_value = static_cast<double>(cell.q);
    out->label_count = store::context_labels(history, state.context, labels);
    for (uint32_t i = 0; i < out->label_count; ++i) {
      out->labels[i] = store::make_id(Kind::kLabel, labels[i]);
    }
    const store::Tries tries = store::context_tries(history, state.context);
    out->attempts = std::min(tries.attempts, store::kMostAttempts);  // more only in a damaged file
    out->tried_variants = tries.tried;
    const uint64_t stamp = row.stamp.load(std::memory_order_relaxed);
    constexpr uint64_t kLastSecond = INT64_MAX / base::kNanosPerSecond;
    out->updated_ns = static_cast<int64_t>(std::min(stamp, kLastSecond)) * base::kNanosPerSecond;
    ++*cursor;
    return true;
  }
}

bool next_event(const store::History& history, uint64_t* cursor, remora_event* out) {
  *cursor = std::max(*cursor, store::first_event(history));
  for (; *cursor <= store::last_event(history); ++*cursor) {
    store::Event event;
    const store::ReadEvent read = store::read_event(history, *cursor, &event);
    if (read == store::ReadEvent::kNotYet) {
      return false;
    }
    if (read == store::ReadEvent::kGone) {
      continue;
    }
    const uint32_t size = out->struct_size;
    *out = {size,
            static_cast<uint32_t>(event.kind),
            event.sequence,
            event.when_ns,
            static_cast<uint32_t>(event.severity),
            event.agent,
            event.variant,
            event.rollout,
            event.stage,
            event.reason,
            event.value,
            event.threshold,
            {event.detail[0], event.detail[1]}};
    ++*cursor;
    return true;
  }
  return false;
}

store::Event internal_event(const remora_event& event) {
  store::Event out;
  out.sequence = event.sequence;
  out.when_ns = event.time_ns;
  out.kind = static_cast<store::EventKind>(event.kind);
  out.severity = static_cast<store::Severity>(event.severity);
  out.agent = event.agent;
  out.variant = event.variant;
  out.rollout = event.rollout;
  out.stage = event.stage;
  out.reason = event.reason;
  out.value = event.value;
  out.threshold = event.threshold;
  out.detail[0] = event.detail[0];
  out.detail[1] = event.detail[1];
  return out;
}

void collect_stats(Engine& engine, const store::Generation& generation, remora_stats* out) {
  const store::History& history = engine.history();
  const uint32_t size = out->struct_size;
  *out = {};
  out->struct_size = size;
  out->processes = engine.state().process_count();
  out->generation = generation.number();
  out->states = generation.rows_used();
  out->state_capacity = generation.state_limit();
  out->names = history.names_head->count.load(std::memory_order_relaxed);
  out->name_capacity = history.capacities.names;
  out->ledger_slots = history.capacities.ledger_slots;
  for (const store::CounterStripe& stripe : history.control->stripes) {
    out->decisions += stripe.decisions.load(std::memory_order_relaxed);
    out->outcomes += stripe.outcomes.load(std::memory_order_relaxed);
    out->explored += stripe.explored.load(std::memory_order_relaxed);
  }
  out->pending = store::count_pending(history);
  out->events = store::last_event(history);
  for (uint64_t i = generation.skip_untouched(0); i < generation.row_count();
       i = generation.skip_untouched(i + 1)) {
    const store::Row& row = generation.rows()[i];
    const uint64_t key = row.key.load(std::memory_order_relaxed);
    if (key == 0 || store::StateKey::unpack(key).task_type == store::StateKey::kParentTask) {
      continue;
    }
    for (const store::Word& cell : row.cells) {
      out->visits += store::QCell::unpack(cell.load(std::memory_order_relaxed)).visits;
    }
  }
  out->heap_bytes = base::heap_bytes_in_use();
  out->mapped_bytes = engine.state().mapped_bytes();
  out->last_snapshot_ns =
      static_cast<int64_t>(history.control->last_snapshot_ns.load(std::memory_order_relaxed));
}

Code write_metrics(Engine& engine, const Call& call, base::Text* text, Problem& problem) {
  char version[32];
  std::snprintf(version, sizeof version, "%d.%d.%d", REMORA_VERSION_MAJOR, REMORA_VERSION_MINOR,
                REMORA_VERSION_PATCH);
  const ops::MetricsSource source{call.history,
                                  call.generation,
                                  call.control(),
                                  version,
                                  engine.state().process_count(),
                                  engine.state().mapped_bytes(),
                                  engine.present_ns()};
  return ops::append_metrics(source, text, problem);
}

}  // namespace remora::engine
