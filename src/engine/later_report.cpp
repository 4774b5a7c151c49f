#include "engine/later_report.hpp"

#include "base/clock.hpp"
#include "engine/written_outcome.hpp"
#include "learn/join.hpp"
#include "learn/reward.hpp"
#include "store/outcome_lanes.hpp"
#include "store/pooled.hpp"
#include "store/reports.hpp"

namespace remora::engine {
namespace {

using base::Code;
using base::Problem;
using store::StateKey;

constexpr uint32_t kGrave = store::kOutcomeCritical | store::kOutcomeViolation | store::kOutcomeComplaint;

uint32_t asked_number(const remora_outcome& o) {
  return o.flags / REMORA_OUTCOME_REPORT % (store::kMostReports + 1);
}

// Outcomes behind the value that housekeeping keeps of this state's agent.
uint32_t pooled_visits(const Call& call, const Subject& s) {
  const uint32_t tries = store::pooled_context(call.history, StateKey::unpack(s.key).context);
  const store::QCell cell =
      tries == 0 ? store::own_cell(s.agent, s.decided.choice.variant, call.generation)
                 : store::attempts_cell(s.agent, tries, s.decided.choice.variant, call.generation);
  return cell.visits;
}

// Of a slot that is taken.
Subject subject_of(const Call& call, store::LedgerSlot* slot) {
  Subject subject;
  subject.slot = slot;
  subject.key = slot->key.load(std::memory_order_relaxed);
  subject.agent = StateKey::unpack(subject.key).agent;
  subject.decided = rollout::decided_of(*slot);
  const auto place = store::OutcomePlace::unpack(slot->outcome_at.load(std::memory_order_relaxed));
  subject.late = !call.generation.goes_on_from(static_cast<uint32_t>(place.generation));
  return subject;
}

// Why a report is not taken, though the decision takes several.
Code refuse_report(const store::LedgerSlot& slot, const remora_outcome& o, const learn::Settings& learning,
                   int64_t now_ns, Problem& problem) {
  const auto id = static_cast<unsigned long long>(o.decision_id);
  const int64_t decided_ms = store::SlotWhen::unpack(slot.when.load(std::memory_order_relaxed)).ms;
  const int64_t window_ms = learning.join_window_ns / base::kNanosPerMillisecond;
  if (window_ms != 0 && now_ns / base::kNanosPerMillisecond - decided_ms > window_ms) {
    return problem.set(Code::kAlreadyRecorded,
                       "decision %llu has its outcome, and its agent takes further reports for %lld s only",
                       id, static_cast<long long>(window_ms / 1'000));
  }
  if (store::free_number(slot, asked_number(o)) == 0) {
    return asked_number(o) == 0
               ? problem.set(Code::kAlreadyRecorded, "decision %llu has all of its %u reports already", id,
                             store::kMostReports)
               : problem.set(Code::kAlreadyRecorded, "decision %llu has its report number %u already", id,
                             asked_number(o));
  }
  if ((o.flags & REMORA_OUTCOME_HAS_NEXT) != 0) {
    return problem.set(Code::kInvalid,
                       "a later report of decision %llu names a following state: its first report does that",
                       id);
  }
  return Code::kOk;
}

// Writes the report's record, and moves the state's value.
void apply(const Call& call, const Subject& s, const remora_outcome& o, const learn::Settings& learning,
           int64_t now_ns, remora_reward* reward, store::OutcomeRecord& image) {
  store::LedgerSlot& slot = *s.slot;
  const learn::Reward terms = learn::compute_reward(reward_input(o), learning.reward);
  const auto at = store::LearnedAt::unpack(slot.values.load(std::memory_order_relaxed));
  const uint32_t count = store::report_count(slot);
  const float noted = store::FloatPair::unpack(slot.result.load(std::memory_order_relaxed)).first;
  // No reward lies outside; what stands there in a damaged file must not reach a value.
  const float before = noted >= learn::kLowestReward && noted <= learn::kHighestReward ? noted : 0.0F;
  const bool may_learn = (call.control() & store::kControlNoLearning) == 0 && !s.late && at.state != 0;
  const uint32_t told = store::SlotFacts::unpack(slot.facts.load(std::memory_order_relaxed)).facts & kGrave;

  fill_image(o, s, now_ns, image);
  image.flags = (facts_of(o, s) & ~told) | store::kOutcomeReport |
                (may_learn ? 0U : store::kOutcomeNoLearning) |
                store::ReportMark{store::free_number(slot, asked_number(o)), count}.pack();
  image.reward = learn::join(learning.join, before, count, terms.total);
  image.target = image.reward;
  image.moved = image.reward - before;
  image.drawn_from = at.pack();
  store::append_outcome(call.history, call.shared_stripe(), call.owner, call.generation.number(), image,
                        &slot.outcome_at);

  store::CellUpdate update;
  if (may_learn) {
    const uint32_t segment = s.decided.choice.variant / store::kRowVariants;
    store::Row* const row = store::find_row(StateKey::with_segment(s.key, segment), call.generation);
    if (row != nullptr) {
      update = store::correct_cell(row->cells[s.decided.choice.variant % store::kRowVariants], image.moved,
                                   at.state, learning.learning_rate);
    }
  } else {
    // What is not learned of this one, later ones would be wrong by.
    slot.values.store(store::LearnedAt{}.pack(), std::memory_order_relaxed);
  }
  if (reward != nullptr) {
    fill_reward(terms, image.target, update, may_learn, reward);
  }
}

}  // namespace

void expect_more(const Call& call, const Subject& subject, const remora_outcome& outcome,
                 const store::OutcomeRecord& image, uint32_t visits) {
  // What a deadline made of a decision is not joined with anything.
  if (subject.slot == nullptr || (image.flags & store::kOutcomeOverdue) != 0) {
    return;
  }
  subject.slot->values.store(store::LearnedAt{visits, pooled_visits(call, subject) + 1}.pack(),
                             std::memory_order_relaxed);
  const uint32_t number = asked_number(outcome);
  store::note_report(*subject.slot, number == 0 ? 1 : number, image.reward);
}

void settle_report(const store::History& history, const Active& active, store::LedgerSlot& slot,
                   const store::OutcomeRecord& report, uint32_t stripe) {
  judge_again(history, active, slot, report);
  history.counters(stripe).reports.fetch_add(1, std::memory_order_relaxed);
  auto facts = store::SlotFacts::unpack(slot.facts.load(std::memory_order_relaxed));
  facts.facts |= report.flags & kGrave;
  slot.facts.store(facts.pack(), std::memory_order_relaxed);
  store::note_report(slot, store::ReportMark::of(report).number, report.reward);
}

Code record_later(const RecordContext& context, const remora_outcome& o, remora_reward* reward,
                  Problem& problem) {
  const Call& call = context.call;
  const auto refused = [&call](Code code) {
    call.counters().refused.fetch_add(1, std::memory_order_relaxed);
    return code;
  };
  store::LedgerSlot* slot = store::find_slot(call.history, o.decision_id);
  if (slot == nullptr || (o.flags & REMORA_OUTCOME_ABANDONED) != 0) {
    return refused(Code::kAlreadyRecorded);
  }
  // Whoever reused the slot since has changed its word, which take_again looks at.
  const uint32_t agent = StateKey::unpack(slot->key.load(std::memory_order_relaxed)).agent;
  const learn::Settings& learning = call.active.profile(agent).learning;
  if (learning.join == learn::Join::kFirst) {
    return refused(Code::kAlreadyRecorded);
  }
  store::OutcomeRecord image{};
  if (const Code code = metric_indices(call, o, image.metric_index, problem); !ok(code)) {
    return code;
  }
  const store::Take take = store::take_again(call.history, o.decision_id, call.owner, &slot);
  if (take == store::Take::kBusy) {
    return refused(problem.set(Code::kBusy,
                               "another report of decision %llu is being recorded; report again in a moment",
                               static_cast<unsigned long long>(o.decision_id)));
  }
  if (take != store::Take::kTaken) {
    return refused(Code::kAlreadyRecorded);
  }
  const int64_t now_ns = o.now_ns != 0 ? o.now_ns : base::coarse_now_ns();
  const Code code = refuse_report(*slot, o, learning, now_ns, problem);
  if (ok(code)) {
    apply(call, subject_of(call, slot), o, learning, now_ns, reward, image);
    settle_report(call.history, call.active, *slot, image, call.shared_stripe());
  } else {
    refused(code);
  }
  store::finish_report(*slot);
  return code;
}

}  // namespace remora::engine
