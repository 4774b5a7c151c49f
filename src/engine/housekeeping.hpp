// What one tick does, in order. Every part goes on when an earlier one failed; the first failure is reported.
#pragma once

#include <cstdint>

#include <remora/operate.h>

#include "base/background_sync.hpp"
#include "base/clock.hpp"
#include "base/status.hpp"
#include "ops/event_log.hpp"
#include "store/event_ring.hpp"
#include "store/fold.hpp"
#include "store/stripe.hpp"

namespace remora::engine {

class Engine;

// Who ticks: a call or a thread that is there for it, or a recording call that somebody's agent waits for.
enum class Ticker { kOwn, kRecorder };

// What a process remembers between its ticks.
class Housekeeping {
 public:
  // The parts that one process does for all, under the housekeeping lock. What the budget has no time for
  // comes first in the next tick; one part is done whatever the budget is. A recorder leaves long parts to
  // others as far as may be: the kernel syncs in the background, and the hourly snapshot is left for a while
  // to whoever ticks for its own sake. Errors: of the first part that failed; each failure stands in the log.
  base::Code run(Engine& engine, Ticker ticker, int64_t now_ns, int64_t budget_ns, remora_tick_report* report,
                 base::Problem& problem);

  // Folds outcomes and leaves all that follows from them to the next tick of any process, but for their
  // replay to this one's. A failure is left to it, too.
  void fold_ahead(Engine& engine);

  // In a forked child. What the parent owes stays the parent's.
  void after_fork() {
    background_sync_.after_fork();
    folded_ahead_ = 0;
    unreplayed_ = 0;
    replay_owed_ = 0;
  }

 private:
  static constexpr int64_t kSnapshotPause = 60 * base::kNanosPerSecond;

  // One tick, as its parts see it.
  struct Tick {
    Engine& engine;
    Ticker ticker;
    int64_t now_ns;
    int64_t deadline_ns;  // by base::monotonic_ns()
    remora_tick_report* report;
  };

  base::Code run_part(uint32_t number, const Tick& tick, base::Problem& problem);
  int64_t move_time(Engine& engine, int64_t given_ns);
  base::Code fold(Engine& engine, int64_t now_ns, remora_tick_report* report, base::Problem& problem);
  base::Code fold_lanes(Engine& engine, int64_t now_ns, uint64_t* folded, base::Problem& problem);
  void follow_outcomes(Engine& engine, int64_t now_ns);
  base::Code replay(Engine& engine, int64_t deadline_ns, base::Problem& problem);
  base::Code seed(Engine& engine, int64_t now_ns, base::Problem& problem);
  base::Code reclaim(Engine& engine, int64_t now_ns, remora_tick_report* report);
  base::Code end_overdue(Engine& engine, int64_t now_ns, int64_t deadline_ns, base::Problem& problem);
  base::Code judge(Engine& engine, int64_t now_ns, remora_tick_report* report, base::Problem& problem);
  base::Code keep_snapshots(Engine& engine, Ticker ticker, int64_t now_ns, remora_tick_report* report,
                            base::Problem& problem);
  base::Code watch_files(Engine& engine, int64_t now_ns, remora_tick_report* report, base::Problem& problem);
  base::Code take_due_snapshot(Engine& engine, int64_t now_ns, remora_tick_report* report,
                               base::Problem& problem);
  base::Code follow_active_file(Engine& engine, int64_t now_ns, remora_tick_report* report,
                                base::Problem& problem);
  base::Code sync(Engine& engine, Ticker ticker, int64_t now_ns, base::Problem& problem);

  // What the agents' pooled values were worked out from, beside the outcomes.
  struct Basis {
    uint64_t generation = 0, roster = 0, settings = 0;
    bool operator==(const Basis&) const = default;
  };

  Basis pooled_from_;
  store::FoldMemory fold_memory_;
  store::EventMemory event_memory_;
  ops::EventLog event_log_;
  base::BackgroundSync background_sync_;
  int64_t last_reclaim_ns_ = 0;
  int64_t last_overdue_ns_ = 0;
  int64_t last_sync_ns_ = 0;
  int64_t snapshot_pause_ends_ns_ = 0;  // after one that failed
  bool files_lost_ = false;             // seen, told, and kept in a snapshot where that could be
  int64_t seed_pause_ends_ns_ = 0;      // after a failure
  double replay_owed_ = 0;              // outcomes to replay, less than a batch
  uint64_t unreplayed_ = 0;             // outcomes folded since replay was last due
  uint64_t overdue_cursor_ = 0;         // ledger slot where the look for overdue decisions goes on
  uint32_t next_part_ = 0;              // that a tick begins with
  uint64_t folded_ahead_ = 0;           // outcomes since the last tick
  bool sync_failing_ = false;
};

}  // namespace remora::engine
