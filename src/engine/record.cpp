#include "engine/record.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "engine/event_makers.hpp"
#include "engine/later_report.hpp"
#include "engine/next_state.hpp"
#include "engine/outcome_check.hpp"
#include "engine/outcome_image.hpp"
#include "engine/state_of_task.hpp"
#include "engine/written_outcome.hpp"
#include "guard/on_outcome.hpp"
#include "learn/reward.hpp"
#include "rollout/on_outcome.hpp"
#include "store/ledger.hpp"
#include "store/outcome_lanes.hpp"
#include "store/q_table.hpp"

namespace remora::engine {
namespace {

using base::Code;
using base::Problem;
using store::StateKey;

[[gnu::noinline]] Code explain_take(store::Take take, uint64_t id, const store::LedgerSlot* slot,
                                    Problem& problem) {
  const auto shown = static_cast<unsigned long long>(id);
  switch (take) {
    case store::Take::kAlready:
      if (const uint64_t facts = slot->facts.load(std::memory_order_relaxed);
          (store::SlotFacts::unpack(facts).facts & store::kOutcomeOverdue) != 0) {
        return problem.set(Code::kAlreadyRecorded,
                           "decision %llu had no outcome within its agent's deadline, and was counted then",
                           shown);
      }
      return problem.set(Code::kAlreadyRecorded, "decision %llu has its outcome already", shown);
    case store::Take::kBusy:
      return problem.set(
          Code::kBusy,
          "decision %llu is being recorded by another call; it will have its outcome in a moment", shown);
    case store::Take::kUnknown:
    case store::Take::kTaken:
      break;
  }
  return problem.set(
      Code::kExpired,
      "decision %llu is unknown here: never made in this directory, or older than the ledger's slots", shown);
}

// Asks for the row that the outcome will move, ahead of its use.
void prefetch_row(const Call& call, const Subject& s) {
  const uint32_t segment = s.decided.choice.variant / store::kRowVariants;
  store::prefetch_row(store::place_of(StateKey::with_segment(s.key, segment), call.generation),
                      call.generation);
}

// Claims the decision. One that a dead process left half recorded is put right first.
Code claim(const RecordContext& context, uint64_t id, Subject* subject, Problem& problem) {
  const Call& call = context.call;
  store::Take take = store::take_slot(call.history, id, call.owner, &subject->slot);
  if (take == store::Take::kBusy) {
    const uint64_t seen = subject->slot->word.load(std::memory_order_acquire);
    const store::SlotWord word = store::SlotWord::unpack(seen);
    const uint64_t index = id & ((1ULL << store::kSlotBits) - 1);
    if (word.state == store::SlotState::kApplying && word.owner != call.owner &&
        !context.alive(context.alive_context, word.owner)) {
      store::reclaim_slot(call.history, index, seen);
    }
    finish_written(call.history, call.active, index, call.owner);
    take = store::take_slot(call.history, id, call.owner, &subject->slot);
  }
  if (take != store::Take::kTaken) {
    if (take != store::Take::kAlready) {
      call.counters().refused.fetch_add(1, std::memory_order_relaxed);
    }
    return explain_take(take, id, subject->slot, problem);
  }
  // Relaxed: take_slot's acquire made all of it visible.
  subject->key = subject->slot->key.load(std::memory_order_relaxed);
  const StateKey state = StateKey::unpack(subject->key);
  subject->agent = state.agent;
  subject->room = store::has_place(state.context);
  subject->decided = rollout::decided_of(*subject->slot);
  prefetch_row(call, *subject);
  subject->drawn_from = subject->slot->result.load(std::memory_order_relaxed);
  subject->propensity =
      subject->drawn_from == 0
          ? 0.0F
          : store::FloatPair::unpack(subject->slot->values.load(std::memory_order_relaxed)).second;
  const auto place = store::OutcomePlace::unpack(subject->slot->outcome_at.load(std::memory_order_relaxed));
  subject->late = place.generation != (call.generation.number() & 0xFFFFFF);
  return Code::kOk;
}

[[gnu::noinline]] Code name_subject(const Call& call, const remora_outcome& o, Subject* subject,
                                    Problem& problem) {
  Code code = index_of(call.history, o.agent, store::Kind::kAgent, "agent", &subject->agent, problem);
  if (!ok(code)) {
    return code;
  }
  store::VariantFacts facts;
  if (!store::variant_facts(call.history, subject->agent, o.variant, &facts)) {
    return problem.set(Code::kNotFound, "variant is %u: agent %#x has none of that number", o.variant,
                       o.agent);
  }
  subject->decided.choice.variant = o.variant;
  return state_key(call.history, subject->agent, {o.task_type, o.label_count, o.labels, {}}, &subject->key,
                   &subject->room, problem);
}

// The Q-table's part. False when the state found no room.
bool learn(const Call& call, const Subject& s, float target, float step, int64_t now_ns,
           store::CellUpdate* update) {
  if (!s.room) {
    return false;
  }
  const uint32_t segment = s.decided.choice.variant / store::kRowVariants;
  store::Insert inserted{};
  store::Row* row = store::insert_row(StateKey::with_segment(s.key, segment), call.generation, &inserted);
  if (row == nullptr) {
    tell_table_full(call.history, call.generation, s.agent, now_ns);
    return false;
  }
  *update = store::update_cell(row->cells[s.decided.choice.variant % store::kRowVariants], target, step);
  row->stamp.store(static_cast<uint64_t>(now_ns / base::kNanosPerSecond), std::memory_order_relaxed);
  return true;
}

// Gives a claimed decision back, its turn with it: its outcome turned out not to be acceptable.
Code give_back(const Subject& s, Code code) {
  if (s.slot != nullptr) {
    auto word = store::SlotWord::unpack(s.slot->word.load(std::memory_order_relaxed));
    word.state = store::SlotState::kPending;
    s.slot->word.store(word.pack(), std::memory_order_release);
  }
  return code;
}

// The host gives the decision up: nothing is learned of it.
[[gnu::noinline]] Code abandon(const Call& call, const Subject& s, uint64_t id, bool overdue,
                               remora_reward* reward) {
  if (s.slot != nullptr) {
    s.slot->facts.store(store::SlotFacts{0, 0, overdue ? store::kOutcomeOverdue : 0U}.pack(),
                        std::memory_order_relaxed);
    store::finish_slot(*s.slot, id, store::SlotState::kAbandoned);
  }
  call.counters().abandoned.fetch_add(1, std::memory_order_relaxed);
  if (reward != nullptr) {
    fill_reward({}, 0, {}, false, reward);
  }
  return Code::kOk;
}

// What the outcome means for the variant's safety and for the rollout that it was decided in.
void judge(const Call& call, const Subject& s, const remora_outcome& o, const guard::Thresholds& safety,
           int64_t now_ns) {
  const guard::OutcomeFacts judged{o.success != 0, o.critical_error != 0, o.safety_violation != 0};
  guard::on_outcome(call.history, s.agent, s.decided.choice.variant, judged, safety, now_ns);
  if (s.decided.choice.rollout != store::SlotChoice::kNoRollout) {
    rollout::count_outcome(call.history, s.agent, s.decided, judged, call.active.rollout, safety, now_ns);
  }
}

}  // namespace

[[gnu::flatten]] Code record(const RecordContext& context, const remora_outcome& o, remora_reward* reward,
                             Problem& problem) {
  const Call& call = context.call;
  store::prefetch_slot(call.history, o.decision_id);
  if (const Code code = check_outcome(o, problem); !ok(code)) {
    return code;
  }
  Subject subject;
  store::OutcomeRecord image{};
  Code code = o.metric_count == 0 ? Code::kOk : metric_indices(call, o, image.metric_index, problem);
  if (ok(code)) {
    code = o.decision_id != 0 ? claim(context, o.decision_id, &subject, problem)
                              : name_subject(call, o, &subject, problem);
  }
  if (!ok(code)) {
    return code == Code::kAlreadyRecorded ? record_later(context, o, reward, problem) : code;
  }
  if ((o.flags & REMORA_OUTCOME_ABANDONED) != 0) {
    return abandon(call, subject, o.decision_id, context.overdue, reward);
  }
  const Profile& profile = call.active.profile(subject.agent);
  const int64_t now_ns = o.now_ns != 0 ? o.now_ns : base::coarse_now_ns();
  float next = 0;
  if ((o.flags & REMORA_OUTCOME_HAS_NEXT) != 0) {
    code = value_of_next(call, o, subject.agent, &next, problem);
  }
  if (!ok(code)) {
    return give_back(subject, code);
  }
  const learn::Reward terms = learn::compute_reward(reward_input(o), profile.learning.reward);
  const float target = terms.total + next;
  const bool may_learn = (call.control() & store::kControlNoLearning) == 0 && !subject.late;

  fill_image(o, subject, now_ns, image);
  image.flags = facts_of(o, subject) | (may_learn ? 0U : store::kOutcomeNoLearning) |
                (context.overdue ? store::kOutcomeOverdue : 0U);
  image.reward = terms.total;
  image.target = target;
  store::append_outcome(call.history, call.shared_stripe(), call.owner, call.generation.number(), image,
                        subject.slot == nullptr ? nullptr : &subject.slot->outcome_at);

  store::CellUpdate update;
  const bool learned =
      may_learn && learn(call, subject, target, profile.learning.learning_rate, now_ns, &update);
  if (subject.slot != nullptr) {
    store::note_outcome(*subject.slot, image);
  }
  judge(call, subject, o, profile.safety, now_ns);
  if (profile.learning.join != learn::Join::kFirst) [[unlikely]] {
    expect_more(call, subject, o, image, learned ? update.visits : 0);
  }
  call.counters().outcomes.fetch_add(1, std::memory_order_relaxed);
  if (subject.slot != nullptr) {
    store::finish_slot(*subject.slot, o.decision_id, store::SlotState::kDone);
  }
  if (reward != nullptr) {
    fill_reward(terms, target, update, learned, reward);
  }
  return Code::kOk;
}

}  // namespace remora::engine
