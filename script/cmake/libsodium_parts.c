/* The two functions of libsodium's general files that BLAKE2b calls. The files themselves would bring random
 * numbers and locked memory along. */
#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "utils.h"

/* Not explicit_bzero: the plugin would demand a newer C library of its hosts. */
void sodium_memzero(void* const pointer, const size_t size) {
  memset(pointer, 0, size);
  __asm__ __volatile__("" : : "r"(pointer) : "memory");
}

/* Called for lengths that the public functions refuse beforehand. */
void sodium_misuse(void) { abort(); }
