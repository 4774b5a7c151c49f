#include "ops/event_names.hpp"

#include <span>

#include "base/status.hpp"
#include "store/names.hpp"
#include "store/roster.hpp"

namespace remora::ops {
namespace {

using store::EventKind;
using store::Kind;

constexpr std::string_view kKinds[] = {
    "unknown",         "opened",           "variant_blocked",  "variant_unblocked", "rollout_started",
    "stage_advanced",  "rolled_back",      "rollout_complete", "rollout_paused",    "rollout_resumed",
    "snapshot_taken",  "snapshot_refused", "restored",         "config_reloaded",   "config_refused",
    "control_changed", "table_full",       "recovered",        "sync_failed",       "snapshot_failed",
    "reward_changed",  "relearned",        "seeded",           "verdict_changed",   "outcomes_overdue",
    "values_lost",     "files_lost"};
constexpr std::string_view kSeverities[] = {"unknown", "info", "warning", "critical"};
constexpr std::string_view kSafetyReasons[] = {
    "ok",       "too_few",   "below_minimum", "critical_error", "safety_violation",
    "operator", "probation", "retired",       "rolled_back"};
constexpr std::string_view kRolloutReasons[] = {
    "none",           "too_early",        "too_few",  "below_margin", "passed",      "success_drop",
    "critical_error", "safety_violation", "operator", "blocked",      "not_running", "one_unit"};
constexpr std::string_view kSnapshotKinds[] = {"unknown", "manual", "hourly", "stage", "restore"};

constexpr std::string_view kLostFiles[] = {"none", "directory", "lock", "history", "generation"};
constexpr std::string_view kVerdicts[] = {"none", "starved", "learning", "drifting", "converged"};

std::string_view at(std::span<const std::string_view> names, int64_t number) {
  return number >= 0 && static_cast<uint64_t>(number) < names.size() ? names[static_cast<size_t>(number)]
                                                                     : "unknown";
}

std::string_view name_of(const store::History& history, Kind kind, uint32_t id) {
  return store::id_kind(id) == static_cast<uint32_t>(kind)
             ? store::name_text(history, kind, store::id_index(id))
             : std::string_view();
}

}  // namespace

EventNames resolve_names(const store::History& history, const store::Event& event) {
  EventNames names;
  names.agent = name_of(history, Kind::kAgent, event.agent);
  names.rollout = name_of(history, Kind::kRollout, event.rollout);
  store::VariantFacts facts;
  if (!names.agent.empty() && event.variant != kNoEventVariant &&
      store::variant_facts(history, store::id_index(event.agent), event.variant, &facts)) {
    names.variant = facts.name;
  }
  return names;
}

std::string_view event_kind_name(EventKind kind) { return at(kKinds, static_cast<int64_t>(kind)); }

std::string_view severity_name(store::Severity severity) {
  return at(kSeverities, static_cast<int64_t>(severity));
}

std::string_view event_reason_name(EventKind kind, int32_t reason) {
  switch (kind) {
    case EventKind::kVariantBlocked:
    case EventKind::kVariantUnblocked:
      return at(kSafetyReasons, reason);
    case EventKind::kRolloutStarted:
    case EventKind::kStageAdvanced:
    case EventKind::kRolledBack:
    case EventKind::kRolloutComplete:
    case EventKind::kRolloutPaused:
    case EventKind::kRolloutResumed:
      return at(kRolloutReasons, reason);
    case EventKind::kSnapshotTaken:
      return at(kSnapshotKinds, reason);
    case EventKind::kSnapshotRefused: {
      const char* name = base::code_name(reason);
      return name == nullptr ? "unknown" : name;
    }
    case EventKind::kVerdictChanged:
      return at(kVerdicts, reason);
    case EventKind::kFilesLost:
      return at(kLostFiles, reason);
    default:
      return {};
  }
}

}  // namespace remora::ops
