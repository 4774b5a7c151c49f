// The operating system's random numbers, replaced in this program by a stream that begins anew with each
// input: an input does the same each time, on any machine.
#include "fuzz/steady_random.hpp"

#include <sys/random.h>

#include <cstring>

#include "base/thread_context.hpp"

namespace {

uint64_t g_state = 0;

uint64_t next() {
  uint64_t z = g_state += 0x9E3779B97F4A7C15ULL;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ z >> 27) * 0x94D049BB133111EBULL;
  return z ^ z >> 31;
}

}  // namespace

// Found by the linker before the C library's.
extern "C" ssize_t getrandom(void* buffer, size_t size, unsigned int) {
  auto* to = static_cast<unsigned char*>(buffer);
  for (size_t done = 0; done < size; done += sizeof(uint64_t)) {
    const uint64_t number = next();
    std::memcpy(to + done, &number, size - done < sizeof number ? size - done : sizeof number);
  }
  return static_cast<ssize_t>(size);
}

namespace remora::fuzz {

void restart_random() {
  g_state = 1;
  base::reseed_after_fork();
}

}  // namespace remora::fuzz
