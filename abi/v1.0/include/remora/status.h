/* Status codes: what every function returns, and the struct that explains them.
 *
 * 0 is success, errors are negative. Numbers are never reused and never renumbered; new ones are added at the end. */
#ifndef REMORA_STATUS_H
#define REMORA_STATUS_H

#include <remora/export.h>

/* The one list of codes: X(name, number, clause). */
#define REMORA_STATUS_LIST(X)                                                                             \
  X(REMORA_OK, 0, "done")                                                                                 \
  X(REMORA_E_INVALID, -1, "an argument is missing, out of range or not a finite number")                  \
  X(REMORA_E_HANDLE, -2, "the handle is not open, was closed, or never came from remora_open")            \
  X(REMORA_E_VERSION, -3, "the library and the host were built for different ABI versions")               \
  X(REMORA_E_UNSUPPORTED, -4, "a newer struct field or flag is set that this library does not know")      \
  X(REMORA_E_NOT_FOUND, -5, "no such name, id, file or decision")                                         \
  X(REMORA_E_EXISTS, -6, "it exists already, with other properties")                                      \
  X(REMORA_E_FULL, -7, "a fixed capacity of the state directory is used up")                              \
  X(REMORA_E_BUFFER, -8, "the caller's buffer is too small; the needed size was returned")                \
  X(REMORA_E_ALREADY_RECORDED, -9, "this decision has its outcome; nothing was changed")                  \
  X(REMORA_E_EXPIRED, -10, "the decision is unknown: never made here, or older than the ledger")          \
  X(REMORA_E_IO, -11, "the operating system refused an operation on a file")                              \
  X(REMORA_E_NO_SPACE, -12, "the file system is full")                                                    \
  X(REMORA_E_PERMISSION, -13, "owner, mode or kind of a file or folder is not acceptable")                \
  X(REMORA_E_DAMAGED, -14, "a file's content is damaged; it was not used")                                \
  X(REMORA_E_FORMAT, -15, "a file has another layout version, byte order or kind; it was left untouched") \
  X(REMORA_E_BUSY, -16, "another process holds a lock; try again later")                                  \
  X(REMORA_E_CONFIG, -17, "the configuration is not valid; the one in force was kept")                    \
  X(REMORA_E_MEMORY, -18, "memory could not be had")                                                      \
  X(REMORA_E_STATE, -19, "not possible in the present state of the rollout, variant or handle")           \
  X(REMORA_E_INTERNAL, -20, "a defect of the library; the call had no effect")

#define REMORA_STATUS_ENUMERATOR(name, number, clause) name = (number),
enum remora_status { REMORA_STATUS_LIST(REMORA_STATUS_ENUMERATOR) REMORA_STATUS_END = -21 };
#undef REMORA_STATUS_ENUMERATOR

/* Says what went wrong, with which value, and what to do. Owned by the caller; any function takes NULL instead.
 * There is no "last error" of a thread: hosts whose tasks change threads (Go, async runtimes) get their own text. */
typedef struct remora_error {
  uint32_t struct_size; /* set by the caller: sizeof(remora_error) */
  int32_t code;         /* the code that the function returned */
  int32_t os_errno;     /* errno of the failed system call, else 0 */
  uint32_t reserved;    /* 0 */
  char text[240];       /* UTF-8, always ends in NUL; empty on success */
} remora_error;

#define REMORA_ERROR_INIT                \
  {                                      \
    sizeof(remora_error), 0, 0, 0, { 0 } \
  }

#ifdef __cplusplus
extern "C" {
#endif

/* [any] Writes the name and clause of a status code ("REMORA_E_FULL: a fixed capacity ...").
 * Errors: REMORA_E_BUFFER; REMORA_E_NOT_FOUND for a number that is no code. Since 1.0. */
REMORA_API int32_t remora_status_text(int32_t code, char* buffer, uint64_t capacity, uint64_t* needed);

#ifdef __cplusplus
}
#endif

#endif /* REMORA_STATUS_H */
