/* Looking inside: Q-values, events, figures, metrics text, log. */
#ifndef REMORA_OBSERVE_H
#define REMORA_OBSERVE_H

#include <remora/types.h>

enum remora_event_kind {
  REMORA_EVENT_OPENED = 1,
  REMORA_EVENT_VARIANT_BLOCKED = 2,
  REMORA_EVENT_VARIANT_UNBLOCKED = 3,
  REMORA_EVENT_ROLLOUT_STARTED = 4,
  REMORA_EVENT_STAGE_ADVANCED = 5,
  REMORA_EVENT_ROLLED_BACK = 6,
  REMORA_EVENT_ROLLOUT_COMPLETE = 7,
  REMORA_EVENT_ROLLOUT_PAUSED = 8,
  REMORA_EVENT_ROLLOUT_RESUMED = 9,
  REMORA_EVENT_SNAPSHOT_TAKEN = 10,
  REMORA_EVENT_SNAPSHOT_REFUSED = 11, /* a bad file was offered; nothing changed */
  REMORA_EVENT_RESTORED = 12,         /* value: generation before, detail: generation now, sequence restored */
  REMORA_EVENT_CONFIG_RELOADED = 13,
  REMORA_EVENT_CONFIG_REFUSED = 14,
  REMORA_EVENT_CONTROL_CHANGED = 15,
  REMORA_EVENT_TABLE_FULL = 16,
  REMORA_EVENT_RECOVERED = 17, /* slots of a dead process were freed */
  REMORA_EVENT_SYNC_FAILED = 18,
  REMORA_EVENT_SNAPSHOT_FAILED = 19,  /* one of the schedule; value: errno or 0. Since 1.1 */
  REMORA_EVENT_REWARD_CHANGED = 20,   /* value, threshold: mean reward since and before; detail: how many of the
                                      * variant, evidence left in %. Since 1.1 */
  REMORA_EVENT_RELEARNED = 21,        /* by today's weights; value: generation before, detail: generation now, outcomes
                                      * used. Since 1.1 */
  REMORA_EVENT_SEEDED = 22,           /* a variant got a value to start from; value: it, detail: outcomes that it counts
                                       * as, agents that it comes from (0 = the configuration). Since 1.1 */
  REMORA_EVENT_VERDICT_CHANGED = 23,  /* reason, threshold: remora_verdict now and before. Since 1.1 */
  REMORA_EVENT_OUTCOMES_OVERDUE = 24, /* decisions of the agent had no outcome within its deadline; value: how many at
                                      * this tick, threshold: the deadline in seconds, detail: the age of the oldest in
                                      * ms. Since 1.1 */
  REMORA_EVENT_VALUES_LOST = 25,      /* the file of the learned values was missing or damaged at open; value: its
                                       * generation, detail: generation now, sequence of the snapshot that its values
                                       * come from (0 = none: learning begins anew). Since 1.1 */
  REMORA_EVENT_FILES_LOST = 26        /* a file of the state, or its directory, was removed, renamed or replaced while
                                       * this process has it open; reason: 1 directory, 2 lock, 3 history, 4 generation;
                                       * value: 1 when what was learned is in a new snapshot. Since 1.1 */
};

enum remora_severity { REMORA_SEVERITY_INFO = 1, REMORA_SEVERITY_WARNING = 2, REMORA_SEVERITY_CRITICAL = 3 };

/* Something an operator wants to know. */
typedef struct remora_event {
  uint32_t struct_size;
  uint32_t kind;     /* remora_event_kind */
  uint64_t sequence; /* growing by one */
  int64_t time_ns;
  uint32_t severity; /* remora_severity */
  remora_id agent;   /* or 0 */
  uint32_t variant;  /* or REMORA_NONE */
  remora_id rollout; /* or 0 */
  uint32_t stage;
  int32_t reason;     /* remora_safety_reason or remora_rollout_reason, by kind */
  double value;       /* the figure that decided */
  double threshold;   /* what it was held against */
  uint64_t detail[2]; /* by kind: counts, sequences, generations */
} remora_event;

/* One learned value. */
typedef struct remora_q_cell {
  uint32_t struct_size;
  uint32_t flags;
  remora_id agent;
  remora_id task_type;
  uint32_t variant;
  uint32_t visits;
  double q_value;
  uint32_t label_count;
  uint32_t reserved;
  remora_id labels[8];
  int64_t updated_ns; /* last update, to the second */
  uint32_t attempts;  /* at the same task before this state's (learning.cascade), at most 15. Since 1.1 */
  uint32_t reserved1;
  uint64_t tried_variants; /* bit i: variant i was among them. Since 1.1 */
} remora_q_cell;

/* Figures of the whole state directory. Counters cover its life, over all processes. */
typedef struct remora_stats {
  uint32_t struct_size;
  uint32_t processes; /* that have the directory open now */
  uint64_t generation;
  uint64_t states;         /* rows in use */
  uint64_t state_capacity; /* rows that may be used */
  uint64_t names;
  uint64_t name_capacity;
  uint64_t ledger_slots;
  uint64_t decisions;  /* made */
  uint64_t pending;    /* in the ledger without an outcome */
  uint64_t outcomes;   /* acknowledged */
  uint64_t explored;   /* decisions that explored */
  uint64_t events;     /* ever published */
  uint64_t visits;     /* sum over the Q-table */
  uint64_t heap_bytes; /* held by this process's plugin beside the mapping */
  uint64_t mapped_bytes;
  int64_t last_snapshot_ns;
} remora_stats;

/* Receives log lines: level 0 trace .. 5 critical, text not NUL-terminated. Called only on a thread that is inside a
 * call on the handle, never from a [hot] function, never with a lock held, never after remora_close returned. It may
 * call any Remora function but remora_close, which answers REMORA_E_STATE there. */
typedef void(REMORA_CALL* remora_log_function)(void* user, int32_t level, const char* text, uint64_t size);

#ifdef __cplusplus
extern "C" {
#endif

/* [any] Lists Q-values: writes up to capacity structs `stride` bytes apart (0 = struct_size of the first), advances
 * *cursor, sets *count; *count = 0 is the end. Start with *cursor = 0. Values may move meanwhile. Since 1.0. */
REMORA_API int32_t remora_q_cells(uint64_t handle, uint64_t* cursor, remora_q_cell* cells, uint64_t stride,
                                  uint32_t capacity, uint32_t* count);

/* [any] Reads events from sequence *cursor on (0 = the oldest kept), likewise. A reader that fell behind the ring
 * (1,024 events) goes on at the oldest kept; the gap shows in the sequences. Since 1.0. */
REMORA_API int32_t remora_events(uint64_t handle, uint64_t* cursor, remora_event* events, uint64_t stride,
                                 uint32_t capacity, uint32_t* count);

/* [any] Writes an event as one line of JSON, names resolved: what events.jsonl holds.
 * Errors: REMORA_E_BUFFER. Since 1.0. */
REMORA_API int32_t remora_event_text(uint64_t handle, const remora_event* event, char* buffer, uint64_t capacity,
                                     uint64_t* needed, remora_error* error);

/* [any] Figures of the state directory. Since 1.0. */
REMORA_API int32_t remora_stats_get(uint64_t handle, remora_stats* stats, remora_error* error);

/* [any] Writes all metrics in the Prometheus text format. Errors: REMORA_E_BUFFER. Since 1.0. */
REMORA_API int32_t remora_metrics_text(uint64_t handle, char* buffer, uint64_t capacity, uint64_t* needed,
                                       remora_error* error);

/* [any] Takes the oldest log lines that fit from this process's ring (256 lines): *needed is what was written.
 * Lines end in a line feed. Since 1.0. */
REMORA_API int32_t remora_log_drain(uint64_t handle, char* buffer, uint64_t capacity, uint64_t* needed,
                                    remora_error* error);

/* [any] Sends log lines of at least `level` to function, or to none with NULL. Since 1.0. */
REMORA_API int32_t remora_log_callback(uint64_t handle, remora_log_function function, void* user, int32_t level,
                                       remora_error* error);

#ifdef __cplusplus
}
#endif

#endif /* REMORA_OBSERVE_H */
