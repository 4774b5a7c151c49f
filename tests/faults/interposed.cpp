// The C library's functions that the plugin imports and that the system may refuse, in the library's place.
// Each passes on to the real one, or fails as interposition.hpp decides.
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cstdarg>

#include "faults/interposition.hpp"

using remora::test::Call;
using remora::test::from_plugin;
using remora::test::Function;
using remora::test::next;
using remora::test::pass;
using remora::test::pass_counted;
using remora::test::verdict;

#pragma GCC visibility push(default)
extern "C" {

// --- files by name

int open(const char* path, int flags, ...) {
  static auto* const real = next<int(const char*, int, ...)>("open");
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : mode_t{0};
  va_end(arguments);
  return pass(__builtin_return_address(0),
              {.function = Function::kOpen, .descriptor = AT_FDCWD, .name = path, .flags = flags}, -1,
              [&] { return real(path, flags, mode); });
}

int openat(int folder, const char* path, int flags, ...) {
  static auto* const real = next<int(int, const char*, int, ...)>("openat");
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : mode_t{0};
  va_end(arguments);
  return pass(__builtin_return_address(0),
              {.function = Function::kOpenat, .descriptor = folder, .name = path, .flags = flags}, -1,
              [&] { return real(folder, path, flags, mode); });
}

int access(const char* path, int mode) noexcept {
  static auto* const real = next<int(const char*, int)>("access");
  return pass(__builtin_return_address(0), {.function = Function::kAccess, .name = path}, -1,
              [&] { return real(path, mode); });
}

int stat(const char* path, struct stat* status) noexcept {
  static auto* const real = next<int(const char*, struct stat*)>("stat");
  return pass(__builtin_return_address(0), {.function = Function::kStat, .name = path}, -1,
              [&] { return real(path, status); });
}

int fstatat(int folder, const char* path, struct stat* status, int flags) noexcept {
  static auto* const real = next<int(int, const char*, struct stat*, int)>("fstatat");
  return pass(__builtin_return_address(0),
              {.function = Function::kFstatat, .descriptor = folder, .name = path, .flags = flags}, -1,
              [&] { return real(folder, path, status, flags); });
}

int mkdir(const char* path, mode_t mode) noexcept {
  static auto* const real = next<int(const char*, mode_t)>("mkdir");
  return pass(__builtin_return_address(0),
              {.function = Function::kMkdir, .descriptor = AT_FDCWD, .name = path}, -1,
              [&] { return real(path, mode); });
}

int mkdirat(int folder, const char* path, mode_t mode) noexcept {
  static auto* const real = next<int(int, const char*, mode_t)>("mkdirat");
  return pass(__builtin_return_address(0),
              {.function = Function::kMkdirat, .descriptor = folder, .name = path}, -1,
              [&] { return real(folder, path, mode); });
}

int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
  static auto* const real = next<int(int, const char*, int, const char*)>("renameat");
  return pass(__builtin_return_address(0),
              {.function = Function::kRenameat, .descriptor = from_folder, .name = from, .new_name = to}, -1,
              [&] { return real(from_folder, from, to_folder, to); });
}

int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) noexcept {
  static auto* const real = next<int(int, const char*, int, const char*, unsigned)>("renameat2");
  return pass(__builtin_return_address(0),
              {.function = Function::kRenameat2, .descriptor = from_folder, .name = from, .new_name = to}, -1,
              [&] { return real(from_folder, from, to_folder, to, flags); });
}

int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) noexcept {
  static auto* const real = next<int(int, const char*, int, const char*, int)>("linkat");
  return pass(__builtin_return_address(0),
              {.function = Function::kLinkat, .descriptor = from_folder, .name = from, .new_name = to}, -1,
              [&] { return real(from_folder, from, to_folder, to, flags); });
}

int unlinkat(int folder, const char* path, int flags) noexcept {
  static auto* const real = next<int(int, const char*, int)>("unlinkat");
  return pass(__builtin_return_address(0),
              {.function = Function::kUnlinkat, .descriptor = folder, .name = path}, -1,
              [&] { return real(folder, path, flags); });
}

char* realpath(const char* path, char* resolved) noexcept {
  static auto* const real = next<char*(const char*, char*)>("realpath");
  return pass<char*>(__builtin_return_address(0), {.function = Function::kRealpath, .name = path}, nullptr,
                     [&] { return real(path, resolved); });
}

// --- open files

// A descriptor is gone even when closing it fails.
int close(int descriptor) {
  static auto* const real = next<int(int)>("close");
  if (!from_plugin(__builtin_return_address(0))) {
    return real(descriptor);
  }
  const Call call{.function = Function::kClose, .descriptor = descriptor};
  const int wrong = verdict(call);
  remora::test::tell_observer(call, false, 0);
  const int result = real(descriptor);
  if (wrong > 0) {
    errno = wrong;
    return -1;
  }
  return result;
}

int fcntl(int descriptor, int command, ...) {
  static auto* const real = next<int(int, int, ...)>("fcntl");
  va_list arguments;
  va_start(arguments, command);
  auto* const argument = va_arg(arguments, void*);
  va_end(arguments);
  return pass(__builtin_return_address(0),
              {.function = Function::kFcntl, .descriptor = descriptor, .flags = command}, -1,
              [&] { return real(descriptor, command, argument); });
}

int fstat(int descriptor, struct stat* status) noexcept {
  static auto* const real = next<int(int, struct stat*)>("fstat");
  return pass(__builtin_return_address(0), {.function = Function::kFstat, .descriptor = descriptor}, -1,
              [&] { return real(descriptor, status); });
}

int fstatfs(int descriptor, struct statfs* status) noexcept {
  static auto* const real = next<int(int, struct statfs*)>("fstatfs");
  return pass(__builtin_return_address(0), {.function = Function::kFstatfs, .descriptor = descriptor}, -1,
              [&] { return real(descriptor, status); });
}

int fallocate(int descriptor, int mode, off_t offset, off_t length) {
  static auto* const real = next<int(int, int, off_t, off_t)>("fallocate");
  return pass(__builtin_return_address(0),
              {.function = Function::kFallocate,
               .descriptor = descriptor,
               .length = static_cast<uint64_t>(length),
               .offset = offset,
               .flags = mode},
              -1, [&] { return real(descriptor, mode, offset, length); });
}

int ftruncate(int descriptor, off_t length) noexcept {
  static auto* const real = next<int(int, off_t)>("ftruncate");
  return pass(__builtin_return_address(0),
              {.function = Function::kFtruncate, .descriptor = descriptor, .offset = length}, -1,
              [&] { return real(descriptor, length); });
}

int fsync(int descriptor) {
  static auto* const real = next<int(int)>("fsync");
  return pass(__builtin_return_address(0), {.function = Function::kFsync, .descriptor = descriptor}, -1,
              [&] { return real(descriptor); });
}

int sync_file_range(int descriptor, off64_t offset, off64_t length, unsigned flags) {
  static auto* const real = next<int(int, off64_t, off64_t, unsigned)>("sync_file_range");
  return pass(__builtin_return_address(0), {.function = Function::kSyncFileRange, .descriptor = descriptor},
              -1, [&] { return real(descriptor, offset, length, flags); });
}

ssize_t read(int descriptor, void* memory, size_t count) {
  static auto* const real = next<ssize_t(int, void*, size_t)>("read");
  return pass_counted(__builtin_return_address(0), {.function = Function::kRead, .descriptor = descriptor},
                      count, [&](size_t part) { return real(descriptor, memory, part); });
}

ssize_t pread(int descriptor, void* memory, size_t count, off_t offset) {
  static auto* const real = next<ssize_t(int, void*, size_t, off_t)>("pread");
  return pass_counted(__builtin_return_address(0), {.function = Function::kPread, .descriptor = descriptor},
                      count, [&](size_t part) { return real(descriptor, memory, part, offset); });
}

ssize_t write(int descriptor, const void* memory, size_t count) {
  static auto* const real = next<ssize_t(int, const void*, size_t)>("write");
  return pass_counted(
      __builtin_return_address(0),
      {.function = Function::kWrite, .descriptor = descriptor, .memory = memory, .length = count}, count,
      [&](size_t part) { return real(descriptor, memory, part); });
}

ssize_t pwrite(int descriptor, const void* memory, size_t count, off_t offset) {
  static auto* const real = next<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  return pass_counted(__builtin_return_address(0),
                      {.function = Function::kPwrite,
                       .descriptor = descriptor,
                       .memory = memory,
                       .length = count,
                       .offset = offset},
                      count, [&](size_t part) { return real(descriptor, memory, part, offset); });
}

DIR* fdopendir(int descriptor) {
  static auto* const real = next<DIR*(int)>("fdopendir");
  return pass<DIR*>(__builtin_return_address(0), {.function = Function::kFdopendir, .descriptor = descriptor},
                    nullptr, [&] { return real(descriptor); });
}

// The end of the folder and an error look alike but for errno.
dirent* readdir(DIR* stream) {
  static auto* const real = next<dirent*(DIR*)>("readdir");
  return pass<dirent*>(__builtin_return_address(0), {.function = Function::kReaddir}, nullptr,
                       [&] { return real(stream); });
}

int closedir(DIR* stream) {
  static auto* const real = next<int(DIR*)>("closedir");
  const int result = real(stream);
  return pass(__builtin_return_address(0), {.function = Function::kClosedir}, -1, [&] { return result; });
}

// --- memory

void* mmap(void* address, size_t length, int protection, int flags, int descriptor, off_t offset) noexcept {
  static auto* const real = next<void*(void*, size_t, int, int, int, off_t)>("mmap");
  const void* const caller = __builtin_return_address(0);
  const Call call{.function = Function::kMmap,
                  .descriptor = descriptor,
                  .length = length,
                  .offset = offset,
                  .flags = flags};
  void* const memory = pass<void*>(
      caller, call, MAP_FAILED, [&] { return real(address, length, protection, flags, descriptor, offset); });
  if (memory != MAP_FAILED && (flags & MAP_SHARED) != 0 && from_plugin(caller)) {
    Call mapped = call;  // where it lies is known only now
    mapped.memory = memory;
    remora::test::tell_observer(mapped, true, 0);
  }
  return memory;
}

int munmap(void* address, size_t length) noexcept {
  static auto* const real = next<int(void*, size_t)>("munmap");
  return pass(__builtin_return_address(0),
              {.function = Function::kMunmap, .memory = address, .length = length}, -1,
              [&] { return real(address, length); });
}

int mprotect(void* address, size_t length, int protection) noexcept {
  static auto* const real = next<int(void*, size_t, int)>("mprotect");
  return pass(__builtin_return_address(0),
              {.function = Function::kMprotect, .memory = address, .length = length}, -1,
              [&] { return real(address, length, protection); });
}

int madvise(void* address, size_t length, int advice) noexcept {
  static auto* const real = next<int(void*, size_t, int)>("madvise");
  return pass(__builtin_return_address(0),
              {.function = Function::kMadvise, .memory = address, .length = length, .flags = advice}, -1,
              [&] { return real(address, length, advice); });
}

int msync(void* address, size_t length, int flags) {
  static auto* const real = next<int(void*, size_t, int)>("msync");
  return pass(__builtin_return_address(0),
              {.function = Function::kMsync, .memory = address, .length = length, .flags = flags}, -1,
              [&] { return real(address, length, flags); });
}

// --- the rest

ssize_t getrandom(void* memory, size_t count, unsigned flags) {
  static auto* const real = next<ssize_t(void*, size_t, unsigned)>("getrandom");
  return pass_counted(__builtin_return_address(0), {.function = Function::kGetrandom}, count,
                      [&](size_t part) { return real(memory, part, flags); });
}

int getrlimit(__rlimit_resource_t resource, rlimit* limit) noexcept {
  static auto* const real = next<int(__rlimit_resource_t, rlimit*)>("getrlimit");
  return pass(__builtin_return_address(0), {.function = Function::kGetrlimit}, -1,
              [&] { return real(resource, limit); });
}

int getrusage(__rusage_who_t who, rusage* usage) noexcept {
  static auto* const real = next<int(__rusage_who_t, rusage*)>("getrusage");
  return pass(__builtin_return_address(0), {.function = Function::kGetrusage}, -1,
              [&] { return real(who, usage); });
}

long sysconf(int name) noexcept {
  static auto* const real = next<long(int)>("sysconf");
  return pass(__builtin_return_address(0), {.function = Function::kSysconf}, -1L, [&] { return real(name); });
}

long syscall(long number, ...) noexcept {
  static auto* const real = next<long(long, ...)>("syscall");
  va_list list;
  va_start(list, number);
  long a[6];
  for (long& argument : a) {
    argument = va_arg(list, long);
  }
  va_end(list);
  return pass(__builtin_return_address(0), {.function = Function::kSyscall}, -1L,
              [&] { return real(number, a[0], a[1], a[2], a[3], a[4], a[5]); });
}

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*),
                   void* argument) noexcept {
  static auto* const real =
      next<int(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*)>("pthread_create");
  if (from_plugin(__builtin_return_address(0))) {
    if (const int wrong = verdict({.function = Function::kPthreadCreate}); wrong > 0) {
      return wrong;  // says its error, and leaves errno alone
    }
  }
  return real(thread, attributes, start, argument);
}

}  // extern "C"
#pragma GCC visibility pop
