/* What no public header may be: a struct with a hole. The check of the headers has to refuse it. */
#include <stdint.h>

struct remora_padded {
  uint32_t narrow;
  uint64_t wide;
};
