#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "base/retry_posix.hpp"
#include "ops/rotating_file.hpp"

namespace remora::ops {
namespace {

using base::Code;
using base::Problem;

constexpr uint64_t kLongestLine = 16'384;

struct AsideName {
  char text[80];
  AsideName(const char* name, uint32_t number) {
    if (number == 0) {
      std::snprintf(text, sizeof text, "%s", name);
    } else {
      std::snprintf(text, sizeof text, "%s.%u", name, number);
    }
  }
};

// Holds the file (not its name) against other processes, as long as it lives and if it could be had.
class FileLock {
 public:
  explicit FileLock(int fd) : fd_(fd) {
    struct flock lock = whole_file(F_WRLCK);
    held_ = base::retry([&] { return fcntl(fd_, F_OFD_SETLK, &lock); }) == 0;
  }
  ~FileLock() {
    if (held_) {
      struct flock lock = whole_file(F_UNLCK);
      fcntl(fd_, F_OFD_SETLK, &lock);
    }
  }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  bool held() const { return held_; }

 private:
  static struct flock whole_file(short type) {
    struct flock lock {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    return lock;
  }

  int fd_;
  bool held_ = false;
};

// Growing a file beyond RLIMIT_FSIZE raises SIGXFSZ, which would end the host.
bool within_size_limit(uint64_t end) {
  rlimit limit{};
  return getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || end <= limit.rlim_cur;
}

}  // namespace

bool RotatingFile::is_current(const base::Directory& directory) const {
  struct stat here {};
  struct stat named {};
  return fstat(file_.fd(), &here) == 0 && fstatat(directory.fd(), name_, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         here.st_dev == named.st_dev && here.st_ino == named.st_ino;
}

Code RotatingFile::open_current(const base::Directory& directory, base::FileAccess access, Problem& problem) {
  if (file_.is_open() && is_current(directory)) {
    return Code::kOk;
  }
  file_.close();
  if (const Code code = base::File::open(directory, name_, access, &file_, problem); !ok(code)) {
    return code;
  }
  // Appending is the kernel's: lines of several processes do not overwrite each other.
  if (fcntl(file_.fd(), F_SETFL, O_APPEND) != 0) {
    const int os_errno = errno;
    file_.close();
    return problem.set_errno(os_errno, "cannot append to %s", name_);
  }
  return Code::kOk;
}

// Two processes may want this at once. Both have the large file open: the one that gets its lock moves it,
// the other finds the name standing for a new file.
Code RotatingFile::set_aside(const base::Directory& directory, uint32_t files, Problem& problem) {
  {
    const FileLock lock(file_.fd());
    if (!lock.held()) {
      return Code::kOk;  // another process is at it; this line may still go to the old file
    }
    if (is_current(directory)) {
      for (uint32_t number = std::max(files, 1U) - 1; directory.contains(AsideName(name_, number).text);
           ++number) {
        if (const Code code = directory.remove(AsideName(name_, number).text, problem); !ok(code)) {
          return code;  // the number 0, with files = 1, is the file itself
        }
      }
      for (uint32_t number = std::max(files, 1U) - 1; number > 0; --number) {
        const AsideName from(name_, number - 1);
        if (directory.contains(from.text)) {
          if (const Code code = directory.rename(from.text, AsideName(name_, number).text, problem);
              !ok(code)) {
            return code;
          }
        }
      }
    }
  }
  file_.close();
  return open_current(directory, base::FileAccess::kCreate, problem);
}

Code RotatingFile::write_all(std::string_view lines, Problem& problem) {
  const uint64_t before = file_.size();
  if (!within_size_limit(before + lines.size())) {
    return problem.set(Code::kNoSpace, "%s would grow beyond what the process may give a file (ulimit -f)",
                       name_);
  }
  size_t done = 0;
  while (done < lines.size()) {
    const ssize_t written =
        base::retry([&] { return ::write(file_.fd(), lines.data() + done, lines.size() - done); });
    if (written > 0) {
      done += static_cast<size_t>(written);
      continue;
    }
    const int os_errno = written == 0 ? EIO : errno;
    if (alone_ && done > 0 && ftruncate(file_.fd(), static_cast<off_t>(before)) != 0) {
      file_.close();  // last_line cuts it off at the next attempt
    }
    return problem.set_errno(os_errno, "cannot append to %s", name_);
  }
  return Code::kOk;
}

Code RotatingFile::append(const base::Directory& directory, const config::FileSettings& settings,
                          std::string_view lines, Problem& problem) {
  if (const Code code = open_current(directory, base::FileAccess::kCreate, problem); !ok(code)) {
    return code;
  }
  const uint64_t size = file_.size();
  if (size > 0 && size + lines.size() > settings.max_bytes) {
    if (const Code code = set_aside(directory, settings.files, problem); !ok(code)) {
      return code;
    }
  }
  return write_all(lines, problem);
}

Code RotatingFile::last_line(const base::Directory& directory, base::String* line, Problem& problem) {
  line->clear();
  const Code opened = open_current(directory, base::FileAccess::kReadWrite, problem);
  if (opened == Code::kNotFound) {
    problem.clear();
    return Code::kOk;
  }
  if (!ok(opened)) {
    return opened;
  }
  const uint64_t size = file_.size();
  const uint64_t read = std::min(size, kLongestLine);
  base::String tail(static_cast<size_t>(read), '\0');
  if (const Code code = file_.read_at(size - read, std::as_writable_bytes(std::span(tail)), problem);
      !ok(code)) {
    return code;
  }
  const size_t end = tail.rfind('\n');
  const uint64_t kept = end == base::String::npos ? (read == size ? 0 : size) : size - read + end + 1;
  if (kept < size && ftruncate(file_.fd(), static_cast<off_t>(kept)) != 0) {
    return problem.set_errno(errno, "cannot cut an unfinished line off %s", name_);
  }
  if (end != base::String::npos && end > 0) {
    const size_t before = tail.rfind('\n', end - 1);
    if (before != base::String::npos || read == size) {
      const size_t begin = before == base::String::npos ? 0 : before + 1;
      *line = tail.substr(begin, end - begin);
    }
  }
  return Code::kOk;
}

}  // namespace remora::ops
