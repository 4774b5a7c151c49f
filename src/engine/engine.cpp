#include "engine/engine.hpp"

#include <remora/version.h>

#include <algorithm>
#include <new>
#include <system_error>

#include "base/clock.hpp"
#include "engine/event_makers.hpp"
#include "engine/first_open.hpp"
#include "engine/snapshot_key.hpp"
#include "engine/written_outcome.hpp"
#include "guard/operator_actions.hpp"
#include "ops/control.hpp"
#include "rollout/agent_word.hpp"
#include "store/state_time.hpp"

namespace remora::engine {

using base::Code;
using base::Problem;

namespace {

constexpr uint32_t kKnownFlags = REMORA_OPEN_EXISTING | REMORA_OPEN_ALLOW_SHARED | REMORA_OPEN_ALLOW_NETWORK |
                                 REMORA_OPEN_NO_ENVIRONMENT | REMORA_OPEN_KEEPER | REMORA_OPEN_NO_AUTO_TICK |
                                 REMORA_OPEN_READ_ONLY | REMORA_OPEN_SNAPSHOT_KEY | REMORA_OPEN_REQUIRE_MAC |
                                 REMORA_OPEN_NO_CONFIG;

bool has(const remora_options& options, remora_open_flag flag) { return (options.flags & flag) != 0; }

Code check_options(const remora_options& options, Problem& problem) {
  if (std::any_of(std::begin(options.reserved), std::end(options.reserved),
                  [](auto word) { return word != 0; })) {
    return problem.set(Code::kUnsupported, "options.reserved must be 0");
  }
  if ((options.flags & ~kKnownFlags) != 0) {
    return problem.set(Code::kUnsupported, "options.flags has unknown bits %#x; use a newer library",
                       options.flags & ~kKnownFlags);
  }
  if (options.abi_version != 0 &&
      (options.abi_version >> 16 != REMORA_ABI_MAJOR || (options.abi_version & 0xFFFF) > REMORA_ABI_MINOR)) {
    return problem.set(Code::kVersion,
                       "the host was built for ABI %u.%u, this library has %u.%u; use a library of major %u, "
                       "minor %u or later",
                       options.abi_version >> 16, options.abi_version & 0xFFFF, REMORA_ABI_MAJOR,
                       REMORA_ABI_MINOR, options.abi_version >> 16, options.abi_version & 0xFFFF);
  }
  if (options.durability > REMORA_DURABILITY_MEMORY) {
    return problem.set(Code::kInvalid, "options.durability is %u: must be 0 (disk) or 1 (memory)",
                       options.durability);
  }
  if (options.sync_interval_ns < -1) {
    return problem.set(Code::kInvalid,
                       "options.sync_interval_ns is %lld: must be -1 (never), 0 (default) or a time",
                       static_cast<long long>(options.sync_interval_ns));
  }
  if (has(options, REMORA_OPEN_READ_ONLY) && has(options, REMORA_OPEN_KEEPER)) {
    return problem.set(Code::kInvalid, "options.flags asks for a keeper of a state that is opened read-only");
  }
  return Code::kOk;
}

store::OpenRules rules_of(const remora_options& options, const config::StateSettings& configured,
                          store::Stripe* stripes) {
  store::OpenRules rules;
  rules.must_exist = has(options, REMORA_OPEN_EXISTING);
  rules.read_only = has(options, REMORA_OPEN_READ_ONLY);
  rules.allow_shared = has(options, REMORA_OPEN_ALLOW_SHARED);
  rules.allow_network = has(options, REMORA_OPEN_ALLOW_NETWORK);
  rules.memory_backed = options.durability == REMORA_DURABILITY_MEMORY || configured.memory_backed;
  rules.stripes = stripes;
  rules.capacities = configured.capacities;
  rules.capacities.states = options.states != 0 ? options.states : rules.capacities.states;
  rules.capacities.ledger_slots =
      options.ledger_slots != 0 ? options.ledger_slots : rules.capacities.ledger_slots;
  rules.capacities.names = options.names != 0 ? options.names : rules.capacities.names;
  return rules;
}

}  // namespace

Code Engine::open(std::string_view path, const remora_options& options, store::Stripe* stripes,
                  std::unique_ptr<Engine>* out, Problem& problem) {
  if (const Code code = check_options(options, problem); !ok(code)) {
    return code;
  }
  std::unique_ptr<Engine> engine(new Engine);
  config::Settings settings;
  if (const Code code = engine->open_state(path, options, stripes, &settings, problem); !ok(code)) {
    return code;
  }
  if (const Code code = engine->start(options, std::move(settings), problem); !ok(code)) {
    return code;
  }
  *out = std::move(engine);
  return Code::kOk;
}

// The configuration says how large a new state is made, so it is read before there is one.
Code Engine::open_state(std::string_view path, const remora_options& options, store::Stripe* stripes,
                        config::Settings* settings, Problem& problem) {
  const base::DirectoryRules rules{
      .create = !has(options, REMORA_OPEN_EXISTING) && !has(options, REMORA_OPEN_READ_ONLY),
      .allow_shared = has(options, REMORA_OPEN_ALLOW_SHARED),
      .allow_network = has(options, REMORA_OPEN_ALLOW_NETWORK),
      .read_only = has(options, REMORA_OPEN_READ_ONLY)};
  base::Directory directory;
  if (const Code code = base::Directory::open(path, rules, &directory, problem); !ok(code)) {
    return code;
  }
  follows_config_ = !has(options, REMORA_OPEN_NO_CONFIG);
  if (follows_config_ && watch_.read(directory, settings, problem) == config::Change::kRefused) {
    return problem.code();
  }
  sync_interval_option_ns_ = options.sync_interval_ns;
  environment_ =
      has(options, REMORA_OPEN_NO_ENVIRONMENT) ? config::Environment{} : config::read_environment();
  store::OpenRules open_rules = rules_of(options, settings->state, stripes);
  const Code code =
      read_snapshot_trust(options, environment_, directory, &open_rules.snapshot_trust, problem);
  return ok(code) ? store::State::open(path, open_rules, &state_, problem) : code;
}

Code Engine::start(const remora_options& options, config::Settings settings, Problem& problem) {
  log_ = std::make_unique<ops::Log>(state_->directory(), settings.log, read_only());
  for (uint32_t i = 0; i < environment_.ignored_count; ++i) {
    log_->write(
        ops::Level::kWarning,
        "environment variable %s has no value that is known (true or false; REMORA_MODE: full, monitor "
        "or off); it changes nothing",
        environment_.ignored[i]);
  }
  auto_tick_ = !has(options, REMORA_OPEN_NO_AUTO_TICK) && !has(options, REMORA_OPEN_KEEPER) && !read_only();
  if (!read_only()) {
    if (const Code code = prepare_state(*state_, problem); !ok(code)) {
      return code;
    }
  }
  if (const Code code = apply(std::move(settings), problem); !ok(code)) {
    return code;
  }
  if (!read_only()) {
    guard::reconcile(history());
    rollout::reconcile(history());
    finish_what_was_written();
    if (state_->created()) {
      restore_after_reboot(*state_, *log_);
    } else if (const auto lost = state_->lost_generation()) {
      restore_lost_generation(*state_, *lost, *log_);
    }
    tell(history(), store::EventKind::kOpened, store::Severity::kInfo, base::now_ns(), state_->process_slot(),
         state_->created() ? 1 : 0, state_->first_opener() ? 1 : 0);
  }
  // Counted from the directory's last tick, so that hosts that live for a moment get housekeeping done, too.
  const int64_t now_ns = base::coarse_now_ns();
  const auto last_ns = static_cast<int64_t>(history().control->last_tick_ns.load(std::memory_order_relaxed));
  next_tick_ns_.store(std::clamp(last_ns, now_ns - kTickInterval, now_ns) + kTickInterval,
                      std::memory_order_relaxed);
  return has(options, REMORA_OPEN_KEEPER) ? start_keeper(problem) : Code::kOk;
}

// Of processes that died amid recording: no decision shall be made before it counts.
void Engine::finish_what_was_written() {
  if (state_->reclaimed_at_open().written != 0) {
    finish_all_written(history(), active(), state_->process_slot());
  }
}

Code Engine::start_keeper(Problem& problem) try {
  keeper_ = std::make_unique<Keeper>(*this);
  return Code::kOk;
} catch (const std::system_error& refused) {
  return problem.set(Code::kMemory, "no thread for the keeper (%s); open without one, and tick yourself",
                     refused.what());
}

Engine::~Engine() { keeper_.reset(); }

int64_t Engine::present_ns() const {
  return std::max(base::now_ns(), store::paced_ns(history(), base::monotonic_ns()));
}

Code Engine::set_control(const remora_control& wanted, int64_t now_ns, Problem& problem) {
  if (read_only()) {
    return problem.set(Code::kPermission, "the state was opened read-only");
  }
  const ops::Control control{wanted.enabled != 0, wanted.learning != 0, wanted.mode, 0};
  const Code code = ops::set_control(history(), control, now_ns, problem);
  if (ok(code)) {
    log_->write(ops::Level::kWarning, "control set by call: %s, learning %s, mode %u",
                control.enabled ? "enabled" : "disabled", control.learning ? "on" : "off", control.mode);
  }
  return code;
}

void Engine::get_control(remora_control* control) const {
  const ops::Control now = ops::effective_control(history(), active().settings.control, environment_);
  control->enabled = now.enabled ? 1 : 0;
  control->learning = now.learning ? 1 : 0;
  control->mode = now.mode;
  control->source = now.source;
  control->reserved = 0;
}

Code Engine::tick(Ticker ticker, int64_t now_ns, int64_t budget_ns, const store::Stripe& own,
                  remora_tick_report* report, Problem& problem) {
  const std::unique_lock guard(tick_mutex_, std::try_to_lock);
  if (!guard.owns_lock()) {
    report->flags |= 1;
    return Code::kOk;  // another thread of this process is at it
  }
  next_tick_ns_.store(now_ns + kTickInterval, std::memory_order_relaxed);
  report->next_due_ns = now_ns + kTickInterval;
  Problem first;
  const auto keep_first = [&first, &problem](Code code) {
    if (!ok(code) && ok(first.code())) {
      first = problem;
    }
    return ok(code);
  };
  if (log_->is_missing()) {  // for want of memory, which may have come back
    const std::lock_guard settings(settings_mutex_);
    log_->configure(active().settings.log);
  }
  keep_first(follow_config(now_ns, report, problem));
  if (!keep_first(follow_roster(problem))) {
    log_->write(ops::Level::kError, "tick: %s", problem.text());
  }
  if (!read_only()) {
    keep_first(housekeeping_.run(*this, ticker, now_ns, budget_ns, report, problem));
  }
  state_->retire_generations(&own);
  retire_settings(own);
  if (!ok(first.code())) {
    problem = first;
  }
  return first.code();
}

void Engine::fold_ahead() {
  const std::unique_lock guard(tick_mutex_, std::try_to_lock);
  if (guard.owns_lock()) {
    housekeeping_.fold_ahead(*this);
  }
}

Code Engine::tick_from_keeper(Problem& problem) {
  base::ThreadContext& thread = base::thread_context();
  const store::State::Inside inside(*state_, thread.number);
  remora_tick_report report{};
  return tick(Ticker::kOwn, base::now_ns(), 0, inside.seat().stripe(), &report, problem);
}

Code Engine::after_fork(Problem& problem) {
  // Other threads of the parent may have held these, and the keeper's waits on a condition that nothing here
  // may destroy.
  new (&settings_mutex_) std::mutex();
  new (&tick_mutex_) std::mutex();
  if (keeper_) {
    static_cast<void>(keeper_.release());
    auto_tick_ = true;
  }
  housekeeping_.after_fork();
  log_->after_fork();
  const Code code = state_->after_fork(problem);
  if (ok(code) && !read_only()) {
    finish_what_was_written();
  }
  return code;
}

}  // namespace remora::engine
