// Between interposed.cpp, which stands in the C library's place, and system_calls.cpp, which decides.
#pragma once

#include <dlfcn.h>
#include <time.h>

#include <cerrno>
#include <cstdint>

#include "faults/system_calls.hpp"

namespace remora::test {

// The function that this program's own hides.
template <class Type>
Type* next(const char* name) {
  return reinterpret_cast<Type*>(dlsym(RTLD_NEXT, name));
}

// Whether the return address lies in the plugin, which is being watched.
bool from_plugin(const void* caller);

// What shall happen to this call: 0 nothing, an errno, or Fault::kShort.
int verdict(const Call& call);

void tell_observer(const Call& call, bool done, int64_t result);

// The plugin's clock, from the machine's.
timespec shifted(clockid_t clock, timespec time);
int64_t clock_shift(clockid_t clock);

// Makes the call, or lets it fail: `failed` is what the function returns then, with errno set.
template <class Result, class Real>
Result pass(const void* caller, const Call& call, Result failed, const Real& real) {
  if (!from_plugin(caller)) {
    return real();
  }
  const int before = errno;
  const int wrong = verdict(call);
  if (wrong > 0) {
    errno = wrong;
    return failed;
  }
  tell_observer(call, false, 0);
  errno = before;
  const Result result = real();
  const int os_errno = errno;
  tell_observer(call, true, result == failed ? -1 : 0);
  errno = os_errno;
  return result;
}

// The same for functions that say how many of `count` bytes they dealt with.
template <class Real>
ssize_t pass_counted(const void* caller, const Call& call, size_t count, const Real& real) {
  if (!from_plugin(caller)) {
    return real(count);
  }
  const int before = errno;
  const int wrong = verdict(call);
  if (wrong > 0) {
    errno = wrong;
    return -1;
  }
  tell_observer(call, false, 0);
  errno = before;
  const ssize_t result = real(wrong == Fault::kShort && count > 1 ? count / 2 : count);
  const int os_errno = errno;
  tell_observer(call, true, result);
  errno = os_errno;
  return result;
}

}  // namespace remora::test
