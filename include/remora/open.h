/* Opening and closing a state directory. */
#ifndef REMORA_OPEN_H
#define REMORA_OPEN_H

#include <remora/types.h>

enum remora_open_flag {
  REMORA_OPEN_EXISTING = 1u << 0,       /* fail when there is no state yet, instead of creating it */
  REMORA_OPEN_ALLOW_SHARED = 1u << 1,   /* accept a folder that other users may write */
  REMORA_OPEN_ALLOW_NETWORK = 1u << 2,  /* accept a network file system (not supported for several machines) */
  REMORA_OPEN_NO_ENVIRONMENT = 1u << 3, /* read none of the variables that remora_open names */
  REMORA_OPEN_KEEPER = 1u << 4,         /* start one thread that ticks every 250 ms, joined by remora_close */
  REMORA_OPEN_NO_AUTO_TICK = 1u << 5,   /* recording does not piggy-back due housekeeping; the host ticks itself */
  REMORA_OPEN_READ_ONLY = 1u << 6,      /* look only: route, record and every change answer REMORA_E_PERMISSION */
  REMORA_OPEN_SNAPSHOT_KEY = 1u << 7,   /* snapshot_key is set: sign snapshots with it. Since 1.1 */
  REMORA_OPEN_REQUIRE_MAC = 1u << 8,    /* restore no snapshot that the key does not authenticate. Since 1.1 */
  REMORA_OPEN_NO_CONFIG = 1u << 9       /* neither read nor follow remora.json: for tools that must work while it is
                                         * bad. Where the directory is open already, that handle's way holds. Since 1.1 */
};

enum remora_durability {
  REMORA_DURABILITY_DISK = 0,  /* live files in the state directory, synced every sync_interval_ns */
  REMORA_DURABILITY_MEMORY = 1 /* live files in memory-backed storage; snapshots alone survive a reboot */
};

/* How to open. Capacities count only when this call creates the state; 0 takes remora.json's value, or else the
 * default. */
typedef struct remora_options {
  uint32_t struct_size;
  uint32_t flags;           /* remora_open_flag */
  uint32_t abi_version;     /* REMORA_ABI_VERSION of the host's headers; 0 skips the check */
  uint32_t durability;      /* remora_durability */
  uint64_t states;          /* states (agent x task type x labels) of up to 6 variants; default 131,072 */
  uint32_t ledger_slots;    /* decisions in flight and remembered; a power of two; default 65,536 */
  uint32_t names;           /* interned names of all kinds; default 8,192 */
  int64_t sync_interval_ns; /* disk durability; 0 = 1 s, -1 = never */
  uint64_t reserved[3];
  uint64_t snapshot_key[4]; /* 32 random bytes, for REMORA_OPEN_SNAPSHOT_KEY; copied. Since 1.1 */
} remora_options;

#ifdef __cplusplus
extern "C" {
#endif

/* [excl] Opens the state directory, creating folder (0700) and files (0600) when there are none.
 *
 * directory, directory_size  path, UTF-8, not NUL-terminated; relative paths count from the working directory
 * options                    NULL for all defaults
 * handle                     receives the handle; 0 on failure
 *
 * Opening a directory twice in one process gives two handles onto one mapping. Reads <directory>/remora.json when it
 * is there. After a fork the child may go on using the handle: it gets its own place in the state at its first call.
 * Environment (read once, can only make things safer): REMORA_ENABLED=false, REMORA_LEARNING=false,
 * REMORA_MODE=monitor; REMORA_SNAPSHOT_KEY_FILE (absolute path of a file readable by its owner alone, outside of the
 * state directory, of 32 bytes or up to 8 lines of 64 hexadecimal digits: the first key signs, snapshots of all are
 * believed) where the options bring no key; REMORA_REQUIRE_MAC=true.
 * Errors: REMORA_E_INVALID, _VERSION, _PERMISSION (symbolic link, foreign owner, writable by others), _NO_SPACE,
 * _STATE (open in this process already, read-only or with another snapshot key),
 * _IO, _NOT_FOUND (parent folder missing, or REMORA_OPEN_EXISTING and no state), _FORMAT (other layout or byte
 * order; files stay untouched), _DAMAGED, _CONFIG, _FULL (more than 256 processes), _BUSY, _MEMORY. Since 1.0. */
REMORA_API int32_t remora_open(const char* directory, uint64_t directory_size, const remora_options* options,
                               uint64_t* handle, remora_error* error);

/* [excl] Closes the handle: waits for calls in flight on it, syncs, and unmaps with the last handle of the directory.
 * Any later use of the handle answers REMORA_E_HANDLE. Errors: REMORA_E_HANDLE, _IO (closed all the same), _STATE
 * (inside a log callback: nothing was closed). Since 1.0. */
REMORA_API int32_t remora_close(uint64_t handle, remora_error* error);

/* [any] Size of a struct as this library knows it, for hosts that cannot include the headers.
 * name is the struct's C name ("remora_task"), NUL-terminated. Errors: REMORA_E_NOT_FOUND. Since 1.0. */
REMORA_API int32_t remora_struct_size(const char* name, uint32_t* size);

#ifdef __cplusplus
}
#endif

#endif /* REMORA_OPEN_H */
