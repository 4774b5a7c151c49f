// Housekeeping: snapshots, the sync, and whether the files are still there.
#include "base/clock.hpp"
#include "engine/engine.hpp"
#include "engine/event_makers.hpp"
#include "engine/housekeeping.hpp"
#include "snapshot/active_file.hpp"
#include "snapshot/retention.hpp"
#include "snapshot/schedule.hpp"
#include "snapshot/writer.hpp"
#include "store/event_ring.hpp"

namespace remora::engine {

using base::Code;
using base::Problem;

namespace {

constexpr int64_t kPatience = 20;  // part of the interval for which recorders leave the snapshot to others

}  // namespace

// Whoever opens now gets another state than this process has. It is told once, and what was learned goes into
// a snapshot, from which the other begins.
Code Housekeeping::watch_files(Engine& engine, int64_t now_ns, remora_tick_report* report, Problem& problem) {
  const store::LostFile lost = files_lost_ ? store::LostFile::kNone : engine.state().lost_file();
  if (lost == store::LostFile::kNone) {
    return Code::kOk;
  }
  files_lost_ = true;
  const bool kept = ok(snapshot::write_snapshot(engine.state(), engine.state().generation_in_force(),
                                                snapshot::Kind::kHourly, now_ns, nullptr, problem));
  report->snapshots += kept ? 1U : 0U;
  store::Event event;
  event.when_ns = now_ns;
  event.kind = store::EventKind::kFilesLost;
  event.severity = store::Severity::kCritical;
  event.reason = static_cast<int32_t>(lost);
  event.value = kept ? 1 : 0;
  event.detail[0] = engine.state().process_slot();
  store::publish_event(engine.history(), event);
  return problem.set(Code::kDamaged,
                     "the state's files in %s were removed, renamed or replaced while they are in use: what "
                     "is recorded from now on is lost; close and open again",
                     engine.state().directory().path().data());
}

Code Housekeeping::keep_snapshots(Engine& engine, Ticker ticker, int64_t now_ns, remora_tick_report* report,
                                  Problem& problem) {
  const snapshot::Settings& settings = engine.active().settings.snapshots;
  const int64_t patience_ns = ticker == Ticker::kRecorder ? settings.interval_ns / kPatience : 0;
  Code code = Code::kOk;
  // A state that took the place of this one has snapshots of its own.
  if (!files_lost_ && snapshot::snapshot_due(engine.history(), settings, now_ns, patience_ns) &&
      base::monotonic_ns() >= snapshot_pause_ends_ns_) {
    code = take_due_snapshot(engine, now_ns, report, problem);
  }
  if (report->snapshots != 0 && ok(code)) {
    code = snapshot::apply_retention(engine.state(), settings, nullptr, problem);
  }
  return code;
}

// One that fails is told once and tried again after a pause: writing a large one takes long, and a tick comes
// every moment.
Code Housekeeping::take_due_snapshot(Engine& engine, int64_t now_ns, remora_tick_report* report,
                                     Problem& problem) {
  const Code code = snapshot::write_snapshot(engine.state(), engine.state().generation_in_force(),
                                             snapshot::Kind::kHourly, now_ns, nullptr, problem);
  if (ok(code)) {
    report->snapshots += 1;
    snapshot_pause_ends_ns_ = 0;
    return code;
  }
  if (snapshot_pause_ends_ns_ == 0) {
    tell(engine.history(), store::EventKind::kSnapshotFailed, store::Severity::kCritical, now_ns,
         problem.os_errno());
  }
  snapshot_pause_ends_ns_ = base::monotonic_ns() + kSnapshotPause;
  return code;
}

Code Housekeeping::follow_active_file(Engine& engine, int64_t now_ns, remora_tick_report* report,
                                      Problem& problem) {
  bool restored = false;
  const Code code = snapshot::poll_active_file(engine.state(), now_ns, &restored, problem);
  report->restores += restored ? 1U : 0U;
  if (!ok(code)) {
    problem.prefix("nothing was restored");
  }
  return code;
}

// A power loss costs what is younger than the interval and one flush, whoever waits for the flush.
Code Housekeeping::sync(Engine& engine, Ticker ticker, int64_t now_ns, Problem& problem) {
  const int64_t interval = engine.active().settings.state.sync_interval_ns;
  const int64_t monotonic = base::monotonic_ns();
  bool ended = background_sync_.pending() != 0;
  Code code = background_sync_.collect(problem);
  ended = ended && background_sync_.pending() == 0;
  if (!ok(code)) {
    engine.state().distrust_sync();
  }
  if (ok(code) && interval > 0 && monotonic - last_sync_ns_ >= interval && background_sync_.pending() == 0) {
    last_sync_ns_ = monotonic;
    code = ticker == Ticker::kRecorder ? engine.state().begin_sync(background_sync_, problem)
                                       : engine.state().sync(problem);
    ended = ended || background_sync_.pending() == 0;
  }
  if (!ok(code) && !sync_failing_) {
    tell(engine.history(), store::EventKind::kSyncFailed, store::Severity::kCritical, now_ns,
         problem.os_errno());
  }
  sync_failing_ = !ok(code) || (sync_failing_ && !ended);
  return code;
}

}  // namespace remora::engine
