#include "engine/decide.hpp"

#include <algorithm>

#include <remora/rollout.h>

#include "base/clock.hpp"
#include "engine/agent_choice.hpp"
#include "engine/candidates.hpp"
#include "engine/cascade.hpp"
#include "engine/decision_slot.hpp"
#include "engine/exploration.hpp"
#include "engine/state_of_task.hpp"
#include "rollout/gate.hpp"
#include "store/ledger.hpp"
#include "store/q_table.hpp"

namespace remora::engine {
namespace {

using base::Code;
using store::ChoiceWord;
using store::RolloutWord;

uint32_t flag_if(bool condition, remora_decision_flag flag) {
  return condition ? static_cast<uint32_t>(flag) : 0U;
}

// Where what was learned for the task is looked for, as long as nothing of it is read.
Code find_state(const Call& call, const remora_task& task, const learn::Settings& settings, StateIds* ids,
                Candidates* c, base::Problem& problem) {
  Code code = Code::kOk;
  if (task.previous_decision != 0) [[unlikely]] {
    code = read_tries(call.history, task.previous_decision, settings, c, &ids->tries, problem);
  }
  uint64_t key = 0;
  code = ok(code) ? state_key(call.history, c->agent, *ids, &key, &c->room, problem) : code;
  if (ids->tries.attempts != 0) [[unlikely]] {
    c->parent_context = store::pooled_context(call.history, store::StateKey::unpack(key).context);
  }
  c->place = store::place_of(key, call.generation);
  return code;
}

// Reads what decides about one agent. Its state was prefetched by then.
void read_candidates(const Call& call, const learn::Settings& settings, const remora_task& task,
                     Candidates* c) {
  const store::AgentRecord& record = *c->record;
  // A variant registered since the count was read waits for the next decision: its value was not read either.
  // Acquire pairs with the release in register_variant: a live variant's record is complete.
  const uint64_t live = record.live.load(std::memory_order_acquire) & ChoiceWord::mask_of(c->choice.count);
  c->candidates = task.allowed_variants == 0 ? live : live & task.allowed_variants;
  c->eligible = c->candidates & ~record.blocked.load(std::memory_order_relaxed);
  c->rollout = record.rollout.load(std::memory_order_relaxed);
  route::read_state(c->place, c->parent_context, c->choice.count, call.generation, settings, &c->values);
}

bool names_variant(const RolloutWord& rollout) { return rollout.treatment != RolloutWord::kLearned; }

uint64_t all_but(uint32_t variant) { return ~(1ULL << variant); }

// What a unit gets outside the treatment: the baseline where learning itself is on trial, else learning
// without the variant that is.
Pick pick_control(const Candidates& c, const RolloutWord& rollout, const learn::Settings& settings,
                  uint64_t draw) {
  return names_variant(rollout) ? pick_learned(c, all_but(rollout.treatment), settings, draw)
                                : pick_fixed(c, c.choice.baseline);
}

Pick pick_treatment(const Candidates& c, const RolloutWord& rollout, const learn::Settings& settings,
                    uint64_t draw) {
  return names_variant(rollout) ? pick_fixed(c, rollout.treatment) : pick_learned(c, ~0ULL, settings, draw);
}

void take(const Pick& pick, int32_t reason, Candidates& c, remora_decision* d) {
  c.drawn_from = pick.drawn_from;
  c.propensity = pick.propensity;
  d->variant = pick.variant;
  d->propensity = static_cast<double>(pick.propensity);
  d->reason = pick.fell_back ? REMORA_REASON_SAFETY : pick.explored ? REMORA_REASON_EXPLORED : reason;
  d->flags |= flag_if(pick.explored, REMORA_DECISION_EXPLORED) |
              flag_if(pick.fell_back, REMORA_DECISION_SAFETY_FALLBACK);
}

// A running rollout decides by stage mode and by the unit's place; a finished one for all.
[[gnu::noinline]] void choose_in_rollout(const Call& call, Candidates& c, const learn::Settings& settings,
                                         uint64_t unit_key, uint64_t draw, remora_decision* d) {
  const RolloutWord r = RolloutWord::unpack(c.rollout);
  const rollout::Gate gate = rollout::evaluate(r, unit_key, draw, call.history.secret);
  c.unit = gate.unit;
  const bool full = r.state == REMORA_ROLLOUT_COMPLETE;
  const bool rolled_back = r.state == REMORA_ROLLOUT_ROLLED_BACK;
  const bool live_run = full || r.mode == REMORA_MODE_CANARY || r.mode == REMORA_MODE_FULL;
  const bool in = full || (gate.in && !rolled_back);
  const Pick treatment = pick_treatment(c, r, settings, draw);
  d->learned_variant = treatment.variant;
  d->rollout = store::make_id(store::Kind::kRollout, r.rollout);
  d->stage = r.stage;
  d->mode = r.mode;
  if (live_run && in) {
    take(treatment, names_variant(r) ? REMORA_REASON_TREATMENT : REMORA_REASON_LEARNED, c, d);
    d->flags |= flag_if(!full && r.share_basis_points < 10'000, REMORA_DECISION_CANARY);
  } else {
    take(pick_control(c, r, settings, draw),
         live_run ? REMORA_REASON_CONTROL_ARM : REMORA_REASON_BASELINE_MODE, c, d);
    d->flags |= flag_if(!rolled_back, REMORA_DECISION_CONTROL_ARM);
    d->flags |= flag_if(!rolled_back && r.mode == REMORA_MODE_MONITOR, REMORA_DECISION_MONITOR);
    if (r.mode == REMORA_MODE_SHADOW && in && !treatment.fell_back && treatment.variant != d->variant) {
      d->shadow_variant = treatment.variant;
      d->flags |= REMORA_DECISION_SHADOW;
    }
  }
  // A unit without a key is drawn anew for each decision: its arm is part of the chance.
  if (live_run && !full && unit_key == 0 && r.share_basis_points < 10'000) {
    const double share = r.share_basis_points / 10'000.0;
    d->propensity *= in ? share : 1.0 - share;
  }
  if (rolled_back) {
    // A variant that was rolled back leaves learning as it was before; learning that was, leaves the
    // baseline.
    d->mode = static_cast<uint32_t>(names_variant(r) ? REMORA_MODE_FULL : REMORA_MODE_MONITOR);
  }
}

void choose(const Call& call, Candidates& c, const learn::Settings& settings, const remora_task& task,
            uint64_t draw, remora_decision* d) {
  const uint64_t control = call.control();
  d->epsilon = static_cast<double>(settings.epsilon);
  if ((control & store::kControlDisabled) != 0) {
    take(pick_fixed(c, c.choice.baseline), REMORA_REASON_BASELINE_OFF, c, d);
    d->learned_variant = d->variant;
    d->flags |= REMORA_DECISION_CONTROL_OFF;
    d->mode = REMORA_MODE_OFF;
    return;
  }
  if (RolloutWord::present(c.rollout)) [[unlikely]] {
    choose_in_rollout(call, c, settings, task.unit_key, draw, d);
  } else {
    const Pick pick = pick_learned(c, ~0ULL, settings, draw);
    d->learned_variant = pick.variant;
    const uint64_t open = (c.eligible & c.wanted) != 0 ? c.eligible & c.wanted : c.eligible;
    const bool only = (open & (open - 1)) == 0;
    take(pick,
         !c.values.seen ? REMORA_REASON_UNSEEN
         : only         ? REMORA_REASON_ONLY_VARIANT
                        : REMORA_REASON_LEARNED,
         c, d);
    d->mode = REMORA_MODE_FULL;
  }
  if ((control & store::kControlModeMonitor) != 0 && d->mode != REMORA_MODE_MONITOR) {
    d->flags &= ~(static_cast<uint32_t>(REMORA_DECISION_EXPLORED) | REMORA_DECISION_SHADOW |
                  REMORA_DECISION_CANARY | REMORA_DECISION_CONTROL_ARM);
    d->shadow_variant = REMORA_NONE;
    d->rollout = 0;
    take(pick_fixed(c, c.choice.baseline), REMORA_REASON_BASELINE_MODE, c, d);
    d->flags |= REMORA_DECISION_MONITOR;
    d->mode = REMORA_MODE_MONITOR;
  }
}

// The same with an epsilon that falls over the agent's life.
[[gnu::noinline]] void choose_by_schedule(const Call& call, Candidates& c, const learn::Settings& settings,
                                          const remora_task& task, uint64_t draw, remora_decision* d) {
  learn::Settings now = settings;
  now.epsilon = epsilon_in_force(*c.record, settings);
  choose(call, c, now, task, draw, d);
}

// Flags of a later version, or a time that is none.
[[gnu::noinline]] Code refuse_task(const Call& call, const remora_task& task, remora_decision* d,
                                   base::Problem& problem) {
  fill_safe(&call.history, &task, d);
  return task.flags != 0 ? problem.set(Code::kUnsupported, "task.flags has unknown bits %#x", task.flags)
                         : refuse_time("task.now_ns", task.now_ns, problem);
}

// The caller's mask left nothing that may run: the baseline does, or the safe variant in its place.
[[gnu::noinline]] void choose_masked(Candidates* c, remora_decision* d) {
  const uint64_t live =
      c->record->live.load(std::memory_order_acquire) & ChoiceWord::mask_of(c->choice.count);
  c->candidates = live;
  c->eligible = live & ~c->record->blocked.load(std::memory_order_relaxed);
  take(pick_fixed(*c, c->choice.baseline), REMORA_REASON_MASK, *c, d);
  d->learned_variant = d->variant;
  d->flags |= REMORA_DECISION_MASKED;
  d->mode = REMORA_MODE_FULL;
}

void fill_values(const Call& call, const Candidates& c, remora_decision* d) {
  const store::QCell cell = c.values.shown(d->variant);
  d->q_value = static_cast<double>(cell.q);
  d->visits = c.values.seen ? cell.visits : 0;
  d->flags |= flag_if(!c.values.seen, REMORA_DECISION_UNSEEN);
  if (!c.values.seen && (!c.room || !store::has_room(c.agent, call.generation))) [[unlikely]] {
    d->flags |= REMORA_DECISION_TABLE_FULL;
  }
  d->flags |= flag_if((call.control() & store::kControlNoLearning) != 0, REMORA_DECISION_LEARNING_OFF);
}

// What no later step sets unless it applies. All else of a decision is set in any case.
void begin(remora_decision* d) {
  d->flags = 0;
  d->shadow_decision_id = 0;
  d->shadow_variant = REMORA_NONE;
  d->epsilon = 0;
  d->rollout = 0;
  d->stage = 0;
  d->reserved = 0;
}

}  // namespace

void fill_safe(const store::History* history, const remora_task* task, remora_decision* d) {
  const uint32_t size = d->struct_size;
  *d = {};
  d->struct_size = size;
  d->shadow_variant = REMORA_NONE;
  d->propensity = 1;
  d->reason = REMORA_REASON_ERROR;
  if (history == nullptr || task == nullptr) {
    return;
  }
  d->agent = task->agent;
  d->task_type = task->task_type;
  const store::AgentRecord* record = store::find_agent(*history, store::id_index(task->agent));
  if (store::id_kind(task->agent) == REMORA_KIND_AGENT && record != nullptr) {
    const ChoiceWord choice = ChoiceWord::unpack(record->choice.load(std::memory_order_acquire));
    d->variant = d->baseline_variant = d->learned_variant = choice.baseline;
  }
}

[[gnu::flatten]] Code decide(const Call& call, const remora_task& task, remora_decision* d,
                             base::Problem& problem) {
  if (task.flags != 0 || !base::is_time(task.now_ns)) [[unlikely]] {
    return refuse_task(call, task, d, problem);
  }
  begin(d);
  uint64_t draw = task.draw != 0 ? task.draw : base::next_random(call.thread);
  Candidates c;
  StateIds ids{task.task_type, task.label_count, task.labels, {}};
  float agent_propensity = 1;
  Code code = Code::kOk;
  if (task.agent == 0) {
    code = choose_agent(call, task, ids, &draw, &c.agent, &agent_propensity, problem);
  } else {
    code = index_of(call.history, task.agent, store::Kind::kAgent, "agent", &c.agent, problem);
  }
  c.record = ok(code) ? store::find_agent(call.history, c.agent) : nullptr;
  if (c.record == nullptr) {
    fill_safe(&call.history, &task, d);
    return ok(code)
               ? problem.set(Code::kNotFound, "agent is %#x: its registration was never finished", task.agent)
               : code;
  }
  c.choice = ChoiceWord::unpack(c.record->choice.load(std::memory_order_acquire));
  const learn::Settings& settings = call.active.profile(c.agent).learning;
  if (code = find_state(call, task, settings, &ids, &c, problem); !ok(code)) {
    fill_safe(&call.history, &task, d);
    return code;
  }
  c.choice.count = std::min(c.choice.count, store::kMaxVariants);
  if (c.choice.count == 0) {
    fill_safe(&call.history, &task, d);
    return problem.set(Code::kNotFound, "agent %#x has no variants: register at least its baseline",
                       task.agent);
  }
  route::prefetch_state(c.place, c.choice.count, call.generation);
  d->agent = store::make_id(store::Kind::kAgent, c.agent);
  d->task_type = task.task_type != 0 ? task.task_type : store::make_id(store::Kind::kTaskType, 0);
  d->baseline_variant = c.choice.baseline;
  // Claimed while the state's line is on its way.
  const store::Claim claim = store::claim_slot(call.history, call.seat, call.owner);
  read_candidates(call, settings, task, &c);
  d->reason = REMORA_REASON_LEARNED;
  if (c.candidates == 0) {
    choose_masked(&c, d);
  } else if (settings.schedule.kind != learn::ScheduleKind::kConstant) [[unlikely]] {
    choose_by_schedule(call, c, settings, task, draw, d);
  } else {
    choose(call, c, settings, task, draw, d);
  }
  fill_values(call, c, d);
  d->propensity *= static_cast<double>(agent_propensity);
  open_decision(call, c, claim, task.now_ns != 0 ? task.now_ns : base::coarse_now_ns(), d);
  return Code::kOk;
}

}  // namespace remora::engine
