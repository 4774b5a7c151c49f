/* Running it: housekeeping, kill switch and mode, configuration. */
#ifndef REMORA_OPERATE_H
#define REMORA_OPERATE_H

#include <remora/route.h>

/* The control word of the state directory, seen by every process at its next call. */
typedef struct remora_control {
  uint32_t struct_size;
  uint32_t enabled;  /* 0: route answers the baseline at once */
  uint32_t learning; /* 0: outcomes are logged but change no Q-value */
  uint32_t mode;     /* REMORA_MODE_FULL (normal) or _MONITOR (baseline chosen, learning logged), kept while not
                      * enabled, so that reading, changing one field and setting works; _OFF sets enabled to 0 */
  uint32_t source;   /* out: bit 0 control call, bit 1 config, bit 2 this process's environment hold it down */
  uint32_t reserved;
} remora_control;

/* What one tick did. */
typedef struct remora_tick_report {
  uint32_t struct_size;
  uint32_t flags;     /* bit 0: another process holds the housekeeping lock, nothing was done */
  uint64_t folded;    /* outcomes folded into statistics */
  uint32_t reclaimed; /* slots of dead processes freed */
  uint32_t snapshots; /* written */
  uint32_t stage_changes;
  uint32_t config_reloads;
  uint32_t restores;   /* active.rsnap followed */
  uint32_t unblocked;  /* variants let back in on probation */
  int64_t next_due_ns; /* when the next tick has work */
} remora_tick_report;

#ifdef __cplusplus
extern "C" {
#endif

/* [any] Does what is due: syncs, folds statistics, frees what dead processes left, advances or rolls back rollouts,
 * ends blocks, takes the hourly snapshot, follows remora.json and active.rsnap, writes events.jsonl.
 * now_ns 0 = the library's clock; budget_ns 0 = no limit, else what there is no time for comes first in the next tick
 * of this process; report may be NULL. The latest time given here is also the
 * time of calls that take none (control, blocks, snapshots, restores), as long as the library's clock is behind it.
 * Errors: the first part that failed, with everything else done and the report filled: REMORA_E_CONFIG when a new
 * remora.json was refused (once), the codes of remora_restore for a new active.rsnap. Since 1.0. */
REMORA_API int32_t remora_tick(uint64_t handle, int64_t now_ns, int64_t budget_ns, remora_tick_report* report,
                               remora_error* error);

/* [any] Throws the kill switch or sets the mode, for every process at its next call, until set otherwise.
 * Errors: REMORA_E_INVALID. Since 1.0. */
REMORA_API int32_t remora_control_set(uint64_t handle, const remora_control* control, remora_error* error);

/* [any] Reads what is in force for this process. Since 1.0. */
REMORA_API int32_t remora_control_get(uint64_t handle, remora_control* control, remora_error* error);

/* [any] Applies a configuration text (the content of remora.json) to this directory's handles of this process, or,
 * with text_size 0, reads <directory>/remora.json again. A bad one is refused whole.
 * Errors: REMORA_E_CONFIG (line and reason). Since 1.0. */
REMORA_API int32_t remora_configure(uint64_t handle, const char* text, uint64_t text_size, remora_error* error);

#ifdef __cplusplus
}
#endif

#endif /* REMORA_OPERATE_H */
