/* Versions of the library and of its ABI. Three numbers never imply each other: these two and the
 * layout version of the state files, which stands in the state directory itself. */
#ifndef REMORA_VERSION_H
#define REMORA_VERSION_H

#include <remora/export.h>

/* Version of the library, by https://semver.org. Read by CMake. */
#define REMORA_VERSION_MAJOR 0
#define REMORA_VERSION_MINOR 1
#define REMORA_VERSION_PATCH 0

/* Version of the ABI. A host built for major M runs with any library of major M whose minor is at least the
 * host's. Within a major the ABI only grows: new functions, new fields at the end of structs, new last
 * enumerators, new flag bits. */
#define REMORA_ABI_MAJOR 1
#define REMORA_ABI_MINOR 0
#define REMORA_ABI_VERSION ((REMORA_ABI_MAJOR << 16) | REMORA_ABI_MINOR)

#ifdef __cplusplus
extern "C" {
#endif

/* [any] The ABI version of the loaded library: major << 16 | minor. The first function a host calls; its form
 * never changes, in no major version. Cannot fail. Since 1.0. */
REMORA_API int32_t remora_abi_version(void);

/* [any] Writes the library's version, such as "0.1.0", into buffer.
 * buffer    receives the text and a terminating NUL; may be NULL when capacity is 0
 * capacity  bytes at buffer
 * needed    receives the bytes the text takes with its NUL; may be NULL
 * Errors: REMORA_E_BUFFER when capacity is too small (nothing is written but *needed). Since 1.0. */
REMORA_API int32_t remora_version_text(char* buffer, uint64_t capacity, uint64_t* needed);

#ifdef __cplusplus
}
#endif

#endif /* REMORA_VERSION_H */
