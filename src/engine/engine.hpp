// One state directory, open in this process: owns the layers, and is what the shim talks to.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include <remora/names.h>
#include <remora/open.h>
#include <remora/operate.h>

#include "base/status.hpp"
#include "config/environment.hpp"
#include "config/watch.hpp"
#include "engine/active.hpp"
#include "engine/call.hpp"
#include "engine/housekeeping.hpp"
#include "engine/keeper.hpp"
#include "ops/log.hpp"
#include "route/task_rules.hpp"
#include "snapshot/info.hpp"
#include "store/names.hpp"
#include "store/state.hpp"

namespace remora::engine {

class Engine {
 public:
  // `stripes` outlive every engine. Errors as remora_open.
  static base::Code open(std::string_view path, const remora_options& options, store::Stripe* stripes,
                         std::unique_ptr<Engine>* out, base::Problem& problem);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  store::State& state() { return *state_; }
  const store::History& history() const { return state_->history(); }
  ops::Log& log() { return *log_; }
  const Active& active() const { return *active_.load(std::memory_order_seq_cst); }
  bool auto_tick() const { return auto_tick_; }
  bool read_only() const { return state_->read_only(); }

  // For a thread that is inside. [hot]
  Call enter(const store::Seat& seat, base::ThreadContext& thread) {
    return {state_->history(), state_->generation_in_force(), seat, thread, active(), state_->process_slot()};
  }

  // Names. Errors as the functions of <remora/names.h>; kPermission when opened read-only.
  base::Code intern(store::Kind kind, std::string_view name, uint32_t* id, base::Problem& problem);
  base::Code register_agent(std::string_view name, uint32_t category, uint32_t* agent,
                            base::Problem& problem);
  base::Code register_variant(std::string_view name, const remora_variant& given, uint32_t* variant,
                              base::Problem& problem);
  base::Code define_agent(std::string_view agent, std::string_view variants, uint32_t* id,
                          base::Problem& problem);

  // Configuration: a text, or the file again when it is empty. Errors: kConfig.
  base::Code configure(std::string_view text, base::Problem& problem);
  // Adds a classifier rule in this process. Errors: kInvalid, kFull.
  base::Code add_task_rule(route::TaskRule rule, uint32_t* task_type, base::Problem& problem);
  // Makes the settings anew when agents came that this process had not seen. Called by tick.
  base::Code follow_roster(base::Problem& problem);
  // Follows remora.json; `report` counts what was read and is in force. Called by tick. Errors: those of a
  // file that is refused, once for each content.
  base::Code follow_config(int64_t now_ns, remora_tick_report* report, base::Problem& problem);

  // The time of what is done by a call that is given none: the clock's, or housekeeping's where that is ahead
  // (store/state_time.hpp): the clock was set back, or a host gives a time of its own.
  int64_t present_ns() const;

  // Control word. Errors: kInvalid, kPermission.
  base::Code set_control(const remora_control& wanted, int64_t now_ns, base::Problem& problem);
  void get_control(remora_control* control) const;

  // Does what is due; see engine/housekeeping.hpp. `own` is the caller's stripe.
  base::Code tick(Ticker ticker, int64_t now_ns, int64_t budget_ns, const store::Stripe& own,
                  remora_tick_report* report, base::Problem& problem);
  // The same, entering and leaving by itself.
  base::Code tick_from_keeper(base::Problem& problem);
  // Whether a recording call should tick now; at most one caller of this process in each interval is told so.
  // [hot]
  bool claim_tick(int64_t now_ns) {
    int64_t due = next_tick_ns_.load(std::memory_order_relaxed);
    return now_ns >= due &&
           next_tick_ns_.compare_exchange_strong(due, now_ns + kTickInterval, std::memory_order_relaxed);
  }

  // Whether the lane that calls of this stripe write to is half full, at every 64th place: one that cannot be
  // folded is not tried over and over. [hot]
  bool lane_fills(uint32_t shared_stripe) const {
    const store::History& h = history();
    const store::LaneHead& lane = h.lanes[shared_stripe & (h.capacities.lanes - 1)];
    const uint64_t head = lane.head.load(std::memory_order_relaxed);
    return head % 64 == 0 && head - lane.folded.load(std::memory_order_relaxed) > h.capacities.lane_slots / 2;
  }
  // Folds outcomes between ticks, so that a flood of them overwrites none. Left to the next time when anybody
  // else is at it.
  void fold_ahead();

  // The structure lock, held at most for a registration. Errors: kBusy.
  base::Code lock_structure(base::ByteLock* lock, base::Problem& problem);

  // Settings that no thread can hold any more are freed. `own` as above.
  void retire_settings(const store::Stripe& own);

  base::Code after_fork(base::Problem& problem);

  static constexpr int64_t kTickInterval = 250'000'000;

 private:
  Engine() = default;
  base::Code open_state(std::string_view path, const remora_options& options, store::Stripe* stripes,
                        config::Settings* settings, base::Problem& problem);
  base::Code start(const remora_options& options, config::Settings settings, base::Problem& problem);
  void finish_what_was_written();
  base::Code start_keeper(base::Problem& problem);
  base::Code apply(config::Settings settings, base::Problem& problem);
  base::Code check_configured(const config::Settings& settings, base::Problem& problem) const;
  base::Code register_one(const config::Agent& agent, base::Problem& problem) const;
  bool knows_all_of(const config::Settings& settings) const;
  base::Code register_configured(const config::Settings& settings, base::Problem& problem);
  base::Code choose_classifier(Active* next, base::Problem& problem) const;
  base::Code rebuild(config::Settings settings, base::Problem& problem);
  [[gnu::noinline]] base::Code intern_new(store::Kind kind, std::string_view name, uint32_t* id,
                                          base::Problem& problem);
  base::Code intern_locked(store::Kind kind, std::string_view name, uint32_t* index,
                           base::Problem& problem) const;

  std::unique_ptr<store::State> state_;
  std::unique_ptr<ops::Log> log_;
  config::Watch watch_;
  config::Environment environment_;
  std::atomic<const Active*> active_{nullptr};
  std::mutex settings_mutex_;       // one change of settings at a time
  bool registration_owed_ = false;  // under the mutex, or alone: of what the settings in force register
  std::vector<std::unique_ptr<const Active>>
      all_active_;                            // last = in force; earlier ones wait for their readers
  std::vector<route::TaskRule> added_rules_;  // by call, kept over reloads
  uint64_t seen_roster_ = 0;
  std::mutex tick_mutex_;
  Housekeeping housekeeping_;
  std::atomic<int64_t> next_tick_ns_{0};
  bool auto_tick_ = true;
  bool follows_config_ = true;
  int64_t sync_interval_option_ns_ = 0;  // as remora_options says it: goes before the configuration
  std::unique_ptr<Keeper> keeper_;       // last member: its thread uses all others
};

}  // namespace remora::engine
