#include "engine/record.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "engine/event_makers.hpp"
#include "engine/next_state.hpp"
#include "engine/outcome_check.hpp"
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

// What an outcome belongs to, from the ledger or from names.
struct Subject {
  store::LedgerSlot* slot = nullptr;  // nullptr: by names
  uint64_t key = 0;
  bool room = true;
  uint32_t agent = 0;
  store::SlotChoice choice;
  uint32_t rollout_epoch = 0;
  uint64_t drawn_from = 0;
  float propensity = 0;  // among drawn_from; 0 = the policy did not draw it
  bool shadow = false;
  bool late = false;  // decided under another generation: history takes it, the Q-table does not
};

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
    call.counters().refused.fetch_add(1, std::memory_order_relaxed);
    return explain_take(take, id, subject->slot, problem);
  }
  // Relaxed: take_slot's acquire made all of it visible.
  subject->key = subject->slot->key.load(std::memory_order_relaxed);
  const StateKey state = StateKey::unpack(subject->key);
  subject->agent = state.agent;
  subject->room = state.context != store::kContextFull;
  subject->choice = store::SlotChoice::unpack(subject->slot->choice.load(std::memory_order_relaxed));
  subject->rollout_epoch =
      store::SlotWhen::unpack(subject->slot->when.load(std::memory_order_relaxed)).rollout_epoch;
  subject->drawn_from = subject->slot->result.load(std::memory_order_relaxed);
  subject->propensity =
      subject->drawn_from == 0
          ? 0.0F
          : store::FloatPair::unpack(subject->slot->values.load(std::memory_order_relaxed)).second;
  subject->shadow = subject->choice.shadow == subject->choice.variant;
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
  subject->choice.variant = o.variant;
  return state_key(call.history, subject->agent, {o.task_type, o.label_count, o.labels, {}}, &subject->key,
                   &subject->room, problem);
}

[[gnu::noinline]] Code metric_indices(const Call& call, const remora_outcome& o,
                                      uint16_t (&indices)[store::kMaxMetrics], Problem& problem) {
  for (uint32_t i = 0; i < o.metric_count; ++i) {
    uint32_t index = 0;
    if (const Code code =
            index_of(call.history, o.metric_ids[i], store::Kind::kMetric, "metric_ids", &index, problem);
        !ok(code)) {
      return code;
    }
    indices[i] = static_cast<uint16_t>(index);
  }
  return Code::kOk;
}

uint32_t facts_of(const remora_outcome& o, const Subject& s) {
  return (o.success != 0 ? store::kOutcomeSuccess : 0U) |
         (o.critical_error != 0 ? store::kOutcomeCritical : 0U) |
         (o.safety_violation != 0 ? store::kOutcomeViolation : 0U) |
         (o.complaint != 0 ? store::kOutcomeComplaint : 0U) |
         ((o.flags & REMORA_OUTCOME_HAS_QUALITY) != 0 ? store::kOutcomeGraded : 0U) |
         ((o.flags & REMORA_OUTCOME_HAS_RATING) != 0 ? store::kOutcomeRated : 0U) |
         (s.slot == nullptr ? store::kOutcomeByName : 0U) | (s.late ? store::kOutcomeLate : 0U) |
         (s.shadow ? store::kOutcomeShadow : 0U) |
         ((s.choice.flags & store::kDecisionExplored) != 0 ? store::kOutcomeExplored : 0U);
}

void fill_image(const remora_outcome& o, const Subject& s, int64_t now_ns, store::OutcomeRecord& r) {
  r.decision_id = o.decision_id;
  r.key = s.key;
  r.when_ns = now_ns;
  r.variant = s.choice.variant;
  r.propensity = s.propensity;
  r.drawn_from = s.drawn_from;
  r.quality = static_cast<float>(o.quality);
  r.rating = static_cast<float>(o.user_rating);
  r.duration_ns = o.duration_ns;
  r.cost_micros = o.cost_micros;
  r.tokens_in = static_cast<uint32_t>(o.tokens_in);
  r.tokens_out = static_cast<uint32_t>(o.tokens_out);
  r.errors = o.error_count;
  r.corrections = o.user_corrections;
  r.tools_correct = static_cast<uint16_t>(o.tool_calls_correct);
  r.tools_total = static_cast<uint16_t>(o.tool_calls_total);
  r.metric_count = static_cast<uint8_t>(o.metric_count);
  for (uint32_t i = 0; i < o.metric_count; ++i) {
    r.metrics[i] = static_cast<float>(o.metrics[i]);
  }
}

// The Q-table's part. False when the state found no room.
bool learn(const Call& call, const Subject& s, float target, float step, int64_t now_ns,
           store::CellUpdate* update) {
  if (!s.room) {
    return false;
  }
  const uint32_t segment = s.choice.variant / store::kRowVariants;
  store::Insert inserted{};
  store::Row* row = store::insert_row(StateKey::with_segment(s.key, segment), call.generation, &inserted);
  if (row == nullptr) {
    tell_table_full(call.history, call.generation, s.agent, now_ns);
    return false;
  }
  *update = store::update_cell(row->cells[s.choice.variant % store::kRowVariants], target, step);
  row->stamp.store(static_cast<uint64_t>(now_ns / base::kNanosPerSecond), std::memory_order_relaxed);
  return true;
}

void fill_reward(const learn::Reward& terms, float target, const store::CellUpdate& update, bool learned,
                 remora_reward* out) {
  out->flags = learned ? 1U : 0U;
  out->reward = static_cast<double>(terms.total);
  out->target = static_cast<double>(target);
  out->q_before = static_cast<double>(update.before);
  out->q_after = static_cast<double>(update.after);
  out->success_term = static_cast<double>(terms.success);
  out->quality_term = static_cast<double>(terms.quality);
  out->time_term = static_cast<double>(terms.time);
  out->error_term = static_cast<double>(terms.error);
  out->cost_term = static_cast<double>(terms.cost);
  out->tokens_term = static_cast<double>(terms.tokens);
  out->visits = update.visits;
  out->reserved = 0;
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
[[gnu::noinline]] Code abandon(const Call& call, const Subject& s, uint64_t id, bool overdue) {
  if (s.slot != nullptr) {
    s.slot->facts.store(store::SlotFacts{0, 0, overdue ? store::kOutcomeOverdue : 0U}.pack(),
                        std::memory_order_relaxed);
    store::finish_slot(*s.slot, id, store::SlotState::kAbandoned);
  }
  call.counters().abandoned.fetch_add(1, std::memory_order_relaxed);
  return Code::kOk;
}

// What the outcome means for the variant's safety and for the rollout that it was decided in.
void judge(const Call& call, const Subject& s, const remora_outcome& o, const guard::Thresholds& safety,
           int64_t now_ns) {
  const guard::OutcomeFacts judged{o.success != 0, o.critical_error != 0, o.safety_violation != 0};
  guard::on_outcome(call.history, s.agent, s.choice.variant, judged, safety, now_ns);
  if (s.choice.rollout != store::SlotChoice::kNoRollout) {
    rollout::count_outcome(call.history, s.agent, s.choice, s.rollout_epoch, judged, s.shadow,
                           call.active.rollout, safety, now_ns);
  }
}

}  // namespace

[[gnu::flatten]] Code record(const RecordContext& context, const remora_outcome& o, remora_reward* reward,
                             Problem& problem) {
  const Call& call = context.call;
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
    return code;
  }
  if ((o.flags & REMORA_OUTCOME_ABANDONED) != 0) {
    return abandon(call, subject, o.decision_id, context.overdue);
  }
  const Profile& profile = call.active.profile(subject.agent);
  const int64_t now_ns = o.now_ns != 0 ? o.now_ns : base::coarse_now_ns();
  float next = 0;
  if ((o.flags & REMORA_OUTCOME_HAS_NEXT) != 0) {
    code = value_of_next(call, o, subject.agent, &next, problem);
    next *= profile.learning.discount;
  }
  if (!ok(code)) {
    return give_back(subject, code);
  }
  const learn::Reward terms = learn::compute_reward(
      {o.success != 0, (o.flags & REMORA_OUTCOME_HAS_QUALITY) != 0, static_cast<float>(o.quality),
       o.duration_ns, o.error_count, o.cost_micros, o.tokens_in + o.tokens_out},
      profile.learning.reward);
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
