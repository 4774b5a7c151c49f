// Text that leaves through a buffer of the caller: buffer, capacity, needed (with the NUL).
#pragma once

#include <cstring>
#include <string_view>

#include "base/status.hpp"

namespace remora::shim {

// Writes `text` and a NUL when both fit. Errors: kBuffer (nothing is written but *needed), kInvalid.
inline base::Code write_text(std::string_view text, char* buffer, uint64_t capacity, uint64_t* needed,
                             base::Problem& problem) {
  if (needed != nullptr) {
    *needed = text.size() + 1;
  }
  if (capacity < text.size() + 1) {
    return problem.set(base::Code::kBuffer, "the text takes %zu bytes, the buffer has %llu", text.size() + 1,
                       static_cast<unsigned long long>(capacity));
  }
  if (buffer == nullptr) {
    return problem.set(base::Code::kInvalid, "buffer is NULL while its capacity is %llu",
                       static_cast<unsigned long long>(capacity));
  }
  std::memcpy(buffer, text.data(), text.size());
  buffer[text.size()] = '\0';
  return base::Code::kOk;
}

// Most bytes of what a host hands over. A size that was never set must not lead out of its text.
inline constexpr uint64_t kMostPathBytes = 4'095;
inline constexpr uint64_t kMostArenaBytes = 64U << 20;
inline constexpr uint64_t kCheckedLater = UINT64_MAX;  // by who knows the better error

// A text argument: pointer and size. Errors: kInvalid for NULL with a size, and for more than `most` bytes,
// before any of them is read.
inline base::Code read_text(const char* text, uint64_t size, uint64_t most, const char* name,
                            std::string_view* out, base::Problem& problem) {
  if (text == nullptr && size != 0) {
    return problem.set(base::Code::kInvalid, "%s is NULL while its size is %llu", name,
                       static_cast<unsigned long long>(size));
  }
  if (size > most) {
    return problem.set(base::Code::kInvalid, "%s has %llu bytes: at most %llu", name,
                       static_cast<unsigned long long>(size), static_cast<unsigned long long>(most));
  }
  *out = {text, static_cast<size_t>(size)};
  return base::Code::kOk;
}

}  // namespace remora::shim
