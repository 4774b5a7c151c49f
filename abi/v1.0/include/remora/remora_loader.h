/* Loads the plugin at run time: one header for hosts in C11 and C++, nothing to link but the system's dlopen.
 *
 *   remora_api api;
 *   char why[1024];
 *   if (remora_load(&api, NULL, why, sizeof why) == REMORA_OK) {
 *     api.open(...);
 *   }
 *
 * api.route is remora_route, and so on for every function of functions.def. The struct belongs to the host
 * and is no part of the ABI. It may be copied, and is only read after loading: any thread may call through
 * it. */
#ifndef REMORA_REMORA_LOADER_H
#define REMORA_REMORA_LOADER_H

#include <remora/remora.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(_WIN32)
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#ifndef NOMINMAX
#define NOMINMAX
#endif
#include <windows.h>
#else
#include <dlfcn.h>
#if defined(__linux__)
#include <sys/auxv.h>
#else
#include <unistd.h>
#endif
#endif

/* F is a short name that may be the host's: it is given back below. */
#pragma push_macro("F")
#undef F

/* Every function of the library, resolved. One that the library is too old to have is NULL. */
typedef struct remora_api {
#define F(name, since, tag, parameters) int32_t(REMORA_CALL* name) parameters;
#include <remora/functions.def>
#undef F
  void* library; /* the system's handle of the loaded library; NULL when none is loaded */
} remora_api;

/* Internal linkage in C; one definition for the whole program in C++. */
#ifdef __cplusplus
#define REMORA_LOADER_INLINE inline
#else
#define REMORA_LOADER_INLINE static inline
#endif
#if defined(__GNUC__)
#define REMORA_LOADER_PRINTF __attribute__((format(printf, 2, 3)))
#else
#define REMORA_LOADER_PRINTF
#endif

/* Where the explanation of a failure is gathered; cut at its end when it does not fit. */
typedef struct remora_loader_text {
  char* buffer;
  size_t capacity;
  size_t used;
} remora_loader_text;

REMORA_LOADER_PRINTF REMORA_LOADER_INLINE void remora_loader_say(remora_loader_text* text, const char* format, ...) {
  va_list arguments;
  if (text->used < text->capacity) {
    va_start(arguments, format);
    vsnprintf(text->buffer + text->used, text->capacity - text->used, format, arguments);
    va_end(arguments);
    text->used += strlen(text->buffer + text->used);
  }
}

/* What the operating system offers: load, find, unload, REMORA_LIBRARY. A failed load says why in `text`. */
#if defined(_WIN32)

REMORA_LOADER_INLINE void* remora_loader_os_load(const char* path, remora_loader_text* text) {
  wchar_t wide[4096];
  wchar_t absolute[4096];
  const wchar_t* name = wide;
  void* library = NULL;
  DWORD reason;
  if (MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, wide, 4096) == 0) {
    remora_loader_say(text, "the path is not UTF-8, or longer than 4095 characters");
    return NULL;
  }
  if (strpbrk(path, "/\\:") != NULL) {
    /* A path: what it needs is looked for beside it. A bare name: never in the working directory. */
    const DWORD length = GetFullPathNameW(wide, 4096, absolute, NULL);
    if (length > 0 && length < 4096) {
      name = absolute;
    }
    library = (void*)LoadLibraryExW(name, NULL, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_DEFAULT_DIRS);
  } else {
    library = (void*)LoadLibraryExW(name, NULL, LOAD_LIBRARY_SEARCH_DEFAULT_DIRS);
  }
  if (library == NULL) {
    char said[256] = {0};
    reason = GetLastError();
    FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK, NULL,
                   reason, 0, said, (DWORD)sizeof said, NULL);
    remora_loader_say(text, "%s(Windows error %lu)", said, (unsigned long)reason);
  }
  return library;
}

REMORA_LOADER_INLINE void remora_loader_os_find(void* library, const char* symbol, void* slot) {
  const FARPROC found = GetProcAddress((HMODULE)library, symbol);
  memcpy(slot, &found, sizeof found);
}

REMORA_LOADER_INLINE void remora_loader_os_unload(void* library) { FreeLibrary((HMODULE)library); }

REMORA_LOADER_INLINE int remora_loader_os_variable(char* path, size_t capacity) {
  wchar_t wide[4096];
  const DWORD length = GetEnvironmentVariableW(L"REMORA_LIBRARY", wide, 4096);
  return length > 0 && length < 4096 && WideCharToMultiByte(CP_UTF8, 0, wide, -1, path, (int)capacity, NULL, NULL) > 0;
}

#else

REMORA_LOADER_INLINE void* remora_loader_os_load(const char* path, remora_loader_text* text) {
  void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    const char* reason = dlerror();
    remora_loader_say(text, "%s", reason != NULL ? reason : "dlopen gave no reason");
  }
  return library;
}

/* slot is the address of a function pointer: ISO C has no cast from void* to one, so its bytes are copied. */
REMORA_LOADER_INLINE void remora_loader_os_find(void* library, const char* symbol, void* slot) {
  void* found = dlsym(library, symbol);
  memcpy(slot, &found, sizeof found);
}

REMORA_LOADER_INLINE void remora_loader_os_unload(void* library) { dlclose(library); }

/* A program that runs with more rights than its caller takes no library from its caller's environment. */
REMORA_LOADER_INLINE int remora_loader_os_variable(char* path, size_t capacity) {
#if defined(__linux__)
  const int trusted = getauxval(AT_SECURE) == 0;
#else
  const int trusted = issetugid() == 0;
#endif
  const char* value = trusted ? getenv("REMORA_LIBRARY") : NULL;
  if (value == NULL || value[0] == '\0' || strlen(value) >= capacity) {
    return 0;
  }
  memcpy(path, value, strlen(value) + 1);
  return 1;
}

#endif

/* Finds and loads a library file, as remora_load says. Fills `name` with what was loaded. */
REMORA_LOADER_INLINE void* remora_loader_search(const char* path, char* name, size_t capacity,
                                                remora_loader_text* text) {
#if defined(_WIN32)
  static const char* const candidates[] = {"remora.dll", NULL};
#elif defined(__APPLE__)
  static const char* const candidates[] = {"libremora.1.dylib", "libremora.dylib", NULL};
#else
  static const char* const candidates[] = {"libremora.so.1", "libremora.so", NULL};
#endif
  const char* advice = "Pass the library's path, set REMORA_LIBRARY to it, or install it where the system searches";
  void* library = NULL;
  int i;
  remora_loader_say(text, "Remora could not be loaded. Tried ");
  if (path != NULL && path[0] != '\0') {
    snprintf(name, capacity, "%s", path);
    remora_loader_say(text, "%s (given by the host): ", path);
    library = remora_loader_os_load(path, text);
    advice = "Correct the path that the host passes";
  } else if (remora_loader_os_variable(name, capacity)) {
    remora_loader_say(text, "%s (from REMORA_LIBRARY): ", name);
    library = remora_loader_os_load(name, text);
    advice = "Correct or unset REMORA_LIBRARY";
  } else {
    for (i = 0; library == NULL && candidates[i] != NULL; ++i) {
      snprintf(name, capacity, "%s", candidates[i]);
      remora_loader_say(text, "%s%s: ", i == 0 ? "" : "; ", candidates[i]);
      library = remora_loader_os_load(candidates[i], text);
    }
  }
  if (library == NULL) {
    remora_loader_say(text, ". %s.", advice);
  }
  return library;
}

/* Resolves every function. Returns the first missing one that a library of ABI minor `required_minor` must
 * have. */
REMORA_LOADER_INLINE const char* remora_loader_resolve(remora_api* api, int32_t required_minor) {
  const char* missing = NULL;
#define F(name, since, tag, parameters)                                    \
  remora_loader_os_find(api->library, "remora_" #name, &api->name);        \
  if (api->name == NULL && missing == NULL && (since) <= required_minor) { \
    missing = "remora_" #name;                                             \
  }
#include <remora/functions.def>
#undef F
  return missing;
}

/* Asks the library for its ABI version, before anything else, and holds it against what the host needs. */
REMORA_LOADER_INLINE int32_t remora_loader_check(remora_api* api, const char* name, int32_t required_minor,
                                                 remora_loader_text* text) {
  int32_t version;
  remora_loader_os_find(api->library, "remora_abi_version", &api->abi_version);
  if (api->abi_version == NULL) {
    remora_loader_say(text, "%s is not a Remora library: it has no function remora_abi_version. Check the path.", name);
    return REMORA_E_FORMAT;
  }
  version = api->abi_version();
  if ((version >> 16) != REMORA_ABI_MAJOR || (version & 0xFFFF) < required_minor) {
    remora_loader_say(text,
                      "%s has ABI version %d.%d, but this host needs %d.%d or a later %d.x. "
                      "Install a Remora with that ABI, or build the host against the headers of this one.",
                      name, version >> 16, version & 0xFFFF, REMORA_ABI_MAJOR, required_minor, REMORA_ABI_MAJOR);
    return REMORA_E_VERSION;
  }
  return REMORA_OK;
}

/* As remora_load, for a host that also runs with libraries older than its headers: of ABI 1.required_minor
 * and later. Members of functions added after that minor may be NULL; such a host looks before it calls. */
REMORA_LOADER_INLINE int32_t remora_load_minor(remora_api* api, const char* path, int32_t required_minor, char* message,
                                               uint64_t capacity) {
  char name[4096];
  remora_loader_text text;
  const char* missing;
  int32_t code;
  text.buffer = message;
  text.capacity = message == NULL ? 0 : capacity;
  text.used = 0;
  if (text.capacity > 0) {
    message[0] = '\0';
  }
  if (api == NULL) {
    remora_loader_say(&text, "remora_load was given no struct to fill (api is NULL).");
    return REMORA_E_INVALID;
  }
  memset(api, 0, sizeof *api);
  api->library = remora_loader_search(path, name, sizeof name, &text);
  if (api->library == NULL) {
    return REMORA_E_NOT_FOUND;
  }
  text.used = 0;
  if (text.capacity > 0) {
    message[0] = '\0';
  }
  code = remora_loader_check(api, name, required_minor, &text);
  if (code == REMORA_OK) {
    missing = remora_loader_resolve(api, required_minor);
    if (missing != NULL) {
      remora_loader_say(&text, "%s lacks the function %s, which every library of its ABI version has. Install it anew.",
                        name, missing);
      code = REMORA_E_FORMAT;
    }
  }
  if (code != REMORA_OK) {
    remora_loader_os_unload(api->library);
    memset(api, 0, sizeof *api);
  }
  return code;
}

/* Loads the library and fills *api. On failure every member is NULL.
 *
 * path               a file, or a bare name for the system's search; NULL or "" looks further: at the
 * environment variable REMORA_LIBRARY (which is ignored in a program that runs with more rights than its
 *                    caller), and without that by name in the system's search. What is given but cannot be
 * loaded is an error: nothing else is tried. message, capacity  receives the explanation of a failure: what
 * was tried, the system's reason, what to do; cut to fit, always ending in NUL; empty on success. May be NULL
 * with capacity 0
 *
 * Symbols of the library stay local to it (RTLD_LOCAL). Loading again gives a second struct onto the same
 * library. Errors: REMORA_E_INVALID (api is NULL), _NOT_FOUND (nothing could be loaded), _FORMAT (no Remora,
 * or not all of it), _VERSION (another ABI major, or a minor older than these headers). */
REMORA_LOADER_INLINE int32_t remora_load(remora_api* api, const char* path, char* message, uint64_t capacity) {
  return remora_load_minor(api, path, REMORA_ABI_MINOR, message, capacity);
}

/* Gives the library back and clears *api. Close all handles first. The plugin stays mapped for the life of
 * the process, so that a call that is still running elsewhere does no harm. */
REMORA_LOADER_INLINE void remora_unload(remora_api* api) {
  if (api != NULL && api->library != NULL) {
    remora_loader_os_unload(api->library);
    memset(api, 0, sizeof *api);
  }
}

#undef REMORA_LOADER_INLINE
#undef REMORA_LOADER_PRINTF
#pragma pop_macro("F")

#endif /* REMORA_REMORA_LOADER_H */
