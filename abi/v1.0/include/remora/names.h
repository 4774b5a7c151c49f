/* Names: categories, agents, their variants, task types, labels, metrics.
 * A name is 1 to 96 bytes of UTF-8 without control characters. Names are never removed. */
#ifndef REMORA_NAMES_H
#define REMORA_NAMES_H

#include <remora/types.h>

enum remora_variant_flag {
  REMORA_VARIANT_BASELINE = 1u << 0, /* the variant trusted today; exactly one an agent, the first unless said */
  REMORA_VARIANT_RETIRED = 1u << 1   /* registered, never chosen */
};

/* One way to run an agent. */
typedef struct remora_variant {
  uint32_t struct_size;
  uint32_t flags;          /* in, out: remora_variant_flag */
  remora_id agent;         /* in */
  uint32_t variant;        /* out: index within the agent */
  uint32_t tier;           /* model tier, 0 = not said, 1 the cheapest; any number the host likes */
  uint32_t blocked;        /* out: kept out by the safety check or an operator */
  int64_t cost_micros;     /* expected cost of one task */
  uint64_t outcomes;       /* out: outcomes recorded */
  uint64_t successes;      /* out: of these, successes */
  double mean_reward;      /* out: over all outcomes folded so far */
  double mean_duration_ns; /* out: likewise */
  double mean_cost_micros; /* out: likewise */
} remora_variant;

/* An agent as the state knows it. */
typedef struct remora_agent {
  uint32_t struct_size;
  uint32_t flags; /* 0 */
  remora_id agent;
  remora_id category;
  uint32_t variant_count;
  uint32_t baseline_variant;
  uint32_t safe_variant;     /* what route falls back to now */
  remora_id rollout;         /* running rollout, or 0 */
  uint64_t blocked_variants; /* bit i: variant i is kept out */
  uint64_t retired_variants;
} remora_agent;

#ifdef __cplusplus
extern "C" {
#endif

/* [any] Finds or creates the id of a category, task type, label or metric.
 * Errors: REMORA_E_INVALID (bad kind or name), REMORA_E_FULL. Since 1.0. */
REMORA_API int32_t remora_intern(uint64_t handle, uint32_t kind, const char* name, uint64_t name_size, remora_id* id,
                                 remora_error* error);

/* [any] Finds the id of a name of any kind, agents and rollouts included, without creating it.
 * Errors: REMORA_E_NOT_FOUND. Since 1.0. */
REMORA_API int32_t remora_find(uint64_t handle, uint32_t kind, const char* name, uint64_t name_size, remora_id* id,
                               remora_error* error);

/* [any] Writes the text of an id. buffer, capacity, needed as in remora_version_text.
 * Errors: REMORA_E_NOT_FOUND, REMORA_E_BUFFER. Since 1.0. */
REMORA_API int32_t remora_name_of(uint64_t handle, remora_id id, char* buffer, uint64_t capacity, uint64_t* needed,
                                  remora_error* error);

/* [any] Registers an agent, or finds it. category may be 0 ("general"). An agent without variants cannot be routed.
 * Errors: REMORA_E_INVALID, _FULL, _EXISTS (registered under another category). Since 1.0. */
REMORA_API int32_t remora_agent_register(uint64_t handle, const char* name, uint64_t name_size, remora_id category,
                                         remora_id* agent, remora_error* error);

/* [any] Registers a variant of variant->agent, or finds it by its name and takes over tier, cost and flags.
 * Fills variant->variant. Errors: REMORA_E_INVALID, _NOT_FOUND (agent), _FULL (64 variants). Since 1.0. */
REMORA_API int32_t remora_variant_register(uint64_t handle, const char* name, uint64_t name_size,
                                           remora_variant* variant, remora_error* error);

/* [any] Convenience: registers an agent and its variants in one call; texts end in NUL.
 * variants is a list separated by commas; the first is the baseline when the agent is new. Existing ones stay.
 * id may be NULL.
 * Errors: as the two above. Since 1.0. */
REMORA_API int32_t remora_agent_define(uint64_t handle, const char* agent, const char* variants, remora_id* id,
                                       remora_error* error);

/* [any] Writes the name of a variant. Errors: REMORA_E_NOT_FOUND, REMORA_E_BUFFER. Since 1.0. */
REMORA_API int32_t remora_variant_name(uint64_t handle, remora_id agent, uint32_t variant, char* buffer,
                                       uint64_t capacity, uint64_t* needed);

/* [any] Reads one agent (agent->agent is given). Errors: REMORA_E_NOT_FOUND. Since 1.0. */
REMORA_API int32_t remora_agent_info(uint64_t handle, remora_agent* agent, remora_error* error);

/* [any] Reads one variant (variant->agent and variant->variant are given). Errors: REMORA_E_NOT_FOUND. Since 1.0. */
REMORA_API int32_t remora_variant_info(uint64_t handle, remora_variant* variant, remora_error* error);

/* [any] Lists ids of a kind: writes up to capacity ids from place *cursor on, advances *cursor, sets *count.
 * Start with *cursor = 0; *count = 0 is the end. Errors: REMORA_E_INVALID. Since 1.0. */
REMORA_API int32_t remora_list_names(uint64_t handle, uint32_t kind, uint64_t* cursor, remora_id* ids,
                                     uint32_t capacity, uint32_t* count);

#ifdef __cplusplus
}
#endif

#endif /* REMORA_NAMES_H */
