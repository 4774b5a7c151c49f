#include "engine/housekeeping.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "base/clock.hpp"
#include "base/heap.hpp"
#include "engine/aging.hpp"
#include "engine/convergence.hpp"
#include "engine/engine.hpp"
#include "engine/event_makers.hpp"
#include "engine/exploration.hpp"
#include "engine/overdue.hpp"
#include "engine/parents.hpp"
#include "engine/replay.hpp"
#include "engine/seeding.hpp"
#include "engine/time_budget.hpp"
#include "engine/written_outcome.hpp"
#include "guard/fallback.hpp"
#include "guard/operator_actions.hpp"
#include "rollout/agent_word.hpp"
#include "rollout/tick.hpp"
#include "rollout/transition.hpp"
#include "snapshot/writer.hpp"
#include "store/roster.hpp"
#include "store/state_time.hpp"

namespace remora::engine {

using base::Code;
using base::Problem;

namespace {

constexpr uint64_t kFoldLimit = 1U << 20;
constexpr int64_t kReclaimInterval = base::kNanosPerSecond;
constexpr int64_t kOverdueInterval = base::kNanosPerSecond;
constexpr uint32_t kParts = 11;

bool alive(void* context, uint32_t owner) { return static_cast<store::State*>(context)->owner_alive(owner); }

bool tries_again(const void* active, uint32_t agent) {
  return static_cast<const Active*>(active)->profile(agent).learning.cascade.enabled;
}

bool may_learn(const store::History& history, const Active& active) {
  return (control_in_force(history, active) & store::kControlNoLearning) == 0;
}

}  // namespace

Code Housekeeping::run(Engine& engine, Ticker ticker, int64_t now_ns, int64_t budget_ns,
                       remora_tick_report* report, Problem& problem) {
  base::ByteLock lock;
  if (const Code code = lock.try_lock(engine.state().locks(), store::kHousekeepingLock, problem); !ok(code)) {
    return code;
  }
  if (!lock.held()) {
    report->flags |= 1;
    return Code::kOk;
  }
  const int64_t deadline = budget_ns > 0 ? base::monotonic_ns() + budget_ns : INT64_MAX;
  store::ControlPage& control = *engine.history().control;
  now_ns = move_time(engine, now_ns);
  control.last_tick_ns.store(static_cast<uint64_t>(now_ns), std::memory_order_relaxed);

  const Tick tick{engine, ticker, now_ns, deadline, report};
  Code first = Code::kOk;
  Problem kept;
  uint32_t done = 0;
  do {
    const Code code = run_part(next_part_, tick, problem);
    next_part_ = (next_part_ + 1) % kParts;
    if (!ok(code)) {
      engine.log().write(ops::Level::kError, "tick: %s", problem.text());
      kept = ok(first) ? problem : kept;
      first = ok(first) ? code : first;
    }
  } while (++done < kParts && base::monotonic_ns() < deadline);
  next_part_ = done == kParts ? 0 : next_part_;
  base::tidy_heap();  // else each tick's moment takes other pages
  if (!ok(first)) {
    problem = kept;
  }
  return first;
}

// In their order; there are kParts of them.
Code Housekeeping::run_part(uint32_t number, const Tick& t, Problem& problem) {
  Engine& engine = t.engine;
  switch (number) {
    case 0:
      return reclaim(engine, t.now_ns, t.report);
    case 1:
      return end_overdue(engine, t.now_ns, half_way_to(t.deadline_ns), problem);
    case 2:
      return fold(engine, t.now_ns, t.report, problem);
    case 3:
      return replay(engine, half_way_to(t.deadline_ns), problem);
    case 4:
      return seed(engine, t.now_ns, problem);
    case 5:
      return judge(engine, t.now_ns, t.report, problem);
    case 6:
      return watch_files(engine, t.now_ns, t.report, problem);
    case 7:
      return keep_snapshots(engine, t.ticker, t.now_ns, t.report, problem);
    case 8:
      return follow_active_file(engine, t.now_ns, t.report, problem);
    case 9:
      return event_log_.append_new(engine.history(), engine.state().directory(),
                                   engine.active().settings.event_log, problem);
    default:
      return sync(engine, t.ticker, t.now_ns, problem);
  }
}

// Time that nobody lived through, because the clock was set ahead, is not counted as time on trial or time
// served.
int64_t Housekeeping::move_time(Engine& engine, int64_t given_ns) {
  const store::History& history = engine.history();
  const store::StateTime time = store::advance_time(history, given_ns, base::now_ns(), base::monotonic_ns());
  if (time.set_ahead_ns != 0) {
    const int64_t seconds = time.set_ahead_ns / base::kNanosPerSecond;
    engine.log().write(ops::Level::kWarning,
                       "the clock was set ahead by %lld s; stages of rollouts and blocks of variants last as "
                       "long as they would have",
                       static_cast<long long>(seconds));
    rollout::postpone(history, seconds);
    guard::postpone(history, seconds);
  }
  return time.now_ns;
}

Code Housekeeping::reclaim(Engine& engine, int64_t now_ns, remora_tick_report* report) {
  const int64_t monotonic = base::monotonic_ns();
  store::settle_events(engine.history(), monotonic, event_memory_);
  if (monotonic - last_reclaim_ns_ < kReclaimInterval) {
    return Code::kOk;
  }
  last_reclaim_ns_ = monotonic;
  const store::ReclaimedSlots found = engine.state().reclaim_dead();
  report->reclaimed = found.reclaimed;
  if (found.written != 0) {
    finish_all_written(engine.history(), engine.active(), engine.state().process_slot());
  }
  if (report->reclaimed != 0) {
    tell(engine.history(), store::EventKind::kRecovered, store::Severity::kInfo, now_ns, report->reclaimed);
  }
  return Code::kOk;
}

// A look at the whole ledger, so not at every tick, unless the last one did not get to its end. All of it
// goes by the tick's time, which hosts may let run ahead.
Code Housekeeping::end_overdue(Engine& engine, int64_t now_ns, int64_t deadline_ns, Problem& problem) try {
  if (!any_deadline(engine.active()) ||
      (overdue_cursor_ == 0 && now_ns - last_overdue_ns_ < kOverdueInterval)) {
    return Code::kOk;
  }
  base::ThreadContext& thread = base::thread_context();
  const store::State::Inside inside(engine.state(), thread.number);
  const uint64_t ended = record_overdue(engine.enter(inside.seat(), thread), alive, &engine.state(), now_ns,
                                        deadline_ns, &overdue_cursor_);
  last_overdue_ns_ = now_ns;
  if (ended != 0) {
    engine.log().write(ops::Level::kInfo, "%llu decisions had no outcome within their agent's deadline",
                       static_cast<unsigned long long>(ended));
  }
  return Code::kOk;
} catch (const std::bad_alloc&) {
  return problem.set(Code::kMemory, "no memory to look for decisions past their deadline; they wait for it");
}

Code Housekeeping::fold_lanes(Engine& engine, int64_t now_ns, uint64_t* folded, Problem& problem) {
  const learn::Settings& learning = engine.active().settings.learning;
  const store::FoldRules rules{learning.learning_rate,
                               learning.alarm.enabled ? &learning.alarm.rules : nullptr, tries_again,
                               &engine.active()};
  store::FoldReport report;
  const Code code = store::fold_outcomes(engine.history(), &engine.state().generation_in_force(), rules,
                                         now_ns, base::monotonic_ns(), kFoldLimit, alive, &engine.state(),
                                         fold_memory_, &report, problem);
  *folded = report.folded;
  return code;
}

void Housekeeping::fold_ahead(Engine& engine) {
  base::ByteLock lock;
  Problem ignored;
  uint64_t folded = 0;
  if (ok(lock.try_lock(engine.state().locks(), store::kHousekeepingLock, ignored)) && lock.held()) {
    static_cast<void>(fold_lanes(engine, engine.present_ns(), &folded, ignored));
    folded_ahead_ += folded;
  }
}

Code Housekeeping::fold(Engine& engine, int64_t now_ns, remora_tick_report* report, Problem& problem) {
  const Code code = fold_lanes(engine, now_ns, &report->folded, problem);
  report->folded += std::exchange(folded_ahead_, 0);
  unreplayed_ += report->folded;
  if (!ok(code)) {
    return code;
  }
  try {
    follow_outcomes(engine, now_ns);
    return code;
  } catch (const std::bad_alloc&) {
    return problem.set(Code::kMemory,
                       "no memory to work out the agents' values; they wait for the next time");
  }
}

// What follows from new outcomes, whoever folded them, for the values that agents share, and from whatever
// else they hang on.
void Housekeeping::follow_outcomes(Engine& engine, int64_t now_ns) {
  const store::Generation& generation = engine.state().generation_in_force();
  store::ControlPage& control = *engine.history().control;
  const uint64_t folds = control.fold_sequence.load(std::memory_order_acquire);
  const bool any = folds != control.fold_followed.load(std::memory_order_relaxed);
  const Basis basis{generation.number(), control.line.roster.load(std::memory_order_acquire),
                    engine.active().number};
  if (any) {
    age_evidence(engine.history(), generation, engine.active(), now_ns);
  }
  if (any || basis != pooled_from_) {
    pool_agents(engine.history(), generation, engine.active());
    pooled_from_ = basis;
  }
  if (any) {
    refresh_verdicts(engine.history(), generation, engine.active(), now_ns);
    // Last: whoever dies before leaves all of it to the next tick of any process.
    control.fold_followed.store(folds, std::memory_order_relaxed);
  }
}

// As many outcomes as came, times the ratio; what the budget has no time for is left out.
Code Housekeeping::replay(Engine& engine, int64_t deadline_ns, Problem& problem) try {
  const uint64_t folded = std::exchange(unreplayed_, 0);
  const Active& active = engine.active();
  const learn::Replay& rules = active.settings.learning.replay;
  const store::History& history = engine.history();
  if (rules.ratio <= 0 || !may_learn(history, active)) {
    return Code::kOk;
  }
  replay_owed_ += static_cast<double>(rules.ratio) * static_cast<double>(std::min(folded, kFoldLimit));
  const auto batches = static_cast<uint32_t>(replay_owed_ / rules.batch);
  replay_owed_ -= static_cast<double>(batches) * rules.batch;
  if (batches != 0) {
    // The fold's number: another one each time, and the same when a history is told again.
    const uint64_t seed = history.control->fold_sequence.load(std::memory_order_relaxed);
    engine::replay({history, engine.state().generation_in_force(), active},
                   {rules, batches, seed, deadline_ns, false});
  }
  return Code::kOk;
} catch (const std::bad_alloc&) {
  return problem.set(Code::kMemory, "no memory for replaying outcomes");
}

Code Housekeeping::seed(Engine& engine, int64_t now_ns, Problem& problem) try {
  const Active& active = engine.active();
  if (!may_learn(engine.history(), active) || base::monotonic_ns() < seed_pause_ends_ns_) {
    return Code::kOk;
  }
  uint32_t seeded = 0;
  const Code code = seed_variants(engine.state(), active, now_ns, &seeded, problem);
  seed_pause_ends_ns_ = ok(code) ? 0 : base::monotonic_ns() + kSnapshotPause;
  if (seeded != 0) {
    pool_agents(engine.history(), engine.state().generation_in_force(), active);
  }
  return code;
} catch (const std::bad_alloc&) {
  pooled_from_ = {};  // the next tick works the agents' values out
  return problem.set(Code::kMemory, "no memory to work out the agents' values");
}

// Safety, exploration and rollouts. A snapshot comes before a stage changes, so that the way back is there.
Code Housekeeping::judge(Engine& engine, int64_t now_ns, remora_tick_report* report, Problem& problem) {
  const store::History& history = engine.history();
  const Active& active = engine.active();
  guard::reconcile(history);
  for (uint32_t agent = 0; agent < store::agent_count(history); ++agent) {
    const Profile& profile = active.profile(agent);
    const guard::Thresholds& safety = profile.safety;
    report->unblocked += guard::end_blocks(history, agent, safety, now_ns);
    guard::refresh_safe_variant(history, agent, safety);
    refresh_exploration(history, agent, profile.learning);
  }
  rollout::reconcile(history);
  Code code = Code::kOk;
  if (rollout::change_due(history, active.rollout, now_ns)) {
    code = snapshot::write_snapshot(engine.state(), engine.state().generation_in_force(),
                                    snapshot::Kind::kStage, now_ns, nullptr, problem);
    report->snapshots += ok(code) ? 1U : 0U;
    rollout::Rules rules = active.rollout;
    rules.settings.automatic = rules.settings.automatic && ok(code);  // without a way back, only back
    for (uint32_t r = 0; r < rollout::rollout_count(history); ++r) {
      const store::RolloutRecord* record = rollout::find_rollout(history, r);
      report->stage_changes +=
          record != nullptr && rollout::advance_due(history, r, rules,
                                                    active.profile(rollout::agent_of(*record)).safety, now_ns)
              ? 1U
              : 0U;
    }
  }
  return code;
}

}  // namespace remora::engine
