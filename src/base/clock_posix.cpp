#include "base/clock.hpp"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

#include <xxhash.h>

#include "base/file.hpp"
#include "base/retry_posix.hpp"

namespace remora::base {
namespace {

int64_t read_clock(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);  // fails for an unknown clock only
  return static_cast<int64_t>(now.tv_sec) * kNanosPerSecond + now.tv_nsec;
}

}  // namespace

int64_t coarse_now_ns() { return read_clock(CLOCK_REALTIME_COARSE); }

int64_t now_ns() { return read_clock(CLOCK_REALTIME); }

int64_t monotonic_ns() { return read_clock(CLOCK_BOOTTIME); }

void sleep_ns(int64_t duration_ns) {
  if (duration_ns <= 0) {
    return;
  }
  timespec left{static_cast<time_t>(duration_ns / kNanosPerSecond),
                static_cast<long>(duration_ns % kNanosPerSecond)};
  while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR) {
  }
}

uint64_t boot_id() {
  const int fd = descriptor_above_standard(
      retry([] { return open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC); }));
  if (fd < 0) {
    return 0;
  }
  char text[36];  // a UUID
  const ssize_t size = retry([&] { return read(fd, text, sizeof text); });
  close(fd);
  if (size != static_cast<ssize_t>(sizeof text)) {
    return 0;
  }
  const uint64_t hash = XXH3_64bits(text, sizeof text);
  return hash == 0 ? 1 : hash;
}

}  // namespace remora::base
