#include "engine/aging.hpp"

#include <algorithm>
#include <cmath>

#include "store/event_ring.hpp"
#include "store/evidence.hpp"
#include "store/names.hpp"
#include "store/roster.hpp"
#include "store/statistics.hpp"
#include "store/trend.hpp"

namespace remora::engine {
namespace {

// Evidence is discounted so many times in a half-life: often enough for each step to be small, seldom enough
// for walking over all rows.
constexpr uint64_t kSteps = 16;

void tell_change(const store::History& history, uint32_t agent, uint32_t variant, const store::Trend& trend,
                 const learn::Alarm& alarm, int64_t now_ns) {
  store::Event event;
  event.when_ns = now_ns;
  event.kind = store::EventKind::kRewardChanged;
  event.severity = trend.after < trend.before ? store::Severity::kWarning : store::Severity::kInfo;
  event.agent = store::make_id(store::Kind::kAgent, agent);
  event.variant = variant;
  event.value = static_cast<double>(trend.after);
  event.threshold = static_cast<double>(trend.before);
  event.detail[0] = trend.alarms;
  event.detail[1] = static_cast<uint64_t>(std::lround(alarm.keep * 100));
  store::publish_event(history, event);
}

// Whether any alarm of the agent was raised since the last time.
bool tell_changes(const store::History& history, uint32_t agent, const store::AgentRecord& record,
                  const learn::Alarm& alarm, int64_t now_ns) {
  bool any = false;
  const auto choice = store::ChoiceWord::unpack(record.choice.load(std::memory_order_acquire));
  for (uint32_t v = 0; v < std::min(choice.count, store::kMaxVariants); ++v) {
    store::VariantRecord* variant = history.variant(record, v);
    if (variant == nullptr) {
      continue;
    }
    const store::Trend trend = store::read_trend(*variant);
    if (trend.alarms != trend.told) {
      tell_change(history, agent, v, trend, alarm, now_ns);
      store::set_told(*variant, trend.alarms);
      any = true;
    }
  }
  return any;
}

// Since when the agent counts as drifting.
void note_change(const store::History& history, store::AgentRecord* record) {
  auto word = store::VerdictWord::unpack(record->verdict.load(std::memory_order_relaxed));
  word.changed_at = store::VerdictWord::mark_of(store::agent_outcomes(history, *record));
  record->verdict.store(word.pack(), std::memory_order_relaxed);
}

// What outcomes since the last step leave of the evidence, by the half-life; 1 when no step is due.
float keep_by_memory(const store::History& history, store::AgentRecord& record, uint64_t memory) {
  const uint64_t last = record.forgotten.load(std::memory_order_relaxed);
  if (memory == 0) {
    if (last != 0) {
      record.forgotten.store(0, std::memory_order_relaxed);  // a memory set later begins then
    }
    return 1;
  }
  const uint64_t outcomes = store::agent_outcomes(history, record);
  const uint64_t since = outcomes - std::min(last, outcomes);
  if (last != 0 && last <= outcomes && since < std::max<uint64_t>(memory / kSteps, 1)) {
    return 1;
  }
  record.forgotten.store(outcomes, std::memory_order_relaxed);
  return last == 0 || last > outcomes
             ? 1.0F
             : static_cast<float>(std::exp2(-static_cast<double>(since) / static_cast<double>(memory)));
}

}  // namespace

void age_evidence(const store::History& history, const store::Generation& generation, const Active& active,
                  int64_t now_ns) {
  const uint32_t agents = store::agent_count(history);
  base::Vector<float> keep(agents, 1.0F);
  bool any = false;
  for (uint32_t a = 0; a < agents; ++a) {
    store::AgentRecord* record = store::find_agent(history, a);
    if (record == nullptr) {
      continue;
    }
    const learn::Settings& settings = active.profile(a).learning;
    keep[a] = keep_by_memory(history, *record, settings.memory);
    if (tell_changes(history, a, *record, settings.alarm, now_ns)) {
      keep[a] *= settings.alarm.keep;
      note_change(history, record);
    }
    any = any || keep[a] < 1;
  }
  if (any) {
    store::discount_evidence(generation, keep,
                             history.control->fold_sequence.load(std::memory_order_relaxed));
  }
}

}  // namespace remora::engine
