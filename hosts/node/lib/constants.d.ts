// The numbers of include/remora by their names.
/** Status codes (status.h). Numbers are never reused. */
export declare const Status: {
  readonly OK: 0;
  readonly INVALID: -1;
  readonly HANDLE: -2;
  readonly VERSION: -3;
  readonly UNSUPPORTED: -4;
  readonly NOT_FOUND: -5;
  readonly EXISTS: -6;
  readonly FULL: -7;
  readonly BUFFER: -8;
  readonly ALREADY_RECORDED: -9;
  readonly EXPIRED: -10;
  readonly IO: -11;
  readonly NO_SPACE: -12;
  readonly PERMISSION: -13;
  readonly DAMAGED: -14;
  readonly FORMAT: -15;
  readonly BUSY: -16;
  readonly CONFIG: -17;
  readonly MEMORY: -18;
  readonly STATE: -19;
  readonly INTERNAL: -20;
};
/** Kinds of names (types.h). */
export declare const Kind: {
  readonly CATEGORY: 1;
  readonly AGENT: 2;
  readonly TASK_TYPE: 3;
  readonly LABEL: 4;
  readonly METRIC: 5;
  readonly ROLLOUT: 6;
};
/** Of a variant (names.h). */
export declare const VariantFlag: {
  readonly BASELINE: 1;
  readonly RETIRED: 2;
};
/** How to open a state directory (open.h). */
export declare const OpenFlag: {
  readonly EXISTING: 1;
  readonly ALLOW_SHARED: 2;
  readonly ALLOW_NETWORK: 4;
  readonly NO_ENVIRONMENT: 8;
  readonly KEEPER: 16;
  readonly NO_AUTO_TICK: 32;
  readonly READ_ONLY: 64;
  readonly SNAPSHOT_KEY: 128;
  readonly REQUIRE_MAC: 256;
  readonly NO_CONFIG: 512;
};
/** Where the live files are (open.h). */
export declare const Durability: {
  readonly DISK: 0;
  readonly MEMORY: 1;
};
/** What holds for a decision (route.h). */
export declare const DecisionFlag: {
  readonly EXPLORED: 1;
  readonly MONITOR: 2;
  readonly SHADOW: 4;
  readonly CANARY: 8;
  readonly SAFETY_FALLBACK: 16;
  readonly TABLE_FULL: 32;
  readonly CONTROL_OFF: 64;
  readonly UNTRACKED: 128;
  readonly UNSEEN: 256;
  readonly MASKED: 512;
  readonly CONTROL_ARM: 1024;
  readonly LEARNING_OFF: 2048;
};
/** Why a decision came out as it did (route.h). */
export declare const Reason: {
  readonly LEARNED: 0;
  readonly EXPLORED: 1;
  readonly ONLY_VARIANT: 2;
  readonly BASELINE_OFF: 3;
  readonly BASELINE_MODE: 4;
  readonly CONTROL_ARM: 5;
  readonly TREATMENT: 6;
  readonly SAFETY: 7;
  readonly MASK: 8;
  readonly ERROR: 9;
  readonly UNSEEN: 10;
};
/** Mode of control and of rollout stages (route.h). */
export declare const Mode: {
  readonly OFF: 0;
  readonly MONITOR: 1;
  readonly SHADOW: 2;
  readonly CANARY: 3;
  readonly FULL: 4;
};
/** Which parts of an outcome are given (outcome.h). */
export declare const OutcomeFlag: {
  readonly HAS_QUALITY: 1;
  readonly HAS_RATING: 2;
  readonly HAS_NEXT: 4;
  readonly ABANDONED: 8;
  readonly REPORT: 256;
};
/** Why a variant may or may not run (safety.h). */
export declare const SafetyReason: {
  readonly OK: 0;
  readonly TOO_FEW: 1;
  readonly BELOW_MINIMUM: 2;
  readonly CRITICAL_ERROR: 3;
  readonly VIOLATION: 4;
  readonly OPERATOR: 5;
  readonly PROBATION: 6;
  readonly RETIRED: 7;
  readonly ROLLED_BACK: 8;
};
/** Where a rollout stands (rollout.h). */
export declare const RolloutState: {
  readonly RUNNING: 1;
  readonly PAUSED: 2;
  readonly COMPLETE: 3;
  readonly ROLLED_BACK: 4;
};
/** Why a rollout stands there (rollout.h). */
export declare const RolloutReason: {
  readonly NONE: 0;
  readonly TOO_EARLY: 1;
  readonly TOO_FEW: 2;
  readonly BELOW_MARGIN: 3;
  readonly PASSED: 4;
  readonly SUCCESS_DROP: 5;
  readonly CRITICAL_ERROR: 6;
  readonly SAFETY_VIOLATION: 7;
  readonly OPERATOR: 8;
  readonly BLOCKED: 9;
  readonly NOT_RUNNING: 10;
  readonly ONE_UNIT: 11;
};
/** What an operator may tell a rollout (rollout.h). */
export declare const RolloutCommand: {
  readonly ADVANCE: 1;
  readonly PAUSE: 2;
  readonly RESUME: 3;
  readonly ROLL_BACK: 4;
};
/** Why a snapshot was taken (snapshot.h). */
export declare const SnapshotKind: {
  readonly MANUAL: 1;
  readonly HOURLY: 2;
  readonly STAGE: 3;
  readonly RESTORE: 4;
};
/** How outcomes are learned from again (learning.h). */
export declare const ReplayMode: {
  readonly UNIFORM: 0;
  readonly PRIORITIZED: 1;
  readonly RELEARN: 2;
};
/** How far learning is (learning.h). */
export declare const Verdict: {
  readonly STARVED: 1;
  readonly LEARNING: 2;
  readonly DRIFTING: 3;
  readonly CONVERGED: 4;
};
/** Figures that are as where learning has settled (learning.h). */
export declare const Settled: {
  readonly CHANGE: 1;
  readonly WINNING: 2;
  readonly SEPARATION: 4;
  readonly EXPLORED: 8;
  readonly VARIANCE: 16;
};
/** What an event tells (observe.h). */
export declare const EventKind: {
  readonly OPENED: 1;
  readonly VARIANT_BLOCKED: 2;
  readonly VARIANT_UNBLOCKED: 3;
  readonly ROLLOUT_STARTED: 4;
  readonly STAGE_ADVANCED: 5;
  readonly ROLLED_BACK: 6;
  readonly ROLLOUT_COMPLETE: 7;
  readonly ROLLOUT_PAUSED: 8;
  readonly ROLLOUT_RESUMED: 9;
  readonly SNAPSHOT_TAKEN: 10;
  readonly SNAPSHOT_REFUSED: 11;
  readonly RESTORED: 12;
  readonly CONFIG_RELOADED: 13;
  readonly CONFIG_REFUSED: 14;
  readonly CONTROL_CHANGED: 15;
  readonly TABLE_FULL: 16;
  readonly RECOVERED: 17;
  readonly SYNC_FAILED: 18;
  readonly SNAPSHOT_FAILED: 19;
  readonly REWARD_CHANGED: 20;
  readonly RELEARNED: 21;
  readonly SEEDED: 22;
  readonly VERDICT_CHANGED: 23;
  readonly OUTCOMES_OVERDUE: 24;
  readonly VALUES_LOST: 25;
  readonly FILES_LOST: 26;
};
/** How grave an event is (observe.h). */
export declare const Severity: {
  readonly INFO: 1;
  readonly WARNING: 2;
  readonly CRITICAL: 3;
};
export declare const MAX_LABELS: 8;
export declare const MAX_METRICS: 8;
export declare const MAX_NAME_BYTES: 96;
export declare const MAX_STAGES: 8;
export declare const MAX_VARIANTS: 64;
export declare const NONE: 4294967295;
export declare const TREATMENT_LEARNED: 4294967294;
export declare const ABI_MAJOR: 1;
export declare const ABI_MINOR: 1;
export declare const ABI_VERSION: number;
