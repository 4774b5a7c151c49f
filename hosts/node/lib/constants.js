// The numbers of include/remora by their names; a test holds them against the headers. The library may return newer ones.
'use strict';

/** Status codes (status.h). Numbers are never reused. */
exports.Status = Object.freeze({
  OK: 0,
  INVALID: -1,
  HANDLE: -2,
  VERSION: -3,
  UNSUPPORTED: -4,
  NOT_FOUND: -5,
  EXISTS: -6,
  FULL: -7,
  BUFFER: -8,
  ALREADY_RECORDED: -9,
  EXPIRED: -10,
  IO: -11,
  NO_SPACE: -12,
  PERMISSION: -13,
  DAMAGED: -14,
  FORMAT: -15,
  BUSY: -16,
  CONFIG: -17,
  MEMORY: -18,
  STATE: -19,
  INTERNAL: -20,
});

/** Kinds of names (types.h). */
exports.Kind = Object.freeze({
  CATEGORY: 1,
  AGENT: 2,
  TASK_TYPE: 3,
  LABEL: 4,
  METRIC: 5,
  ROLLOUT: 6,
});

/** Of a variant (names.h). */
exports.VariantFlag = Object.freeze({
  BASELINE: 1,
  RETIRED: 2,
});

/** How to open a state directory (open.h). */
exports.OpenFlag = Object.freeze({
  EXISTING: 1,
  ALLOW_SHARED: 2,
  ALLOW_NETWORK: 4,
  NO_ENVIRONMENT: 8,
  KEEPER: 16,
  NO_AUTO_TICK: 32,
  READ_ONLY: 64,
  SNAPSHOT_KEY: 128,
  REQUIRE_MAC: 256,
  NO_CONFIG: 512,
});

/** Where the live files are (open.h). */
exports.Durability = Object.freeze({
  DISK: 0,
  MEMORY: 1,
});

/** What holds for a decision (route.h). */
exports.DecisionFlag = Object.freeze({
  EXPLORED: 1,
  MONITOR: 2,
  SHADOW: 4,
  CANARY: 8,
  SAFETY_FALLBACK: 16,
  TABLE_FULL: 32,
  CONTROL_OFF: 64,
  UNTRACKED: 128,
  UNSEEN: 256,
  MASKED: 512,
  CONTROL_ARM: 1024,
  LEARNING_OFF: 2048,
});

/** Why a decision came out as it did (route.h). */
exports.Reason = Object.freeze({
  LEARNED: 0,
  EXPLORED: 1,
  ONLY_VARIANT: 2,
  BASELINE_OFF: 3,
  BASELINE_MODE: 4,
  CONTROL_ARM: 5,
  TREATMENT: 6,
  SAFETY: 7,
  MASK: 8,
  ERROR: 9,
  UNSEEN: 10,
});

/** Mode of control and of rollout stages (route.h). */
exports.Mode = Object.freeze({
  OFF: 0,
  MONITOR: 1,
  SHADOW: 2,
  CANARY: 3,
  FULL: 4,
});

/** Which parts of an outcome are given (outcome.h). */
exports.OutcomeFlag = Object.freeze({
  HAS_QUALITY: 1,
  HAS_RATING: 2,
  HAS_NEXT: 4,
  ABANDONED: 8,
  REPORT: 256,
});

/** Why a variant may or may not run (safety.h). */
exports.SafetyReason = Object.freeze({
  OK: 0,
  TOO_FEW: 1,
  BELOW_MINIMUM: 2,
  CRITICAL_ERROR: 3,
  VIOLATION: 4,
  OPERATOR: 5,
  PROBATION: 6,
  RETIRED: 7,
  ROLLED_BACK: 8,
});

/** Where a rollout stands (rollout.h). */
exports.RolloutState = Object.freeze({
  RUNNING: 1,
  PAUSED: 2,
  COMPLETE: 3,
  ROLLED_BACK: 4,
});

/** Why a rollout stands there (rollout.h). */
exports.RolloutReason = Object.freeze({
  NONE: 0,
  TOO_EARLY: 1,
  TOO_FEW: 2,
  BELOW_MARGIN: 3,
  PASSED: 4,
  SUCCESS_DROP: 5,
  CRITICAL_ERROR: 6,
  SAFETY_VIOLATION: 7,
  OPERATOR: 8,
  BLOCKED: 9,
  NOT_RUNNING: 10,
  ONE_UNIT: 11,
});

/** What an operator may tell a rollout (rollout.h). */
exports.RolloutCommand = Object.freeze({
  ADVANCE: 1,
  PAUSE: 2,
  RESUME: 3,
  ROLL_BACK: 4,
});

/** Why a snapshot was taken (snapshot.h). */
exports.SnapshotKind = Object.freeze({
  MANUAL: 1,
  HOURLY: 2,
  STAGE: 3,
  RESTORE: 4,
});

/** How outcomes are learned from again (learning.h). */
exports.ReplayMode = Object.freeze({
  UNIFORM: 0,
  PRIORITIZED: 1,
  RELEARN: 2,
});

/** How far learning is (learning.h). */
exports.Verdict = Object.freeze({
  STARVED: 1,
  LEARNING: 2,
  DRIFTING: 3,
  CONVERGED: 4,
});

/** Figures that are as where learning has settled (learning.h). */
exports.Settled = Object.freeze({
  CHANGE: 1,
  WINNING: 2,
  SEPARATION: 4,
  EXPLORED: 8,
  VARIANCE: 16,
});

/** What an event tells (observe.h). */
exports.EventKind = Object.freeze({
  OPENED: 1,
  VARIANT_BLOCKED: 2,
  VARIANT_UNBLOCKED: 3,
  ROLLOUT_STARTED: 4,
  STAGE_ADVANCED: 5,
  ROLLED_BACK: 6,
  ROLLOUT_COMPLETE: 7,
  ROLLOUT_PAUSED: 8,
  ROLLOUT_RESUMED: 9,
  SNAPSHOT_TAKEN: 10,
  SNAPSHOT_REFUSED: 11,
  RESTORED: 12,
  CONFIG_RELOADED: 13,
  CONFIG_REFUSED: 14,
  CONTROL_CHANGED: 15,
  TABLE_FULL: 16,
  RECOVERED: 17,
  SYNC_FAILED: 18,
  SNAPSHOT_FAILED: 19,
  REWARD_CHANGED: 20,
  RELEARNED: 21,
  SEEDED: 22,
  VERDICT_CHANGED: 23,
  OUTCOMES_OVERDUE: 24,
  VALUES_LOST: 25,
  FILES_LOST: 26,
});

/** How grave an event is (observe.h). */
exports.Severity = Object.freeze({
  INFO: 1,
  WARNING: 2,
  CRITICAL: 3,
});

exports.MAX_LABELS = 8;
exports.MAX_METRICS = 8;
exports.MAX_NAME_BYTES = 96;
exports.MAX_STAGES = 8;
exports.MAX_VARIANTS = 64;
exports.NONE = 0xFFFFFFFF;
exports.TREATMENT_LEARNED = 0xFFFFFFFE;
exports.ABI_MAJOR = 1;
exports.ABI_MINOR = 1;
exports.ABI_VERSION = (exports.ABI_MAJOR << 16) | exports.ABI_MINOR;
