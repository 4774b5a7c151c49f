#include "base/status.hpp"

#include <cerrno>
#include <cstdio>

namespace remora::base {
namespace {

Code code_of(int os_errno) {
  switch (os_errno) {
    case ENOSPC:
    case EDQUOT:
      return Code::kNoSpace;
    case EACCES:
    case EPERM:
    case ELOOP:
    case EROFS:
      return Code::kPermission;
    case ENOENT:
      return Code::kNotFound;
    case ENOMEM:
      return Code::kMemory;
    default:
      return Code::kIo;
  }
}

// strerror_r comes in two forms: XSI fills the buffer, GNU may return a constant string instead.
[[maybe_unused]] const char* strerror_text(int result, const char* buffer) {
  return result == 0 ? buffer : "?";
}
[[maybe_unused]] const char* strerror_text(const char* result, const char*) { return result; }

}  // namespace

Code Problem::set(Code code, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text_, sizeof text_, format, arguments);
  va_end(arguments);
  code_ = code;
  os_errno_ = 0;
  return code;
}

Code Problem::set_errno(int os_errno, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int written = std::vsnprintf(text_, sizeof text_, format, arguments);
  va_end(arguments);
  if (written >= 0 && static_cast<size_t>(written) < sizeof text_) {
    char buffer[96] = {};
    const char* reason = strerror_text(strerror_r(os_errno, buffer, sizeof buffer), buffer);
    const size_t used = static_cast<size_t>(written);
    std::snprintf(text_ + used, sizeof text_ - used, ": %s (errno %d)", reason, os_errno);
  }
  code_ = code_of(os_errno);
  os_errno_ = os_errno;
  return code_;
}

void Problem::prefix(const char* format, ...) {
  char context[kTextSize];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(context, sizeof context, format, arguments);
  va_end(arguments);
  char joined[2 * kTextSize + 4];
  std::snprintf(joined, sizeof joined, "%s: %s", context, text_);
  std::snprintf(text_, sizeof text_, "%.*s", static_cast<int>(sizeof text_ - 1), joined);
}

void Problem::clear() {
  code_ = Code::kOk;
  os_errno_ = 0;
  text_[0] = '\0';
}

namespace {

struct Row {
  int32_t number;
  const char* name;
  const char* clause;
};

#define REMORA_STATUS_ROW(name, number, clause) {number, #name, clause},
constexpr Row kRows[] = {REMORA_STATUS_LIST(REMORA_STATUS_ROW)};
#undef REMORA_STATUS_ROW

const Row* row_of(int32_t code) {
  for (const Row& row : kRows) {
    if (row.number == code) {
      return &row;
    }
  }
  return nullptr;
}

}  // namespace

const char* code_name(int32_t code) {
  const Row* row = row_of(code);
  return row == nullptr ? nullptr : row->name;
}

const char* code_clause(int32_t code) {
  const Row* row = row_of(code);
  return row == nullptr ? nullptr : row->clause;
}

}  // namespace remora::base
