#include "base/file.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cinttypes>
#include <string_view>
#include <utility>

#include "base/retry_posix.hpp"

namespace remora::base {
namespace {

FileIdentity identity_from(const struct stat& status) {
  return {static_cast<uint64_t>(status.st_dev), static_cast<uint64_t>(status.st_ino),
          static_cast<uint64_t>(status.st_size),
          static_cast<int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec};
}

Code check(const struct stat& status, const Directory& directory, const char* name, Problem& problem) {
  const char* path = directory.path().data();
  if (!S_ISREG(status.st_mode)) {
    return problem.set(Code::kPermission, "%s/%s is not a regular file; put a file there", path, name);
  }
  if (status.st_uid != 0 && status.st_uid != geteuid()) {
    return problem.set(Code::kPermission, "%s/%s belongs to user %u, this process runs as user %u", path,
                       name, status.st_uid, geteuid());
  }
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return problem.set(Code::kPermission, "%s/%s has mode %04o: others may write it; chmod go-w", path, name,
                       status.st_mode & 07777U);
  }
  if (status.st_nlink != 1) {
    return problem.set(Code::kPermission,
                       "%s/%s has %ju links; it must have one, else it can be changed elsewhere", path, name,
                       static_cast<uintmax_t>(status.st_nlink));
  }
  return Code::kOk;
}

int flags_of(FileAccess access) {
  switch (access) {
    case FileAccess::kRead:
      return O_RDONLY;
    case FileAccess::kReadWrite:
      return O_RDWR;
    case FileAccess::kCreate:
      return O_RDWR | O_CREAT;
    case FileAccess::kCreateNew:
      return O_RDWR | O_CREAT | O_EXCL;
  }
  return O_RDONLY;
}

Code explain_open_failure(int os_errno, const Directory& directory, const char* name, Problem& problem) {
  const char* path = directory.path().data();
  if (os_errno == ELOOP) {
    return problem.set(Code::kPermission,
                       "%s/%s is a symbolic link, which is not followed; put the file itself there", path,
                       name);
  }
  if (os_errno == EEXIST) {
    return problem.set(Code::kExists, "%s/%s is there already", path, name);
  }
  if (os_errno == ENXIO || os_errno == EISDIR) {
    return problem.set(Code::kPermission, "%s/%s is not a regular file; put a file there", path, name);
  }
  return problem.set_errno(os_errno, "cannot open %s/%s", path, name);
}

// Growing a file beyond RLIMIT_FSIZE raises SIGXFSZ, which would end the host.
Code check_size_limit(uint64_t end, Problem& problem) {
  rlimit limit{};
  if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && end > limit.rlim_cur) {
    return problem.set(Code::kNoSpace,
                       "%" PRIu64 " bytes are more than the process may give a file (ulimit -f: %" PRIu64 ")",
                       end, static_cast<uint64_t>(limit.rlim_cur));
  }
  return Code::kOk;
}

// Bytes of memory that programs may still have before the machine runs short; UINT64_MAX when it does not
// say.
uint64_t available_memory() {
  const int fd = descriptor_above_standard(::open("/proc/meminfo", O_RDONLY | O_CLOEXEC));
  if (fd < 0) {
    return UINT64_MAX;
  }
  char buffer[512];
  const ssize_t size = retry([&] { return ::read(fd, buffer, sizeof buffer); });
  ::close(fd);
  constexpr std::string_view kName = "MemAvailable:";
  const std::string_view text(buffer, size > 0 ? static_cast<size_t>(size) : 0);
  const size_t name = text.find(kName);
  const size_t digits = name == text.npos ? name : text.find_first_not_of(' ', name + kName.size());
  uint64_t kibibytes = 0;
  if (digits == text.npos ||
      std::from_chars(text.data() + digits, text.data() + text.size(), kibibytes).ec != std::errc()) {
    return UINT64_MAX;
  }
  return kibibytes * 1024;
}

// A file in memory-backed storage takes memory from everybody, and its own limit is often all there is.
Code check_memory(const File& file, uint64_t size, Problem& problem) {
  struct statfs information {};
  if (fstatfs(file.fd(), &information) != 0 || information.f_type != TMPFS_MAGIC) {
    return Code::kOk;
  }
  const uint64_t available = available_memory();
  if (size > available / 2) {
    return problem.set(Code::kNoSpace,
                       "%" PRIu64 " bytes of memory-backed storage are more than half of the %" PRIu64
                       " bytes of memory that are left; ask for fewer states, or keep the state on disk",
                       size, available);
  }
  return Code::kOk;
}

// posix_fallocate(3) is not used: where the file system cannot reserve, glibc writes one byte a block, which
// on some of them reserves nothing for the rest.
Code take_all_space(const File& file, uint64_t size, Problem& problem) {
  if (const Code code = check_size_limit(size, problem); !ok(code)) {
    return code;
  }
  constexpr uint64_t kLarge = 64U << 20;  // below, nobody is hurt
  if (size > kLarge) {
    if (const Code code = check_memory(file, size, problem); !ok(code)) {
      return code;
    }
  }
  // In parts: a call that a signal interrupts undoes its work on some file systems, and a host that sends
  // itself signals all the time (as Go does) would never get a large one through.
  constexpr uint64_t kPart = 8U << 20;
  for (uint64_t offset = 0; offset < size; offset += kPart) {
    const auto length = static_cast<off_t>(std::min(kPart, size - offset));
    if (retry([&] { return fallocate(file.fd(), 0, static_cast<off_t>(offset), length); }) == 0) {
      continue;
    }
    if (errno == EOPNOTSUPP || errno == ENOSYS) {
      return file.write_zeros(0, size, problem);
    }
    return problem.set_errno(errno, "cannot reserve %" PRIu64 " bytes", size);
  }
  return Code::kOk;
}

}  // namespace

int descriptor_above_standard(int fd) {
  if (fd < 0 || fd > STDERR_FILENO) {
    return fd;
  }
  const int above = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  const int os_errno = errno;
  ::close(fd);
  errno = os_errno;
  return above;
}

File::File(File&& other) noexcept : fd_(std::exchange(other.fd_, -1)), writable_(other.writable_) {}

File& File::operator=(File&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = std::exchange(other.fd_, -1);
    writable_ = other.writable_;
  }
  return *this;
}

File::~File() { close(); }

void File::close() {
  if (fd_ >= 0) {
    ::close(fd_);  // not retried: the descriptor is gone even after EINTR
    fd_ = -1;
  }
}

Code File::open(const Directory& directory, const char* name, FileAccess access, File* out,
                Problem& problem) {
  if (!directory.is_open()) {
    return problem.set(Code::kState, "cannot open %s: its folder is not open", name);
  }
  if (access != FileAccess::kRead && directory.rules().read_only) {
    return problem.set(Code::kPermission, "cannot open %s for writing: folder %s is open for reading only",
                       name, directory.path().data());
  }
  // O_NONBLOCK: opening a pipe that somebody put there must not wait for its other end.
  const int flags = flags_of(access) | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  File file;
  file.fd_ = descriptor_above_standard(retry([&] { return openat(directory.fd(), name, flags, 0600); }));
  file.writable_ = access != FileAccess::kRead;
  if (file.fd_ < 0) {
    return explain_open_failure(errno, directory, name, problem);
  }
  struct stat status {};
  if (retry([&] { return fstat(file.fd_, &status); }) != 0) {
    return problem.set_errno(errno, "cannot examine %s/%s", directory.path().data(), name);
  }
  if (const Code code = check(status, directory, name, problem); !ok(code)) {
    return code;
  }
  *out = std::move(file);
  return Code::kOk;
}

Code File::identity(FileIdentity* out, Problem& problem, uint64_t* links) const {
  struct stat status {};
  if (retry([&] { return fstat(fd_, &status); }) != 0) {
    return problem.set_errno(errno, "cannot examine an open file");
  }
  *out = identity_from(status);
  if (links != nullptr) {
    *links = static_cast<uint64_t>(status.st_nlink);
  }
  return Code::kOk;
}

Code File::check_private(Problem& problem) const {
  struct stat status {};
  if (retry([&] { return fstat(fd_, &status); }) != 0) {
    return problem.set_errno(errno, "cannot examine an open file");
  }
  return (status.st_mode & (S_IRWXG | S_IRWXO)) == 0
             ? Code::kOk
             : problem.set(Code::kPermission, "it has mode %04o: others may read it; chmod 600",
                           status.st_mode & 07777U);
}

Code File::identity_of(const Directory& directory, const char* name, FileIdentity* out, Problem& problem) {
  struct stat status {};
  if (retry([&] { return fstatat(directory.fd(), name, &status, AT_SYMLINK_NOFOLLOW); }) != 0) {
    return problem.set_errno(errno, "cannot examine %s/%s", directory.path().data(), name);
  }
  *out = identity_from(status);
  return Code::kOk;
}

uint64_t File::size() const {
  struct stat status {};
  return retry([&] { return fstat(fd_, &status); }) == 0 ? static_cast<uint64_t>(status.st_size) : UINT64_MAX;
}

Code File::read_at(uint64_t offset, std::span<std::byte> bytes, Problem& problem) const {
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t part = retry([&] {
      return pread(fd_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
    });
    if (part < 0) {
      return problem.set_errno(errno, "cannot read %zu bytes at %" PRIu64, bytes.size(), offset);
    }
    if (part == 0) {
      return problem.set(Code::kDamaged,
                         "the file ends after %" PRIu64 " bytes; %zu were expected at %" PRIu64,
                         offset + done, bytes.size(), offset);
    }
    done += static_cast<size_t>(part);
  }
  return Code::kOk;
}

Code File::write_at(uint64_t offset, std::span<const std::byte> bytes, Problem& problem) const {
  if (const Code code = check_size_limit(offset + bytes.size(), problem); !ok(code)) {
    return code;
  }
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t part = retry([&] {
      return pwrite(fd_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
    });
    if (part < 0) {
      return problem.set_errno(errno, "cannot write %zu bytes at %" PRIu64, bytes.size(), offset);
    }
    if (part == 0) {
      return problem.set(Code::kIo, "nothing more is written at %" PRIu64, offset + done);
    }
    done += static_cast<size_t>(part);
  }
  return Code::kOk;
}

Code File::write_zeros(uint64_t offset, uint64_t length, Problem& problem) const {
  // Not constant: what nobody writes to takes no memory of its own then.
  static std::byte zeros[65'536];
  for (uint64_t done = 0; done < length; done += sizeof zeros) {
    const auto part = static_cast<size_t>(std::min<uint64_t>(length - done, sizeof zeros));
    if (const Code code = write_at(offset + done, {zeros, part}, problem); !ok(code)) {
      return code;
    }
  }
  return Code::kOk;
}

Code File::reserve(uint64_t size, Problem& problem) const {
  if (const Code code = check_size_limit(size, problem); !ok(code) || size == 0) {
    return code;
  }
  if (retry([&] { return fallocate(fd_, FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(size)); }) == 0 ||
      errno == EOPNOTSUPP || errno == ENOSYS) {
    return Code::kOk;
  }
  return problem.set_errno(errno, "cannot reserve %" PRIu64 " bytes", size);
}

Code File::give_back_reserve(Problem& problem) const {
  // Set to the size that it has, a file loses what was reserved beyond.
  FileIdentity present;
  if (const Code code = identity(&present, problem); !ok(code)) {
    return code;
  }
  if (retry([&] { return ftruncate(fd_, static_cast<off_t>(present.size)); }) != 0) {
    return problem.set_errno(errno, "cannot give reserved space back");
  }
  return Code::kOk;
}

Code File::start_writing(uint64_t offset, uint64_t length, Problem& problem) const {
  const int result = retry([&] {
    return sync_file_range(fd_, static_cast<off64_t>(offset), static_cast<off64_t>(length),
                           SYNC_FILE_RANGE_WRITE);
  });
  if (result == 0 || errno == ENOSYS || errno == ESPIPE || errno == EINVAL) {
    return Code::kOk;
  }
  return problem.set_errno(errno, "cannot start writing %" PRIu64 " bytes at %" PRIu64, length, offset);
}

Code File::sync(Problem& problem) const {
  if (retry([&] { return fsync(fd_); }) != 0) {
    return problem.set_errno(errno, "cannot sync a file");
  }
  return Code::kOk;
}

Code create_allocated(const Directory& directory, const char* temporary_name, uint64_t size, File* out,
                      Problem& problem) {
  if (size == 0 || size > (uint64_t{1} << 62)) {
    return problem.set(Code::kInvalid, "a file of %" PRIu64 " bytes cannot be made", size);
  }
  File file;
  if (const Code code = File::open(directory, temporary_name, FileAccess::kCreateNew, &file, problem);
      !ok(code)) {
    return code;
  }
  if (const Code code = take_all_space(file, size, problem); !ok(code)) {
    Problem ignored;  // the first failure is the one to report
    directory.remove(temporary_name, ignored);
    problem.prefix("cannot make %s/%s", directory.path().data(), temporary_name);
    return code;
  }
  *out = std::move(file);
  return Code::kOk;
}

}  // namespace remora::base
