#include "base/os_random.hpp"

#include <sys/random.h>

#include <cerrno>

#include "base/retry_posix.hpp"

namespace remora::base {

Code os_random(std::span<std::byte> bytes, Problem& problem) {
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t part = retry([&] { return getrandom(bytes.data() + done, bytes.size() - done, 0); });
    if (part <= 0) {
      return problem.set_errno(errno, "the system gives no random numbers");
    }
    done += static_cast<size_t>(part);
  }
  return Code::kOk;
}

Code os_random_u64(uint64_t* out, Problem& problem) {
  *out = 0;
  uint64_t value = 0;
  const Code code = os_random(std::as_writable_bytes(std::span(&value, 1)), problem);
  if (ok(code)) {
    *out = value;
  }
  return code;
}

}  // namespace remora::base
