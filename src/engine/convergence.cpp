#include "engine/convergence.hpp"

#include <algorithm>

#include "engine/state_of_task.hpp"
#include "store/event_ring.hpp"
#include "store/pooled.hpp"
#include "store/roster.hpp"
#include "store/statistics.hpp"
#include "store/trend.hpp"

namespace remora::engine {
namespace {

using base::Code;
using learn::Verdict;
using store::VerdictWord;

constexpr uint32_t kQuietOutcomes = 50;

learn::VariantEvidence evidence_of(const store::VariantRecord& record, uint32_t variant, store::QCell cell) {
  const store::Trend trend = store::read_trend(record);
  return {variant,
          cell.visits,
          static_cast<double>(cell.q),
          static_cast<double>(trend.distance),
          static_cast<double>(trend.deviation_fast),
          static_cast<double>(trend.deviation_slow)};
}

void fill(const learn::Figure& figure, remora_settled bit, double* value, double* low, double* high,
          uint32_t* met) {
  *value = figure.value;
  *low = figure.interval.low;
  *high = figure.interval.high;
  *met |= figure.met ? static_cast<uint32_t>(bit) : 0U;
}

void fill_agent(const learn::Convergence& found, remora_convergence* out) {
  out->verdict = static_cast<uint32_t>(found.verdict);
  out->winner = found.winner;
  fill(found.change, REMORA_SETTLED_CHANGE, &out->change, &out->change_low, &out->change_high, &out->met);
  fill(found.winning, REMORA_SETTLED_WINNING, &out->winning, &out->winning_low, &out->winning_high,
       &out->met);
  fill(found.separation, REMORA_SETTLED_SEPARATION, &out->separation, &out->separation_low,
       &out->separation_high, &out->met);
  fill(found.explored, REMORA_SETTLED_EXPLORED, &out->explored, &out->explored_low, &out->explored_high,
       &out->met);
  fill(found.variance, REMORA_SETTLED_VARIANCE, &out->variance, &out->variance_low, &out->variance_high,
       &out->met);
}

// The fleet is as far as those who are least far; drifting ones before all.
void fill_fleet(const Call& call, remora_convergence* out) {
  uint32_t* const counts[] = {nullptr, &out->starved_agents, &out->learning_agents, &out->drifting_agents,
                              &out->converged_agents};
  for (uint32_t a = 0; a < store::agent_count(call.history); ++a) {
    const store::AgentRecord* record = store::find_agent(call.history, a);
    if (record != nullptr) {
      const learn::Convergence found = convergence_of(call.history, call.generation, a, call.active);
      ++*counts[static_cast<uint32_t>(found.verdict)];
      out->outcomes += store::agent_outcomes(call.history, *record);
    }
  }
  const Verdict verdict = out->drifting_agents != 0                                ? Verdict::kDrifting
                          : out->learning_agents != 0                              ? Verdict::kLearning
                          : out->starved_agents != 0 || out->converged_agents == 0 ? Verdict::kStarved
                                                                                   : Verdict::kConverged;
  out->verdict = static_cast<uint32_t>(verdict);
}

// One cell: how far its own value still moves, by how its variant's rewards scatter.
Code fill_cell(const Call& call, uint32_t agent, remora_convergence* out, base::Problem& problem) {
  store::VariantFacts facts;
  const store::AgentRecord* record = store::find_agent(call.history, agent);
  if (record == nullptr || !store::variant_facts(call.history, agent, out->variant, &facts)) {
    return problem.set(Code::kNotFound, "agent %#x has no variant %u", out->agent, out->variant);
  }
  uint64_t key = 0;
  bool room = true;
  const Code code = state_key(call.history, agent, {out->task_type, out->label_count, out->labels, {}}, &key,
                              &room, problem);
  if (!ok(code)) {
    return code;
  }
  const uint32_t segment = out->variant / store::kRowVariants;
  const store::Row* row =
      room ? store::find_row(store::StateKey::with_segment(key, segment), call.generation) : nullptr;
  const uint64_t word =
      row == nullptr ? 0 : row->cells[out->variant % store::kRowVariants].load(std::memory_order_relaxed);
  const store::QCell cell = store::QCell::unpack(store::QCell::usable(word) ? word : 0);
  const float rate = call.active.settings.learning.learning_rate;
  const auto verdict_word = VerdictWord::unpack(record->verdict.load(std::memory_order_relaxed));
  out->outcomes = cell.visits;
  if (cell.visits < learn::kFewestVariantOutcomes) {
    out->verdict = static_cast<uint32_t>(Verdict::kStarved);
    return Code::kOk;
  }
  const learn::Figure change = learn::change_figure(
      evidence_of(*call.history.variant(*record, out->variant), out->variant, cell), rate);
  fill(change, REMORA_SETTLED_CHANGE, &out->change, &out->change_low, &out->change_high, &out->met);
  const bool drifting = verdict_word.verdict == static_cast<uint32_t>(Verdict::kDrifting);
  out->verdict = static_cast<uint32_t>(drifting     ? Verdict::kDrifting
                                       : change.met ? Verdict::kConverged
                                                    : Verdict::kLearning);
  return Code::kOk;
}

}  // namespace

learn::Convergence convergence_of(const store::History& history, const store::Generation& generation,
                                  uint32_t agent, const Active& active) {
  const store::AgentRecord* record = store::find_agent(history, agent);
  if (record == nullptr) {
    return {};
  }
  learn::VariantEvidence variants[store::kMaxVariants];
  uint32_t count = 0;
  const uint64_t usable = store::usable_variants(*record);
  for (uint32_t v = 0; v < store::kMaxVariants; ++v) {
    const store::VariantRecord* variant = history.variant(*record, v);
    if ((usable >> v & 1) != 0 && variant != nullptr) {
      variants[count++] = evidence_of(*variant, v, store::own_cell(agent, v, generation));
    }
  }
  const store::ExploredShare explored = store::explored_share(*record);
  const uint64_t outcomes = store::agent_outcomes(history, *record);
  const auto word = VerdictWord::unpack(record->verdict.load(std::memory_order_relaxed));
  return learn::judge_convergence(
      {{variants, count},
       static_cast<double>(explored.fast),
       static_cast<double>(explored.slow),
       outcomes,
       word.changed_at == 0 ? UINT64_MAX : VerdictWord::since(outcomes, word.changed_at),
       active.settings.learning.learning_rate});
}

void refresh_verdicts(const store::History& history, const store::Generation& generation,
                      const Active& active, int64_t now_ns) {
  for (uint32_t a = 0; a < store::agent_count(history); ++a) {
    store::AgentRecord* record = store::find_agent(history, a);
    if (record == nullptr) {
      continue;
    }
    auto word = VerdictWord::unpack(record->verdict.load(std::memory_order_relaxed));
    const auto verdict = static_cast<uint32_t>(convergence_of(history, generation, a, active).verdict);
    const uint64_t outcomes = store::agent_outcomes(history, *record);
    if (verdict == word.verdict ||
        (word.verdict != 0 && VerdictWord::since(outcomes, word.told_at) < kQuietOutcomes)) {
      continue;
    }
    if (word.verdict != 0) {
      store::Event event;
      event.when_ns = now_ns;
      event.kind = store::EventKind::kVerdictChanged;
      event.severity = verdict == static_cast<uint32_t>(Verdict::kDrifting) ? store::Severity::kWarning
                                                                            : store::Severity::kInfo;
      event.agent = store::make_id(store::Kind::kAgent, a);
      event.reason = static_cast<int32_t>(verdict);
      event.value = verdict;
      event.threshold = word.verdict;
      event.detail[0] = outcomes;
      store::publish_event(history, event);
    }
    word.verdict = verdict;
    word.told_at = VerdictWord::mark_of(outcomes);
    record->verdict.store(word.pack(), std::memory_order_relaxed);
  }
}

Code describe_convergence(const Call& call, remora_convergence* out, base::Problem& problem) {
  remora_convergence answer{};
  answer.struct_size = out->struct_size;
  answer.agent = out->agent;
  answer.task_type = out->task_type;
  answer.variant = out->variant;
  answer.label_count = out->label_count;
  std::copy(std::begin(out->labels), std::end(out->labels), std::begin(answer.labels));
  answer.winner = REMORA_NONE;
  Code code = Code::kOk;
  if (answer.agent == 0) {
    fill_fleet(call, &answer);
  } else {
    uint32_t agent = 0;
    code = index_of(call.history, answer.agent, store::Kind::kAgent, "agent", &agent, problem);
    const store::AgentRecord* record = ok(code) ? store::find_agent(call.history, agent) : nullptr;
    if (ok(code) && answer.variant != REMORA_NONE) {
      code = fill_cell(call, agent, &answer, problem);
    } else if (record != nullptr) {
      answer.outcomes = store::agent_outcomes(call.history, *record);
      fill_agent(convergence_of(call.history, call.generation, agent, call.active), &answer);
    }
  }
  *out = ok(code) ? answer : *out;
  return code;
}

}  // namespace remora::engine
