/* Visibility and calling convention of every exported function, and the platforms the ABI is defined for. */
#ifndef REMORA_EXPORT_H
#define REMORA_EXPORT_H

#include <stdint.h>

#if UINTPTR_MAX != 0xFFFFFFFFFFFFFFFFu
#error "Remora is defined for 64-bit targets only"
#endif

#if defined(_WIN32)
#define REMORA_CALL __cdecl
#if defined(REMORA_BUILDING_LIBRARY)
#define REMORA_API __declspec(dllexport)
#else
#define REMORA_API
#endif
#else
#define REMORA_CALL
#define REMORA_API __attribute__((visibility("default")))
#endif

#endif /* REMORA_EXPORT_H */
