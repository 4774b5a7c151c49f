/* Ids, limits and words shared by all of Remora's headers.
 *
 * Structs carry numbers only. Text crosses the border as pointer + size beside a struct, or as an id: names are
 * interned once and hot calls take ids. Conventions of every struct:
 *   struct_size  is set by the caller to its own sizeof; the library never reads or writes past it and treats fields
 *                the caller does not know as zero. Of a longer struct of a newer host it fills what it knows; one that
 *                it reads must be zero behind that, else the answer is REMORA_E_UNSUPPORTED.
 *   reserved     fields are 0.
 *   *_ns         nanoseconds; times are since the Unix epoch (UTC), 0 = "the library reads its clock".
 *   *_micros     millionths of a currency unit (micro-dollars).
 *   booleans     are uint32_t; any value but 0 is true.
 *   64-bit ids   (handles, decision ids, sequences) stay below 2^53, so that a JavaScript number holds them. */
#ifndef REMORA_TYPES_H
#define REMORA_TYPES_H

#include <remora/export.h>
#include <remora/status.h>

/* A name's id: its kind in the top byte, its place within the kind below. 0 is "none". Ids are stable for the life
 * of a state directory and differ between directories. */
typedef uint32_t remora_id;

/* Kinds of names. */
enum remora_kind {
  REMORA_KIND_CATEGORY = 1,  /* a group of agents ("testing") */
  REMORA_KIND_AGENT = 2,     /* a named worker ("backend-architect") */
  REMORA_KIND_TASK_TYPE = 3, /* the class of a task ("api-design") */
  REMORA_KIND_LABEL = 4,     /* a context label ("lang=python") */
  REMORA_KIND_METRIC = 5,    /* a metric of the host's own ("lint_warnings") */
  REMORA_KIND_ROLLOUT = 6    /* a rollout plan ("prompt-v2") */
};

#define REMORA_NONE 0xFFFFFFFFu              /* no variant */
#define REMORA_TREATMENT_LEARNED 0xFFFFFFFEu /* a rollout's treatment is learned routing itself */

#define REMORA_MAX_VARIANTS 64   /* variants of one agent; a variant is an index 0..63 within its agent */
#define REMORA_MAX_LABELS 8      /* context labels of one task */
#define REMORA_MAX_METRICS 8     /* named metrics of one outcome */
#define REMORA_MAX_STAGES 8      /* stages of one rollout */
#define REMORA_MAX_NAME_BYTES 96 /* bytes of one name, without a NUL */

/* Thread tags that head the description of each function:
 *   [hot]  any thread, concurrently; no lock, no allocation, no system call, no callback
 *   [any]  any thread, concurrently; may block for a bounded time (at most about 50 ms on a lock) and allocate
 *   [excl] any thread; serialised by the library per state directory */

#endif /* REMORA_TYPES_H */
