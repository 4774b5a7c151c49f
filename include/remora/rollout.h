/* Hook 4, rollout gate: is this unit in the rollout. And the rollouts themselves: staged plans that give a treatment
 * (learned routing itself, or one new variant of an agent) a growing share of traffic. */
#ifndef REMORA_ROLLOUT_H
#define REMORA_ROLLOUT_H

#include <remora/route.h>

enum remora_rollout_state {
  REMORA_ROLLOUT_RUNNING = 1,
  REMORA_ROLLOUT_PAUSED = 2,     /* the stage and its share hold; nothing advances by itself; rolling back still does */
  REMORA_ROLLOUT_COMPLETE = 3,   /* the last stage held: the treatment stays at full share */
  REMORA_ROLLOUT_ROLLED_BACK = 4 /* the treatment gets no traffic */
};

enum remora_rollout_reason {
  REMORA_ROLLOUT_NONE = 0,
  REMORA_ROLLOUT_TOO_EARLY = 1,        /* minimum time not over */
  REMORA_ROLLOUT_TOO_FEW = 2,          /* minimum samples not reached */
  REMORA_ROLLOUT_BELOW_MARGIN = 3,     /* holds: worse than the baseline by more than the stage's margin */
  REMORA_ROLLOUT_PASSED = 4,           /* every criterion holds */
  REMORA_ROLLOUT_SUCCESS_DROP = 5,     /* rolled back: success rate too far below the baseline's */
  REMORA_ROLLOUT_CRITICAL_ERROR = 6,   /* rolled back: a critical error in the treatment */
  REMORA_ROLLOUT_SAFETY_VIOLATION = 7, /* rolled back: a safety violation in the treatment */
  REMORA_ROLLOUT_OPERATOR = 8,         /* by remora_rollout_command */
  REMORA_ROLLOUT_BLOCKED = 9,          /* rolled back: the safety check blocked the treatment variant */
  REMORA_ROLLOUT_NOT_RUNNING = 10,     /* no rollout for this agent */
  REMORA_ROLLOUT_ONE_UNIT = 11         /* holds: too many of the samples are of a single unit. Since 1.1 */
};

enum remora_rollout_command_code {
  REMORA_ROLLOUT_ADVANCE = 1, /* to the next stage now, whatever the criteria say */
  REMORA_ROLLOUT_PAUSE = 2,
  REMORA_ROLLOUT_RESUME = 3,
  REMORA_ROLLOUT_ROLL_BACK = 4 /* traffic back to the baseline at every process's next decision */
};

/* One step of a plan. Defaults are those of the configuration's stage of the same mode. Of minimum_samples at most half
 * may be of one unit, unless rollout.one_unit_may_advance is set. */
typedef struct remora_rollout_stage {
  uint32_t mode;               /* remora_mode: monitor, shadow, canary or full */
  uint32_t share_basis_points; /* traffic share of the treatment, 0 .. 10000; full is 10000 */
  uint32_t minimum_samples;    /* outcomes of each arm the stage has before it may advance; 0 = the default stage's */
  uint32_t reserved0;
  int64_t minimum_ns;  /* time the stage lasts at least, up to 366 days; 0 = none: samples alone decide */
  double margin;       /* advance only when treatment >= baseline - margin; 0 = the default, 0.05 */
  double maximum_drop; /* roll back when treatment < baseline - maximum_drop; 0 = the default, 0.10 */
  uint64_t reserved[3];
} remora_rollout_stage;

/* A plan. stage_count = 0 takes the default: monitor, shadow, canary 10 %, full. */
typedef struct remora_rollout_plan {
  uint32_t struct_size;
  uint32_t flags; /* 0 */
  remora_id agent;
  uint32_t treatment;   /* a variant of the agent, or REMORA_TREATMENT_LEARNED */
  uint32_t stage_count; /* 0 .. REMORA_MAX_STAGES */
  uint32_t reserved;
  int64_t now_ns; /* start time; 0 = now */
  remora_rollout_stage stages[8];
} remora_rollout_plan;

typedef struct remora_gate_query {
  uint32_t struct_size;
  uint32_t flags;
  uint64_t unit_key; /* the same key always gets the same answer within a stage, and stays in as the share grows */
  remora_id agent;
  uint32_t reserved;
} remora_gate_query;

typedef struct remora_gate {
  uint32_t struct_size;
  uint32_t in;       /* the unit gets the treatment (as a real or a shadow run, see mode) */
  remora_id rollout; /* 0 = none for this agent */
  uint32_t stage;
  uint32_t mode;  /* remora_mode */
  uint32_t state; /* remora_rollout_state; 0 = no rollout */
  uint32_t share_basis_points;
  int32_t reason; /* remora_rollout_reason of the last change */
} remora_gate;

/* Where a rollout stands, with the figures that its next verdict rests on; of one that is over (complete or rolled
 * back), those that its end rested on. */
typedef struct remora_rollout {
  uint32_t struct_size;
  uint32_t state; /* remora_rollout_state */
  remora_id rollout;
  remora_id agent;
  uint32_t treatment;
  uint32_t stage;
  uint32_t stage_count;
  uint32_t mode;
  uint32_t share_basis_points;
  int32_t reason;           /* of the last change, or why the stage holds */
  uint32_t treatment_count; /* outcomes of this stage, or of the last one */
  uint32_t treatment_successes;
  uint32_t baseline_count;
  uint32_t baseline_successes;
  uint32_t samples_needed; /* more outcomes of the arm that lacks most before the stage can advance; with
                              REMORA_ROLLOUT_ONE_UNIT of other units, at most so many */
  uint32_t reserved;
  int64_t started_ns;
  int64_t stage_started_ns; /* of one that is over: when it ended */
  int64_t stage_ends_ns;    /* earliest time of the next advance; 0 = none will come */
  double difference;        /* treatment rate - baseline rate */
  double difference_low;    /* 95 % interval by Newcombe's hybrid score method */
  double difference_high;
} remora_rollout;

#ifdef __cplusplus
extern "C" {
#endif

/* [any] Starts a rollout for plan->agent under a name that is new. One rollout runs for an agent at a time.
 * A snapshot is taken first. Errors: REMORA_E_INVALID (which stage and value), _NOT_FOUND, _EXISTS (name used),
 * _STATE (another one runs), _FULL (256 rollouts). Since 1.0. */
REMORA_API int32_t remora_rollout_start(uint64_t handle, const char* name, uint64_t name_size,
                                        const remora_rollout_plan* plan, remora_id* rollout, remora_error* error);

/* [hot] Is this unit in the rollout of the agent. route asks the same question by itself. Fail safe: on any error the
 * gate says "not in". Errors: REMORA_E_HANDLE, _INVALID, _NOT_FOUND. Since 1.0. */
REMORA_API int32_t remora_rollout_gate(uint64_t handle, const remora_gate_query* query, remora_gate* gate,
                                       remora_error* error);

/* [any] Advances, pauses, resumes or rolls back by hand; now_ns 0 = now.
 * Errors: REMORA_E_NOT_FOUND, _INVALID, _STATE. Since 1.0. */
REMORA_API int32_t remora_rollout_command(uint64_t handle, remora_id rollout, uint32_t command, int64_t now_ns,
                                          remora_error* error);

/* [any] Reads where a rollout stands. Errors: REMORA_E_NOT_FOUND. Since 1.0. */
REMORA_API int32_t remora_rollout_status(uint64_t handle, remora_id rollout, remora_rollout* status,
                                         remora_error* error);

#ifdef __cplusplus
}
#endif

#endif /* REMORA_ROLLOUT_H */
