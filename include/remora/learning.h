/* What is believed of a variant, and where that comes from. */
#ifndef REMORA_LEARNING_H
#define REMORA_LEARNING_H

#include <remora/types.h>

/* Asks for one variant in one state, and is filled with the answer. mean is the sum of weight x value over
 * the five levels; the weights add up to one. Levels above the state are as housekeeping left them last. */
typedef struct remora_belief {
  uint32_t struct_size;
  uint32_t flags;        /* 0 */
  remora_id agent;       /* in */
  remora_id task_type;   /* in: 0 = "general" */
  uint32_t variant;      /* in */
  uint32_t label_count;  /* in: 0 .. REMORA_MAX_LABELS */
  remora_id labels[8];   /* in */
  uint32_t state_visits; /* outcomes of this state */
  uint32_t agent_visits; /* outcomes of the agent over all its tasks, as far as they were folded */
  double mean;           /* what policies go by */
  double deviation;      /* standard deviation of the mean that Thompson sampling reckons with */
  double state_value;    /* the Q-value of this very state; 0 when it has none */
  double state_weight;
  double agent_value;
  double agent_weight;
  double prior_value;
  double prior_weight;
  double category_value; /* mean of the same variant (name and tier) over the category's other agents */
  double category_weight;
  double fleet_value; /* likewise over the agents of other categories */
  double fleet_weight;
  uint32_t category_visits; /* outcomes behind category_value, at most 99 of each agent (see docs/learning.md) */
  uint32_t fleet_visits;
} remora_belief;

#ifdef __cplusplus
extern "C" {
#endif

/* [any] Explains what route would go by for belief->variant in this state, whether or not it may run now. Changes
 * nothing. Errors: REMORA_E_HANDLE, _INVALID (id of another kind, too many labels), _NOT_FOUND (unknown id or
 * variant), _UNSUPPORTED. Since 1.1. */
REMORA_API int32_t remora_explain(uint64_t handle, remora_belief* belief, remora_error* error);

#ifdef __cplusplus
}
#endif

#endif /* REMORA_LEARNING_H */
