/* Hook 2, record outcome: how did it go. */
#ifndef REMORA_OUTCOME_H
#define REMORA_OUTCOME_H

#include <remora/route.h>

enum remora_outcome_flag {
  REMORA_OUTCOME_HAS_QUALITY = 1u << 0, /* quality is given (else the reward has no quality term) */
  REMORA_OUTCOME_HAS_RATING = 1u << 1,  /* user_rating is given */
  REMORA_OUTCOME_HAS_NEXT = 1u << 2,    /* next_* name the following state of a multi-step task */
  REMORA_OUTCOME_ABANDONED = 1u << 3,   /* the task was not run: frees the decision, teaches nothing; its reward is 0 */
  REMORA_OUTCOME_REPORT = 1u << 8       /* times 1 .. 7: which report of its decision this is, where several are taken
                                           (learning.join). Each number counts once; 0 = the next one. Since 1.1 */
};

/* What the host saw. Zero everything but struct_size and what is known. */
typedef struct remora_outcome {
  uint32_t struct_size;
  uint32_t flags;       /* remora_outcome_flag */
  uint64_t decision_id; /* from route; 0 = by names: agent, variant, task_type, labels below */
  int64_t now_ns;       /* 0 = the library's coarse clock */
  remora_id agent;      /* by names only */
  uint32_t variant;     /* by names only */
  remora_id task_type;  /* by names only; 0 = "general" */
  uint32_t label_count; /* by names only */
  remora_id labels[8];  /* by names only */
  uint32_t success;
  uint32_t critical_error;
  uint32_t safety_violation;
  uint32_t complaint;
  double quality;      /* 0 .. 1 */
  int64_t duration_ns; /* 0 = not measured; at most 30 days */
  int64_t cost_micros; /* >= 0 */
  uint32_t error_count;
  uint32_t user_corrections;
  uint64_t tokens_in;
  uint64_t tokens_out;
  double user_rating;          /* 0 .. 10 */
  uint32_t tool_calls_correct; /* <= tool_calls_total */
  uint32_t tool_calls_total;
  remora_id next_agent;     /* 0 = the same agent */
  remora_id next_task_type; /* 0 = "general" */
  uint32_t next_label_count;
  uint32_t metric_count; /* 0 .. REMORA_MAX_METRICS */
  remora_id next_labels[8];
  remora_id metric_ids[8]; /* REMORA_KIND_METRIC */
  double metrics[8];       /* finite */
  uint64_t next_decision;  /* with HAS_NEXT: the following state is that of this decision, for the next step, retry or
                              escalation of the task; the other next_* are 0 then. 0 = they name it. Since 1.1 */
} remora_outcome;

/* How the reward came about. Each term is already weighted; reward is their sum, clipped to [-1, 2]. */
typedef struct remora_reward {
  uint32_t struct_size;
  uint32_t flags; /* bit 0: the Q-value was updated */
  double reward;
  double target; /* reward + gamma * value of the next state (learning.target), or reward alone */
  double q_before;
  double q_after;
  double success_term;
  double quality_term;
  double time_term;
  double error_term;
  double cost_term;
  uint32_t visits; /* of the Q-value after the update */
  uint32_t reserved;
  double tokens_term; /* since 1.1 */
} remora_reward;

#ifdef __cplusplus
extern "C" {
#endif

/* [hot] Records one outcome, exactly once a decision, from any process. reward and error may be NULL.
 *
 * Where learning.join is not "first", up to seven reports of a decision are taken, each once. A later one counts as
 * another outcome nowhere: it moves the learned value and the figures by what it changes of the reward, and a critical
 * error or violation acts at once. reward->reward is then the report's own, ->target what all of them make together.
 *
 * An acknowledged outcome (return 0) survives the death of any process. Every value is checked before anything is
 * changed. When housekeeping is due (at most every 250 ms) one call in one process also does a bounded tick, unless
 * the handle was opened with REMORA_OPEN_NO_AUTO_TICK; that call may do system calls.
 * Errors: REMORA_E_INVALID (which field, which value), _ALREADY_RECORDED, _EXPIRED (this or the next decision), _HANDLE, _UNSUPPORTED,
 * _NOT_FOUND (by names: unknown variant), _BUSY (the process that claimed this decision has not finished),
 * _PERMISSION (opened read-only). Since 1.0. */
REMORA_API int32_t remora_record_outcome(uint64_t handle, const remora_outcome* outcome, remora_reward* reward,
                                         remora_error* error);

/* [hot] Records batch->count outcomes, each on its own: one that fails does not stop the next. rewards may be NULL.
 * Returns the code of the first that failed, else 0. Since 1.0. */
REMORA_API int32_t remora_record_outcome_batch(uint64_t handle, const remora_outcome* outcomes, remora_reward* rewards,
                                               remora_batch* batch, remora_error* error);

/* [hot] Convenience form: success or not, and how long it took (0 = not measured). Errors: as above. Since 1.0. */
REMORA_API int32_t remora_record_result(uint64_t handle, uint64_t decision_id, uint32_t success, int64_t duration_ns,
                                        remora_error* error);

#ifdef __cplusplus
}
#endif

#endif /* REMORA_OUTCOME_H */
