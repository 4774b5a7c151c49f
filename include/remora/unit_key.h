/* A key for a unit that has a name, such as a user's or a session's id. Needs no library; each host language has it, with
 * the same answer. */
#ifndef REMORA_UNIT_KEY_H
#define REMORA_UNIT_KEY_H

#include <stdint.h>

/* The unit_key of a name: FNV-1a of 64 bits (Fowler, Noll and Vo; draft-eastlake-fnv) of its bytes in UTF-8, and 1 where
 * that is 0, for 0 means no unit. Since 1.1 */
static inline uint64_t remora_unit_key(const char* name, uint64_t name_size) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (uint64_t i = 0; i < name_size; ++i) {
    hash = (hash ^ (name[i] & 0xFF)) * 0x100000001b3u;
  }
  return hash != 0 ? hash : 1;
}

#endif /* REMORA_UNIT_KEY_H */
