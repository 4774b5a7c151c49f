/* Hook 3, safety check: may this variant run. */
#ifndef REMORA_SAFETY_H
#define REMORA_SAFETY_H

#include <remora/types.h>

enum remora_safety_reason {
  REMORA_SAFETY_OK = 0,
  REMORA_SAFETY_TOO_FEW = 1,        /* allowed: fewer outcomes than the window asks for */
  REMORA_SAFETY_BELOW_MINIMUM = 2,  /* blocked: window and interval below the minimum */
  REMORA_SAFETY_CRITICAL_ERROR = 3, /* blocked at once */
  REMORA_SAFETY_VIOLATION = 4,      /* blocked at once */
  REMORA_SAFETY_OPERATOR = 5,       /* blocked by remora_variant_block */
  REMORA_SAFETY_PROBATION = 6,      /* allowed again after its block; blocked at the first relapse */
  REMORA_SAFETY_RETIRED = 7,        /* the host withdrew the variant */
  REMORA_SAFETY_ROLLED_BACK = 8     /* blocked because its rollout was rolled back */
};

typedef struct remora_safety_query {
  uint32_t struct_size;
  uint32_t flags; /* 0 */
  int64_t now_ns; /* 0 = the library's coarse clock */
  remora_id agent;
  uint32_t variant;
} remora_safety_query;

typedef struct remora_safety_verdict {
  uint32_t struct_size;
  uint32_t allowed;
  int32_t reason;        /* remora_safety_reason */
  uint32_t safe_variant; /* what to run instead: the best proven variant, else the baseline */
  uint32_t window_count; /* outcomes in the lookback window */
  uint32_t window_successes;
  uint32_t hour_count; /* the last hour */
  uint32_t hour_successes;
  uint32_t day_count; /* the last 24 hours */
  uint32_t day_successes;
  double success_rate; /* of the window; 0 when it is empty */
  double interval_low; /* Wilson score interval of the window */
  double interval_high;
  double minimum;           /* success rate asked for */
  int64_t blocked_since_ns; /* 0 = not blocked */
  int64_t probation_ns;     /* when it is let back in on probation; 0 = by an operator only, or not blocked */
} remora_safety_verdict;

#ifdef __cplusplus
extern "C" {
#endif

/* [hot] Answers for one variant, with its figures. Changes nothing. Fail safe: on any error the verdict is "not
 * allowed" with the agent's baseline as safe variant where the agent is known.
 * Errors: REMORA_E_HANDLE, _INVALID, _NOT_FOUND. Since 1.0. */
REMORA_API int32_t remora_safety_check(uint64_t handle, const remora_safety_query* query,
                                       remora_safety_verdict* verdict, remora_error* error);

/* [any] Keeps a variant out until remora_variant_unblock. The baseline cannot be blocked while it is the only
 * variant left. Errors: REMORA_E_NOT_FOUND, REMORA_E_STATE. Since 1.0. */
REMORA_API int32_t remora_variant_block(uint64_t handle, remora_id agent, uint32_t variant, remora_error* error);

/* [any] Lets a variant back in with an empty window. Errors: REMORA_E_NOT_FOUND. Since 1.0. */
REMORA_API int32_t remora_variant_unblock(uint64_t handle, remora_id agent, uint32_t variant, remora_error* error);

#ifdef __cplusplus
}
#endif

#endif /* REMORA_SAFETY_H */
