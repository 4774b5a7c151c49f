// System calls that a signal interrupted are made again.
#pragma once

#include <cerrno>

namespace remora::base {

// Calls until the result is not -1 with EINTR. Not for close(2), which has closed even then.
template <typename Call>
auto retry(Call&& call) {
  auto result = call();
  while (result == -1 && errno == EINTR) {
    result = call();
  }
  return result;
}

}  // namespace remora::base
