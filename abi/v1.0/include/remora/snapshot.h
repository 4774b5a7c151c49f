/* Snapshots of the learned values, and the way back to one.
 *
 * A snapshot holds Q-values alone. Agents, variants, safety state, rollouts, events and the ledger are history and
 * never rolled back. Beside these calls, replacing <directory>/active.rsnap (by rename or by a plain copy) has every
 * process of the machine follow within a second; a bad file is refused, reported as an event, and changes nothing. */
#ifndef REMORA_SNAPSHOT_H
#define REMORA_SNAPSHOT_H

#include <remora/types.h>

enum remora_snapshot_kind {
  REMORA_SNAPSHOT_MANUAL = 1,
  REMORA_SNAPSHOT_HOURLY = 2,
  REMORA_SNAPSHOT_STAGE = 3,  /* before a rollout changes stage */
  REMORA_SNAPSHOT_RESTORE = 4 /* what a restore is about to replace */
};

typedef struct remora_snapshot_info {
  uint32_t struct_size;
  uint32_t kind;     /* remora_snapshot_kind */
  uint64_t sequence; /* unique within the directory, growing */
  int64_t taken_ns;
  uint64_t rows;       /* states (of up to 6 variants each) */
  uint64_t visits;     /* outcomes behind them */
  uint64_t bytes;      /* of the file */
  uint64_t generation; /* generation it was taken from */
  uint64_t checksum;   /* XXH3-64 of the content, cut to 53 bits */
} remora_snapshot_info;

#ifdef __cplusplus
extern "C" {
#endif

/* [any] Writes, verifies and keeps a snapshot under <directory>/snapshots. Routing goes on meanwhile.
 * info may be NULL. Errors: REMORA_E_NO_SPACE, _IO, _BUSY (another process writes one). Since 1.0. */
REMORA_API int32_t remora_snapshot(uint64_t handle, remora_snapshot_info* info, remora_error* error);

/* [any] Checks a file completely (checksum, structure, ranges, known names) and changes nothing. path is absolute or
 * relative to the state directory. Errors: REMORA_E_NOT_FOUND, _DAMAGED (what and where), _FORMAT. Since 1.0. */
REMORA_API int32_t remora_snapshot_verify(uint64_t handle, const char* path, uint64_t path_size,
                                          remora_snapshot_info* info, remora_error* error);

/* [any] Lists the snapshots kept, newest first: writes up to capacity structs `stride` bytes apart (0 = their
 * struct_size, which the caller sets in each), sets *count to how many there are. Errors: REMORA_E_IO. Since 1.0. */
REMORA_API int32_t remora_snapshot_list(uint64_t handle, remora_snapshot_info* infos, uint64_t stride,
                                        uint32_t capacity, uint32_t* count, remora_error* error);

/* [any] Writes the path of a kept snapshot, relative to the state directory. Errors: REMORA_E_NOT_FOUND,
 * REMORA_E_BUFFER. Since 1.0. */
REMORA_API int32_t remora_snapshot_path(uint64_t handle, uint64_t sequence, char* buffer, uint64_t capacity,
                                        uint64_t* needed, remora_error* error);

/* [excl] Replaces the learned values by those of a snapshot, for every process at its next call. What is replaced is
 * kept as a snapshot first. Decisions made before report into history, no longer into Q-values.
 * info (may be NULL) receives the restored one. Errors: as remora_snapshot_verify, _NO_SPACE, _BUSY. Since 1.0. */
REMORA_API int32_t remora_restore(uint64_t handle, const char* path, uint64_t path_size, remora_snapshot_info* info,
                                  remora_error* error);

#ifdef __cplusplus
}
#endif

#endif /* REMORA_SNAPSHOT_H */
