/* The two functions of libsodium's general files that BLAKE2b calls. The files themselves would bring random numbers and
 * locked memory along. */
#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "utils.h"

void sodium_memzero(void *const pointer, const size_t size) { explicit_bzero(pointer, size); }

/* Called for lengths that the public functions refuse beforehand. */
void sodium_misuse(void) { abort(); }
