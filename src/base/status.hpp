// Result codes and their explanation, as used inside the library: functions return a Code and fill a Problem.
#pragma once

#include <cstdarg>
#include <cstdint>
#include <cstring>

#include <remora/status.h>

namespace remora::base {

// The codes of <remora/status.h>, typed.
enum class Code : int32_t {
  kOk = REMORA_OK,
  kInvalid = REMORA_E_INVALID,
  kHandle = REMORA_E_HANDLE,
  kVersion = REMORA_E_VERSION,
  kUnsupported = REMORA_E_UNSUPPORTED,
  kNotFound = REMORA_E_NOT_FOUND,
  kExists = REMORA_E_EXISTS,
  kFull = REMORA_E_FULL,
  kBuffer = REMORA_E_BUFFER,
  kAlreadyRecorded = REMORA_E_ALREADY_RECORDED,
  kExpired = REMORA_E_EXPIRED,
  kIo = REMORA_E_IO,
  kNoSpace = REMORA_E_NO_SPACE,
  kPermission = REMORA_E_PERMISSION,
  kDamaged = REMORA_E_DAMAGED,
  kFormat = REMORA_E_FORMAT,
  kBusy = REMORA_E_BUSY,
  kConfig = REMORA_E_CONFIG,
  kMemory = REMORA_E_MEMORY,
  kState = REMORA_E_STATE,
  kInternal = REMORA_E_INTERNAL,
};

inline bool ok(Code code) { return code == Code::kOk; }

// Where a function explains a failure. Fixed size: explaining allocates nothing. Its text may already hold
// context from below; callers above add theirs with `prefix`.
class Problem {
 public:
  // Leaves the text's bytes alone but the first: every call on the hot path makes a Problem.
  Problem() { text_[0] = '\0'; }  // NOLINT(cppcoreguidelines-pro-type-member-init)

  // Says what was wrong, with which value, and what to do (printf form). Returns `code`, so that a failing
  // function ends in `return problem.set(...)`.
  [[gnu::format(printf, 3, 4), gnu::cold]] Code set(Code code, const char* format, ...);

  // The same for a failed system call: keeps errno, appends its text, and maps it to the nearest code
  // (ENOSPC and EDQUOT to kNoSpace, EACCES, EPERM, ELOOP and EROFS to kPermission, ENOENT to kNotFound,
  // ENOMEM to kMemory, otherwise kIo).
  [[gnu::format(printf, 3, 4)]] Code set_errno(int os_errno, const char* format, ...);

  // Puts "<context>: " before the text, cutting the text's end when it no longer fits.
  [[gnu::format(printf, 2, 3)]] void prefix(const char* format, ...);

  void clear();

  Code code() const { return code_; }
  int os_errno() const { return os_errno_; }
  const char* text() const { return text_; }

  static constexpr size_t kTextSize = 240;

 private:
  Code code_ = Code::kOk;
  int os_errno_ = 0;
  char text_[kTextSize];
};

// Name and clause of a code as <remora/status.h> lists them; nullptr for a number that is none.
const char* code_name(int32_t code);
const char* code_clause(int32_t code);

}  // namespace remora::base
