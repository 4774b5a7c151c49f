/* Hook 1, route: who should do this task, and by which variant. Also the classifier that finds a task's type. */
#ifndef REMORA_ROUTE_H
#define REMORA_ROUTE_H

#include <remora/types.h>

/* A task to route. Zero everything but struct_size and what is known. */
typedef struct remora_task {
  uint32_t struct_size;
  uint32_t flags;             /* 0 */
  remora_id agent;            /* 0 = choose the agent too, among those of `category` (or all) */
  remora_id task_type;        /* 0 = "general" */
  uint64_t unit_key;          /* user, session or episode (a name: remora_unit_key), for sticky assignment; 0 = none */
  uint64_t allowed_variants;  /* bit i allows variant i; 0 = all */
  int64_t now_ns;             /* 0 = the library's coarse clock */
  uint64_t draw;              /* random draw for a repeatable decision; 0 = the library's own generator */
  remora_id category;         /* only with agent = 0 */
  uint32_t label_count;       /* 0 .. REMORA_MAX_LABELS */
  remora_id labels[8];        /* context labels in any order */
  uint64_t previous_decision; /* of the same task: this one is another attempt at it; 0 = the first. Counts where
                                 learning.cascade.enabled says so. Since 1.1 */
} remora_task;

enum remora_decision_flag {
  REMORA_DECISION_EXPLORED = 1u << 0,        /* the policy explored rather than took the best Q-value */
  REMORA_DECISION_MONITOR = 1u << 1,         /* baseline chosen; learned_variant is what learning would have done */
  REMORA_DECISION_SHADOW = 1u << 2,          /* also run shadow_variant and report it under shadow_decision_id */
  REMORA_DECISION_CANARY = 1u << 3,          /* this unit is in a rollout's treatment below full share */
  REMORA_DECISION_SAFETY_FALLBACK = 1u << 4, /* the wanted variant is blocked: the safe variant was chosen */
  REMORA_DECISION_TABLE_FULL = 1u << 5,      /* an unseen state met a full table: its outcome updates parents only */
  REMORA_DECISION_CONTROL_OFF = 1u << 6,     /* kill switch: baseline */
  REMORA_DECISION_UNTRACKED = 1u << 7,       /* no ledger slot could be had: decision_id is 0 */
  REMORA_DECISION_UNSEEN = 1u << 8,          /* nothing learned for this state yet */
  REMORA_DECISION_MASKED = 1u << 9,          /* the allowed mask left no safe variant; the baseline was chosen */
  REMORA_DECISION_CONTROL_ARM = 1u << 10,    /* this unit is in a running rollout's control arm */
  REMORA_DECISION_LEARNING_OFF = 1u << 11    /* outcomes are logged but do not change Q-values now */
};

enum remora_reason {
  REMORA_REASON_LEARNED = 0,       /* best Q-value */
  REMORA_REASON_EXPLORED = 1,      /* the policy's exploration */
  REMORA_REASON_ONLY_VARIANT = 2,  /* nothing else was eligible */
  REMORA_REASON_BASELINE_OFF = 3,  /* control: disabled */
  REMORA_REASON_BASELINE_MODE = 4, /* control or rollout stage: monitor or shadow */
  REMORA_REASON_CONTROL_ARM = 5,   /* rollout: this unit is not in the treatment */
  REMORA_REASON_TREATMENT = 6,     /* rollout: this unit gets the treatment variant */
  REMORA_REASON_SAFETY = 7,        /* safety check: the safe variant */
  REMORA_REASON_MASK = 8,          /* the allowed mask: the baseline */
  REMORA_REASON_ERROR = 9,         /* the call failed: baseline where known, variant 0 elsewhere */
  REMORA_REASON_UNSEEN = 10        /* nothing learned yet for the state: chosen at random, or by its parents */
};

enum remora_mode {
  REMORA_MODE_OFF = 0,
  REMORA_MODE_MONITOR = 1,
  REMORA_MODE_SHADOW = 2,
  REMORA_MODE_CANARY = 3,
  REMORA_MODE_FULL = 4
};

/* The answer. On any error it is filled all the same with a safe choice: a host that ignores codes stays safe. */
typedef struct remora_decision {
  uint32_t struct_size;
  uint32_t flags;              /* remora_decision_flag */
  uint64_t decision_id;        /* report the outcome under it; 0 = not tracked */
  uint64_t shadow_decision_id; /* for shadow_variant's outcome; 0 = no shadow run asked */
  remora_id agent;
  remora_id task_type;
  uint32_t variant; /* run this one */
  uint32_t baseline_variant;
  uint32_t learned_variant; /* what learning would have chosen; equals variant unless a mode, arm or block decided */
  uint32_t shadow_variant;  /* REMORA_NONE unless flagged SHADOW */
  int32_t reason;           /* remora_reason */
  uint32_t mode;            /* remora_mode in force for this decision */
  double q_value;           /* of `variant` in this state; 0 when unseen */
  double propensity;        /* probability with which `variant` was chosen, in (0, 1] */
  double epsilon;           /* exploration rate in force */
  uint32_t visits;          /* outcomes behind q_value */
  remora_id rollout;        /* that took part in this decision, or 0 */
  uint32_t stage;           /* its stage */
  uint32_t reserved;
} remora_decision;

/* A batch: arrays of structs with a stride, so that host and library may know different sizes. */
typedef struct remora_batch {
  uint32_t struct_size;
  uint32_t flags;
  uint64_t count;        /* items */
  uint64_t in_stride;    /* bytes from one input struct to the next; 0 = its struct_size */
  uint64_t out_stride;   /* likewise for results */
  uint64_t done;         /* out: items that succeeded */
  uint64_t first_failed; /* out: index of the first that failed, or count */
} remora_batch;

typedef struct remora_text {
  uint32_t struct_size;
  uint32_t flags;
  uint64_t text_size;  /* bytes of task text at the start of the arena */
  uint64_t files_size; /* bytes of file names behind it, separated by line feeds */
} remora_text;

typedef struct remora_classification {
  uint32_t struct_size;
  remora_id task_type; /* "general" when nothing fits */
  double confidence;   /* 0 .. 1 */
  remora_id runner_up; /* second best, or 0 */
  uint32_t reserved;
  double score; /* weighted sum behind task_type */
  double runner_up_score;
} remora_classification;

typedef struct remora_task_rule {
  uint32_t struct_size;
  uint32_t flags;
  uint32_t keywords_size; /* bytes of keywords in the arena behind the task type's name, separated by line feeds */
  uint32_t name_size;     /* bytes of the task type's name at the start of the arena */
  uint32_t patterns_size; /* bytes of file patterns behind the keywords, separated by line feeds */
  uint32_t reserved;
  double weight; /* > 0, at most 100; 0 = 1 */
} remora_task_rule;

#ifdef __cplusplus
extern "C" {
#endif

/* [hot] Chooses a variant (and, with task->agent = 0, an agent) and opens a decision in the ledger.
 *
 * error may be NULL. Fail safe: on any error *decision names the agent's baseline (variant 0 where the agent is not
 * known), decision_id 0 and REMORA_REASON_ERROR.
 * Errors: REMORA_E_HANDLE, _INVALID (id of another kind, too many labels), _NOT_FOUND (unknown id, agent without
 * variants, empty category), _EXPIRED (previous_decision), _UNSUPPORTED, _PERMISSION (opened read-only). Since 1.0. */
REMORA_API int32_t remora_route(uint64_t handle, const remora_task* task, remora_decision* decision,
                                remora_error* error);

/* [hot] Routes batch->count tasks; every decision is filled. Returns the code of the first that failed, else 0.
 * error explains that one. Since 1.0. */
REMORA_API int32_t remora_route_batch(uint64_t handle, const remora_task* tasks, remora_decision* decisions,
                                      remora_batch* batch, remora_error* error);

/* [hot] Convenience form of remora_route with NUL-terminated names. An unknown task type is interned at its first use
 * (that call is [any]); NULL or "" is "general". unit_key as in remora_task. Errors: as remora_route, _NOT_FOUND
 * (agent), _FULL. Since 1.0. */
REMORA_API int32_t remora_route_named(uint64_t handle, const char* agent, const char* task_type, uint64_t unit_key,
                                      remora_decision* decision, remora_error* error);

/* [any] Finds the task type of a text (its first 64 KiB) and file names (32 KiB). Nothing of them is kept or logged.
 * arena holds text_size bytes of text, then files_size bytes of file names. Errors: REMORA_E_INVALID. Since 1.0. */
REMORA_API int32_t remora_classify(uint64_t handle, const char* arena, uint64_t arena_size, const remora_text* text,
                                   remora_classification* result, remora_error* error);

/* [any] Adds a rule to the classifier of this process (the config adds rules for all). arena holds the task type's
 * name, its keywords and its file patterns as rule says. task_type may be NULL. Errors: REMORA_E_INVALID (which rule
 * and value), _FULL. Since 1.0. */
REMORA_API int32_t remora_task_rule_add(uint64_t handle, const char* arena, uint64_t arena_size,
                                        const remora_task_rule* rule, remora_id* task_type, remora_error* error);

#ifdef __cplusplus
}
#endif

#endif /* REMORA_ROUTE_H */
