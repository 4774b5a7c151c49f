#include "base/file_lock.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <utility>

#include "base/clock.hpp"
#include "base/retry_posix.hpp"

namespace remora::base {
namespace {

constexpr int64_t kShortestSleep = 100 * kNanosPerMicrosecond;
constexpr int64_t kLongestSleep = 5 * kNanosPerMillisecond;

uint64_t bit_of(uint64_t byte) { return uint64_t{1} << (byte % 64); }

struct flock region(short type, uint64_t byte) {
  struct flock lock {};  // l_pid must be 0 for this kind of lock
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = static_cast<off_t>(byte);
  lock.l_len = 1;
  return lock;
}

}  // namespace

Code LockFile::open(const Directory& directory, const char* name, Problem& problem) {
  close();
  const FileAccess access = directory.rules().read_only ? FileAccess::kRead : FileAccess::kCreate;
  File file;
  if (const Code code = File::open(directory, name, access, &file, problem); !ok(code)) {
    return code;
  }
  struct flock probe = region(F_WRLCK, 0);
  if (retry([&] { return fcntl(file.fd(), F_OFD_GETLK, &probe); }) != 0) {
    return problem.set(Code::kUnsupported, "%s/%s: no open-file-description locks here (errno %d)",
                       directory.path().data(), name, errno);
  }
  directory_ = &directory;
  name_ = name;
  file_ = std::move(file);
  return Code::kOk;
}

void LockFile::close() {
  file_.close();
  for (size_t i = 0; i < held_.size(); ++i) {
    held_[i].store(0, std::memory_order_release);
    left_over_[i].store(0, std::memory_order_relaxed);
  }
  any_left_over_.store(false, std::memory_order_relaxed);
}

bool LockFile::is_current() const {
  Problem ignored;
  FileIdentity opened;
  FileIdentity named;
  if (!is_open() || !ok(file_.identity(&opened, ignored))) {
    return is_open();
  }
  const Code code = File::identity_of(*directory_, name_.c_str(), &named, ignored);
  return ok(code) ? opened.device == named.device && opened.inode == named.inode : code != Code::kNotFound;
}

Code LockFile::try_lock(uint64_t byte, bool* granted, Problem& problem) {
  *granted = false;
  if (byte >= kBytes) {
    return problem.set(Code::kInvalid, "byte %" PRIu64 " of a lock file of %" PRIu64, byte, kBytes);
  }
  if (!is_open()) {
    return problem.set(Code::kState, "the lock file is not open");
  }
  give_back_left_over();
  std::atomic<uint64_t>& word = held_[byte / 64];
  // Pairs with the release in unlock: this thread sees what the holder before it wrote.
  if ((word.fetch_or(bit_of(byte), std::memory_order_acquire) & bit_of(byte)) != 0) {
    return Code::kOk;  // another thread here
  }
  struct flock lock = region(F_WRLCK, byte);
  if (retry([&] { return fcntl(file_.fd(), F_OFD_SETLK, &lock); }) == 0) {
    left_over_[byte / 64].fetch_and(~bit_of(byte), std::memory_order_relaxed);  // held for good now
    *granted = true;
    return Code::kOk;
  }
  const int os_errno = errno;
  word.fetch_and(~bit_of(byte), std::memory_order_release);
  if (os_errno == EAGAIN || os_errno == EACCES) {
    return Code::kOk;  // another process
  }
  if (os_errno == EBADF) {
    return problem.set(Code::kPermission, "%s/%s is open for reading only: its locks cannot be taken",
                       directory_->path().data(), name_.c_str());
  }
  return problem.set_errno(os_errno, "cannot lock byte %" PRIu64 " of %s/%s", byte, directory_->path().data(),
                           name_.c_str());
}

Code LockFile::lock_for(uint64_t byte, int64_t timeout_ns, Problem& problem) {
  const int64_t begin = monotonic_ns();
  int64_t sleep = kShortestSleep;
  for (;;) {
    bool granted = false;
    if (const Code code = try_lock(byte, &granted, problem); !ok(code) || granted) {
      return code;
    }
    const int64_t left = timeout_ns - (monotonic_ns() - begin);
    if (left <= 0) {
      return problem.set(Code::kBusy,
                         "byte %" PRIu64 " of %s/%s is still locked elsewhere after %" PRId64 " ms", byte,
                         directory_->path().data(), name_.c_str(), timeout_ns / kNanosPerMillisecond);
    }
    sleep_ns(std::min(sleep, left));
    sleep = std::min(2 * sleep, kLongestSleep);
  }
}

void LockFile::unlock(uint64_t byte) {
  if (!is_held_here(byte)) {
    return;
  }
  if (!give_back(byte)) {
    left_over_[byte / 64].fetch_or(bit_of(byte), std::memory_order_relaxed);
    any_left_over_.store(true, std::memory_order_release);
  }
  // The kernel's lock first: a thread here that sees the bit clear must find the byte free. Pairs with
  // try_lock.
  held_[byte / 64].fetch_and(~bit_of(byte), std::memory_order_release);
}

bool LockFile::give_back(uint64_t byte) {
  struct flock lock = region(F_UNLCK, byte);
  return retry([&] { return fcntl(file_.fd(), F_OFD_SETLK, &lock); }) == 0;
}

void LockFile::give_back_left_over() {
  if (!any_left_over_.exchange(false, std::memory_order_acquire)) {
    return;
  }
  bool any = false;
  for (uint64_t byte = 0; byte < kBytes; ++byte) {
    std::atomic<uint64_t>& left = left_over_[byte / 64];
    std::atomic<uint64_t>& held = held_[byte / 64];
    if ((left.load(std::memory_order_relaxed) & bit_of(byte)) == 0) {
      continue;
    }
    if ((held.fetch_or(bit_of(byte), std::memory_order_acquire) & bit_of(byte)) != 0) {
      any = true;  // another thread is about to take it
      continue;
    }
    if (give_back(byte)) {
      left.fetch_and(~bit_of(byte), std::memory_order_relaxed);
    } else {
      any = true;
    }
    held.fetch_and(~bit_of(byte), std::memory_order_release);
  }
  if (any) {
    any_left_over_.store(true, std::memory_order_release);
  }
}

bool LockFile::is_held_by_other(uint64_t byte) const {
  if (!is_open() || byte >= kBytes) {
    return false;
  }
  struct flock lock = region(F_WRLCK, byte);
  return retry([&] { return fcntl(file_.fd(), F_OFD_GETLK, &lock); }) != 0 || lock.l_type != F_UNLCK;
}

bool LockFile::is_held_here(uint64_t byte) const {
  return byte < kBytes && (held_[byte / 64].load(std::memory_order_relaxed) & bit_of(byte)) != 0;
}

Code LockFile::reopen_after_fork(Problem& problem) {
  if (directory_ == nullptr) {
    return problem.set(Code::kState, "the lock file was never open");
  }
  // Closing drops nothing of the parent's: the lock lives until the last descriptor of that opening is gone.
  const String name = name_;
  return open(*directory_, name.c_str(), problem);
}

ByteLock::ByteLock(ByteLock&& other) noexcept
    : file_(std::exchange(other.file_, nullptr)), byte_(other.byte_) {}

ByteLock& ByteLock::operator=(ByteLock&& other) noexcept {
  if (this != &other) {
    unlock();
    file_ = std::exchange(other.file_, nullptr);
    byte_ = other.byte_;
  }
  return *this;
}

ByteLock::~ByteLock() { unlock(); }

Code ByteLock::try_lock(LockFile& file, uint64_t byte, Problem& problem) {
  unlock();
  bool granted = false;
  const Code code = file.try_lock(byte, &granted, problem);
  if (granted) {
    file_ = &file;
    byte_ = byte;
  }
  return code;
}

Code ByteLock::lock_for(LockFile& file, uint64_t byte, int64_t timeout_ns, Problem& problem) {
  unlock();
  const Code code = file.lock_for(byte, timeout_ns, problem);
  if (ok(code)) {
    file_ = &file;
    byte_ = byte;
  }
  return code;
}

void ByteLock::unlock() {
  if (file_ != nullptr) {
    std::exchange(file_, nullptr)->unlock(byte_);
  }
}

}  // namespace remora::base
