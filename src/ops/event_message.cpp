#include "ops/event_message.hpp"

#include <cmath>

#include "guard/reason.hpp"
#include "rollout/codes.hpp"
#include "store/layout.hpp"

namespace remora::ops {
namespace {

using store::Event;
using store::EventKind;

// 'name', or '?' where it is not known.
void append_name(base::Text* text, std::string_view name) {
  text->append('\'');
  text->append(name.empty() ? "?" : name);
  text->append('\'');
}

// A share as a percentage with at most one decimal.
void append_percent(base::Text* text, double share) {
  text->append_number(std::round(share * 1000) / 10);
  text->append(" %");
}

void append_count(base::Text* text, double count) {
  text->append_unsigned(count > 0 && count < 1e18 ? static_cast<uint64_t>(count) : 0);
}

void append_variant(const EventNames& names, base::Text* text) {
  text->append("variant ");
  append_name(text, names.variant);
  text->append(" of agent ");
  append_name(text, names.agent);
}

void append_rollout(const EventNames& names, base::Text* text) {
  text->append("rollout ");
  append_name(text, names.rollout);
  text->append(" of agent ");
  append_name(text, names.agent);
}

void append_blocked(const Event& event, const EventNames& names, base::Text* text) {
  append_variant(names, text);
  switch (static_cast<guard::Reason>(event.reason)) {
    case guard::Reason::kBelowMinimum:
      // The last variant that may run is told as critical, and stays.
      text->append(event.severity == store::Severity::kCritical
                       ? " fails, and stays only because no other may run: "
                       : " was blocked: ");
      text->append_unsigned(event.detail[1]);
      text->append(" of its last ");
      text->append_unsigned(event.detail[0]);
      text->append(" outcomes succeeded (");
      append_percent(text, event.value);
      text->append("), ");
      append_percent(text, event.threshold);
      text->append(" are asked for");
      break;
    case guard::Reason::kCriticalError:
      text->append(" tripped the safety check: a critical error was reported");
      break;
    case guard::Reason::kViolation:
      text->append(" tripped the safety check: a safety violation was reported");
      break;
    case guard::Reason::kOperator:
      text->append(" was blocked by an operator");
      break;
    case guard::Reason::kRolledBack:
      text->append(" was blocked because its rollout was rolled back");
      break;
    default:
      text->append(" was blocked");
      break;
  }
}

void append_unblocked(const Event& event, const EventNames& names, base::Text* text) {
  append_variant(names, text);
  text->append(static_cast<guard::Reason>(event.reason) == guard::Reason::kProbation
                   ? " was let back in on probation: the next relapse blocks it again"
                   : " was let back in by an operator");
}

std::string_view because(rollout::Reason reason) {
  switch (reason) {
    case rollout::Reason::kPassed:
      return ": every criterion held";
    case rollout::Reason::kSuccessDrop:
      return ": its success rate is too far below the baseline's";
    case rollout::Reason::kCriticalError:
      return ": a critical error was reported";
    case rollout::Reason::kSafetyViolation:
      return ": a safety violation was reported";
    case rollout::Reason::kOperator:
      return " by an operator";
    case rollout::Reason::kBlocked:
      return ": the safety check blocked its treatment";
    default:
      return "";
  }
}

void append_rollout_change(const Event& event, const EventNames& names, base::Text* text) {
  append_rollout(names, text);
  switch (event.kind) {
    case EventKind::kRolloutStarted:
      text->append(" was started");
      return;
    case EventKind::kStageAdvanced:
      text->append(" went on to stage ");
      text->append_unsigned(event.stage);
      break;
    case EventKind::kRolledBack:
      text->append(" was rolled back in stage ");
      text->append_unsigned(event.stage);
      break;
    case EventKind::kRolloutComplete:
      text->append(" is complete");
      break;
    case EventKind::kRolloutPaused:
      text->append(" was paused in stage ");
      text->append_unsigned(event.stage);
      break;
    default:
      text->append(" was resumed in stage ");
      text->append_unsigned(event.stage);
      break;
  }
  const auto reason = static_cast<rollout::Reason>(event.reason);
  text->append(because(reason));
  if (reason == rollout::Reason::kSuccessDrop) {
    text->append(" (difference ");
    append_percent(text, event.value);
    text->append(')');
  }
}

void append_snapshot(const Event& event, base::Text* text) {
  if (event.kind == EventKind::kSnapshotTaken) {
    text->append("snapshot ");
    text->append_unsigned(event.detail[0]);
    text->append(" (");
    text->append(event_reason_name(event.kind, event.reason));
    text->append(") was taken: ");
    text->append_unsigned(event.detail[1]);
    text->append(" rows, ");
    append_count(text, event.value);
    text->append(" bytes");
  } else if (event.kind == EventKind::kSnapshotRefused) {
    text->append("a snapshot file of ");
    append_count(text, event.value);
    text->append(" bytes was refused (");
    text->append(event_reason_name(event.kind, event.reason));
    text->append("); nothing changed");
  } else {
    text->append("learned values were restored from snapshot ");
    text->append_unsigned(event.detail[1]);
    text->append(": generation ");
    append_count(text, event.value);
    text->append(" was replaced by generation ");
    text->append_unsigned(event.detail[0]);
  }
}

void append_relearned(const Event& event, base::Text* text) {
  text->append("values learned ");
  text->append_unsigned(event.detail[1]);
  text->append(" outcomes again by the weights of now: generation ");
  append_count(text, event.value);
  text->append(" was replaced by generation ");
  text->append_unsigned(event.detail[0]);
}

void append_seeded(const Event& event, const EventNames& names, base::Text* text) {
  append_variant(names, text);
  text->append(" starts from ");
  text->append_number(event.value);
  text->append(", which counts as ");
  text->append_unsigned(event.detail[0]);
  text->append(event.detail[1] == 0 ? " outcomes, as the configuration says" : " outcomes, learned by ");
  if (event.detail[1] != 0) {
    text->append_unsigned(event.detail[1]);
    text->append(" agents of its group");
  }
}

void append_overdue(const Event& event, const EventNames& names, base::Text* text) {
  append_count(text, event.value);
  text->append(" decisions of agent ");
  append_name(text, names.agent);
  text->append(" had no outcome within ");
  text->append_number(event.threshold);
  text->append(" s, and were counted as its deadline says; the oldest is ");
  text->append_unsigned(event.detail[0] / 1'000);
  text->append(" s old");
}

void append_opened(const Event& event, base::Text* text) {
  text->append(event.detail[0] != 0   ? "the state was made and opened"
               : event.detail[1] != 0 ? "the state was opened, by the first process now"
                                      : "the state was opened by a further process");
}

void append_files_lost(const Event& event, base::Text* text) {
  text->append("the state's ");
  text->append(event_reason_name(event.kind, event.reason));
  text->append(
      " was removed, renamed or replaced while it is in use: what is recorded from now on is lost; ");
  if (event.value != 0) {
    text->append("what was learned before is in a snapshot; ");
  }
  text->append("close and open again");
}

void append_values_lost(const Event& event, base::Text* text) {
  text->append("the file of generation ");
  append_count(text, event.value);
  text->append(" was missing or damaged: ");
  if (event.detail[1] == 0) {
    text->append("no snapshot could be restored, and learning goes on with what is left");
    return;
  }
  text->append("the values of snapshot ");
  text->append_unsigned(event.detail[1]);
  text->append(" are in force as generation ");
  text->append_unsigned(event.detail[0]);
}

void append_control(const Event& event, base::Text* text) {
  const uint64_t bits = event.detail[1];
  text->append("control was set: ");
  text->append((bits & store::kControlDisabled) != 0 ? "disabled" : "enabled");
  text->append((bits & store::kControlNoLearning) != 0 ? ", learning off" : ", learning on");
  text->append((bits & store::kControlModeMonitor) != 0 ? ", mode monitor" : ", mode full");
}

void append_full(const Event& event, const EventNames& names, base::Text* text) {
  text->append("an unseen state of agent ");
  append_name(text, names.agent);
  text->append(" got no row: ");
  append_count(text, event.value);
  text->append(" of ");
  append_count(text, event.threshold);
  text->append(" are taken, an agent may have ");
  text->append_unsigned(event.detail[1]);
  text->append("; such states are routed by what their parents learned");
}

void append_reward_change(const Event& event, const EventNames& names, base::Text* text) {
  text->append("the mean reward of variant ");
  append_name(text, names.variant);
  text->append(" of agent ");
  append_name(text, names.agent);
  text->append(event.value < event.threshold ? " fell from " : " rose from ");
  text->append_number(std::round(event.threshold * 1'000) / 1'000);
  text->append(" to about ");
  text->append_number(std::round(event.value * 1'000) / 1'000);
  if (event.detail[1] < 100) {
    text->append("; the agent's evidence counts ");
    text->append_unsigned(event.detail[1]);
    text->append(" % from now on");
  }
}

void append_disk_failure(const Event& event, base::Text* text) {
  const bool synced = event.kind == EventKind::kSyncFailed;
  text->append(synced ? "writing the state to disk failed (errno "
                      : "the snapshot that was due could not be taken (errno ");
  append_count(text, event.value);
  text->append(synced ? ")" : "); the log says why, and it is tried again every minute");
}

void append_learning(const Event& event, const EventNames& names, base::Text* text) {
  switch (event.kind) {
    case EventKind::kFilesLost:
      append_files_lost(event, text);
      break;
    case EventKind::kSeeded:
      append_seeded(event, names, text);
      break;
    case EventKind::kRelearned:
      append_relearned(event, text);
      break;
    case EventKind::kRewardChanged:
      append_reward_change(event, names, text);
      break;
    default:
      text->append("learning of agent ");
      append_name(text, names.agent);
      text->append(" is judged '");
      text->append(event_reason_name(event.kind, event.reason));
      text->append("' after ");
      text->append_unsigned(event.detail[0]);
      text->append(" outcomes");
      break;
  }
}

}  // namespace

void append_message(const Event& event, const EventNames& names, base::Text* text) {
  switch (event.kind) {
    case EventKind::kOpened:
      append_opened(event, text);
      break;
    case EventKind::kVariantBlocked:
      append_blocked(event, names, text);
      break;
    case EventKind::kVariantUnblocked:
      append_unblocked(event, names, text);
      break;
    case EventKind::kRolloutStarted:
    case EventKind::kStageAdvanced:
    case EventKind::kRolledBack:
    case EventKind::kRolloutComplete:
    case EventKind::kRolloutPaused:
    case EventKind::kRolloutResumed:
      append_rollout_change(event, names, text);
      break;
    case EventKind::kSnapshotTaken:
    case EventKind::kSnapshotRefused:
    case EventKind::kRestored:
      append_snapshot(event, text);
      break;
    case EventKind::kConfigReloaded:
      text->append("remora.json was read again and is in force");
      break;
    case EventKind::kConfigRefused:
      text->append("remora.json was refused, the settings before stay in force; the log says why");
      break;
    case EventKind::kControlChanged:
      append_control(event, text);
      break;
    case EventKind::kTableFull:
      append_full(event, names, text);
      break;
    case EventKind::kRecovered:
      append_count(text, event.value);
      text->append(" decisions of processes that died were freed");
      break;
    case EventKind::kSyncFailed:
    case EventKind::kSnapshotFailed:
      append_disk_failure(event, text);
      break;
    case EventKind::kOutcomesOverdue:
      append_overdue(event, names, text);
      break;
    case EventKind::kValuesLost:
      append_values_lost(event, text);
      break;
    case EventKind::kSeeded:
    case EventKind::kRelearned:
    case EventKind::kRewardChanged:
    case EventKind::kVerdictChanged:
      append_learning(event, names, text);
      break;
    default:
      text->append("an event of a kind that this version does not know");
      break;
  }
}

}  // namespace remora::ops
