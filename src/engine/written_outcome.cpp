#include "engine/written_outcome.hpp"

#include "engine/later_report.hpp"
#include "guard/on_outcome.hpp"
#include "rollout/on_outcome.hpp"
#include "store/ledger.hpp"
#include "store/outcome_lanes.hpp"
#include "store/reports.hpp"
#include "store/state_time.hpp"
#include "store/words.hpp"

namespace remora::engine {
namespace {

using store::LedgerSlot;

// As much of an outcome whose record is gone as its slot keeps, for judge_again.
void fill_noted(const store::History& history, const LedgerSlot& slot, store::OutcomeRecord* record) {
  record->key = slot.key.load(std::memory_order_relaxed);
  record->flags = store::SlotFacts::unpack(slot.facts.load(std::memory_order_relaxed)).facts;
  record->when_ns = store::highest_ns(history);
}

guard::OutcomeFacts facts_of(const store::OutcomeRecord& record) {
  return {(record.flags & store::kOutcomeSuccess) != 0, (record.flags & store::kOutcomeCritical) != 0,
          (record.flags & store::kOutcomeViolation) != 0};
}

// As record does it, for whoever died before that.
void judge_first(const store::History& history, const Active& active, LedgerSlot& slot,
                 const store::OutcomeRecord& record) {
  const guard::OutcomeFacts facts = facts_of(record);
  const uint32_t agent = store::StateKey::unpack(record.key).agent;
  const guard::Thresholds& safety = active.profile(agent).safety;
  const rollout::Decided decided = rollout::decided_of(slot);
  store::note_outcome(slot, record);
  guard::on_outcome(history, agent, decided.choice.variant, facts, safety, record.when_ns);
  rollout::count_outcome(history, agent, decided, facts, active.rollout, safety, record.when_ns);
  history.counters(0).outcomes.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

void judge_again(const store::History& history, const Active& active, const LedgerSlot& slot,
                 const store::OutcomeRecord& record) {
  const guard::OutcomeFacts facts = facts_of(record);
  const uint32_t agent = store::StateKey::unpack(record.key).agent;
  const guard::Thresholds& safety = active.profile(agent).safety;
  const rollout::Decided decided = rollout::decided_of(slot);
  guard::on_outcome_again(history, agent, decided.choice.variant, facts, safety, record.when_ns);
  rollout::judge_outcome_again(history, agent, decided, facts, active.rollout, safety, record.when_ns);
}

bool finish_written(const store::History& history, const Active& active, uint64_t slot, uint32_t owner) {
  if (!store::take_written(history, slot, owner)) {
    return false;
  }
  LedgerSlot& taken = history.ledger[slot];
  const uint64_t id =
      store::decision_id(store::SlotWord::unpack(taken.word.load(std::memory_order_relaxed)).tag, slot);
  store::OutcomeRecord record;
  const bool found = store::read_announced(history, taken, id, &record);
  if (found && (record.flags & store::kOutcomeReport) != 0) {
    settle_report(history, active, taken, record, 0);
    store::finish_report(taken);
    return true;
  }
  if (store::report_count(taken) != 0) {
    store::close_reports(taken);
    store::finish_report(taken);
    return true;
  }
  const uint32_t noted = store::SlotFacts::unpack(taken.facts.load(std::memory_order_relaxed)).facts;
  const bool judging = (noted & store::kOutcomeJudging) != 0;
  if (found && !judging) {
    judge_first(history, active, taken, record);
  } else if (found) {
    judge_again(history, active, taken, record);
  } else if (judging) {
    fill_noted(history, taken, &record);
    judge_again(history, active, taken, record);
  }
  store::finish_slot(taken, id, store::SlotState::kDone);
  return true;
}

uint32_t finish_all_written(const store::History& history, const Active& active, uint32_t owner) {
  uint32_t finished = 0;
  for (uint64_t slot = 0; slot < history.capacities.ledger_slots; ++slot) {
    const uint64_t word = history.ledger[slot].word.load(std::memory_order_relaxed);
    const bool written = store::SlotWord::unpack(word).state == store::SlotState::kWritten;
    finished += written && finish_written(history, active, slot, owner) ? 1U : 0U;
  }
  return finished;
}

}  // namespace remora::engine
