package remora

import "fmt"

// The names of numbers, as the headers have them; the place in a list is the number.
var (
	kindNames   = []string{"", "category", "agent", "task_type", "label", "metric", "rollout"}
	reasonNames = []string{
		"learned", "explored", "only_variant", "baseline_off", "baseline_mode", "control_arm", "treatment", "safety", "mask",
		"error", "unseen",
	}
	modeNames         = []string{"off", "monitor", "shadow", "canary", "full"}
	safetyReasonNames = []string{
		"ok", "too_few", "below_minimum", "critical_error", "violation", "operator", "probation", "retired", "rolled_back",
	}
	rolloutStateNames  = []string{"", "running", "paused", "complete", "rolled_back"}
	rolloutReasonNames = []string{
		"none", "too_early", "too_few", "below_margin", "passed", "success_drop", "critical_error", "safety_violation",
		"operator", "blocked", "not_running", "one_unit",
	}
	snapshotKindNames = []string{"", "manual", "hourly", "stage", "restore"}
	verdictNames      = []string{"", "starved", "learning", "drifting", "converged"}
	replayModeNames   = []string{"uniform", "prioritized", "relearn"}
	eventKindNames    = []string{
		"", "opened", "variant_blocked", "variant_unblocked", "rollout_started", "stage_advanced", "rolled_back",
		"rollout_complete", "rollout_paused", "rollout_resumed", "snapshot_taken", "snapshot_refused", "restored",
		"config_reloaded", "config_refused", "control_changed", "table_full", "recovered", "sync_failed",
		"snapshot_failed", "reward_changed", "relearned", "seeded", "verdict_changed",
		"outcomes_overdue", "values_lost", "files_lost",
	}
	severityNames = []string{"", "info", "warning", "critical"}
)

// named is the name of a number, or the number where a newer library gave one that is not known here.
func named(names []string, number int) string {
	if number >= 0 && number < len(names) && names[number] != "" {
		return names[number]
	}
	return fmt.Sprintf("unknown %d", number)
}

func (k Kind) String() string { return named(kindNames, int(k)) }

func (r Reason) String() string { return named(reasonNames, int(r)) }

func (m Mode) String() string { return named(modeNames, int(m)) }

func (s SafetyReason) String() string { return named(safetyReasonNames, int(s)) }

func (r RolloutState) String() string { return named(rolloutStateNames, int(r)) }

func (r RolloutReason) String() string { return named(rolloutReasonNames, int(r)) }

func (s SnapshotKind) String() string { return named(snapshotKindNames, int(s)) }

func (v Verdict) String() string { return named(verdictNames, int(v)) }

func (r ReplayMode) String() string { return named(replayModeNames, int(r)) }

func (e EventKind) String() string { return named(eventKindNames, int(e)) }

func (s Severity) String() string { return named(severityNames, int(s)) }
