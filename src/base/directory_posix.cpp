#include "base/directory.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/file.hpp"
#include "base/retry_posix.hpp"

namespace remora::base {
namespace {

constexpr int kOpenFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

struct NetworkFileSystem {
  uint32_t type;  // statfs(2) f_type
  const char* name;
};

constexpr NetworkFileSystem kNetworkFileSystems[] = {
    {0x6969, "NFS"},        {0xFF534D42, "CIFS"}, {0xFE534D42, "SMB2"},   {0x517B, "SMB"},
    {0x01021997, "9P"},     {0x65735546, "FUSE"}, {0x5346414F, "AFS"},    {0x6B414653, "AFS"},
    {0x00C36400, "Ceph"},   {0x73757245, "Coda"}, {0x0BD00BD0, "Lustre"}, {0x47504653, "GPFS"},
    {0x786F4256, "vboxsf"},
};

const char* network_file_system_of(int fd) {
  struct statfs information {};
  if (retry([&] { return fstatfs(fd, &information); }) != 0) {
    return nullptr;
  }
  return network_file_system_name(static_cast<uint32_t>(information.f_type));
}

// open(2) answers ENOTDIR or ELOOP for a symbolic link, depending on the system: say plainly what is there.
Code explain_open_failure(int os_errno, int parent, const char* path, Problem& problem) {
  struct stat status {};
  if ((os_errno == ENOTDIR || os_errno == ELOOP) &&
      fstatat(parent, path, &status, AT_SYMLINK_NOFOLLOW) == 0) {
    if (S_ISLNK(status.st_mode)) {
      return problem.set(Code::kPermission, "folder %s is a symbolic link; give the folder that it points to",
                         path);
    }
    if (!S_ISDIR(status.st_mode)) {
      return problem.set(Code::kPermission, "%s is not a folder", path);
    }
  }
  return problem.set_errno(os_errno, "cannot open folder %s", path);
}

Code check_owner_and_mode(const struct stat& status, std::string_view path, const DirectoryRules& rules,
                          Problem& problem) {
  if (rules.allow_shared) {
    return Code::kOk;
  }
  const int length = static_cast<int>(path.size());
  if (status.st_uid != 0 && status.st_uid != geteuid()) {
    return problem.set(
        Code::kPermission,
        "folder %.*s belongs to user %u, this process runs as user %u; run as the owner or allow "
        "shared folders",
        length, path.data(), status.st_uid, geteuid());
  }
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return problem.set(Code::kPermission,
                       "folder %.*s has mode %04o: others may write it; chmod go-w or allow shared folders",
                       length, path.data(), status.st_mode & 07777U);
  }
  return Code::kOk;
}

// A new folder is durable once its parent is. Not every parent may be opened, so this is done where it may.
void sync_parent_of(int fd) {
  const int parent = descriptor_above_standard(retry([&] { return openat(fd, "..", kOpenFlags); }));
  if (parent >= 0) {
    retry([&] { return fsync(parent); });
    ::close(parent);
  }
}

}  // namespace

const char* network_file_system_name(uint32_t type) {
  for (const NetworkFileSystem& candidate : kNetworkFileSystems) {
    if (candidate.type == type) {
      return candidate.name;
    }
  }
  return nullptr;
}

Directory::Directory(Directory&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      rules_(other.rules_),
      identity_(other.identity_),
      path_(std::move(other.path_)) {}

Directory& Directory::operator=(Directory&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(rules_, other.rules_);
  std::swap(identity_, other.identity_);
  path_.swap(other.path_);
  return *this;
}

Directory::~Directory() {
  if (fd_ >= 0) {
    ::close(fd_);
  }
}

Code Directory::adopt(int fd, std::string_view path, const DirectoryRules& rules, Directory* out,
                      Problem& problem) {
  Directory directory;
  directory.fd_ = fd;  // closed on every way out
  directory.rules_ = rules;
  const int length = static_cast<int>(path.size());
  struct stat status {};
  if (retry([&] { return fstat(fd, &status); }) != 0) {
    return problem.set_errno(errno, "cannot examine folder %.*s", length, path.data());
  }
  if (const Code code = check_owner_and_mode(status, path, rules, problem); !ok(code)) {
    return code;
  }
  const char* network = rules.allow_network ? nullptr : network_file_system_of(fd);
  if (network != nullptr) {
    return problem.set(
        Code::kPermission,
        "folder %.*s is on a network file system (%s), where locks and mappings are not reliable; use a "
        "local disk or allow network folders",
        length, path.data(), network);
  }
  directory.identity_ = {static_cast<uint64_t>(status.st_dev), static_cast<uint64_t>(status.st_ino)};
  directory.path_.assign(path);
  *out = std::move(directory);
  return Code::kOk;
}

Code Directory::open(std::string_view path, const DirectoryRules& rules, Directory* out, Problem& problem) {
  // With a slash at the end, a symbolic link would be followed after all.
  while (path.size() > 1 && path.back() == '/') {
    path.remove_suffix(1);
  }
  if (path.empty() || path.size() >= PATH_MAX || path.find('\0') != std::string_view::npos) {
    return problem.set(Code::kInvalid, "the folder's path has %zu bytes; it needs 1 to %d, none of them NUL",
                       path.size(), PATH_MAX - 1);
  }
  char name[PATH_MAX];
  std::memcpy(name, path.data(), path.size());
  name[path.size()] = '\0';
  bool made = false;
  if (rules.create && !rules.read_only) {
    made = mkdir(name, 0700) == 0;
    if (!made && errno != EEXIST && errno != EROFS) {
      return problem.set_errno(errno, "cannot make folder %s", name);
    }
  }
  const int fd = descriptor_above_standard(retry([&] { return ::open(name, kOpenFlags); }));
  if (fd < 0) {
    return explain_open_failure(errno, AT_FDCWD, name, problem);
  }
  if (made) {
    sync_parent_of(fd);
  }
  return adopt(fd, path, rules, out, problem);
}

Code Directory::open_subfolder(const char* name, Directory* out, Problem& problem) const {
  const bool made = !rules_.read_only && mkdirat(fd_, name, 0700) == 0;
  const int not_made = made || rules_.read_only ? 0 : errno;
  if (made) {
    if (const Code code = sync(problem); !ok(code)) {
      return code;
    }
  }
  const int fd = descriptor_above_standard(retry([&] { return openat(fd_, name, kOpenFlags); }));
  if (fd < 0) {
    const Code code = errno == ENOENT && not_made != 0
                          ? problem.set_errno(not_made, "cannot make folder %s", name)
                          : explain_open_failure(errno, fd_, name, problem);
    problem.prefix("in %s", path_.c_str());
    return code;
  }
  String path = path_;
  path += '/';
  path += name;
  return adopt(fd, path, rules_, out, problem);
}

bool Directory::is_current() const {
  struct stat status {};
  if (path_.empty() || path_[0] != '/') {
    return true;
  }
  if (retry([&] { return fstatat(AT_FDCWD, path_.c_str(), &status, AT_SYMLINK_NOFOLLOW); }) != 0) {
    return errno != ENOENT && errno != ENOTDIR;
  }
  return DirectoryIdentity{static_cast<uint64_t>(status.st_dev), static_cast<uint64_t>(status.st_ino)} ==
         identity_;
}

Code Directory::sync(Problem& problem) const {
  if (retry([&] { return fsync(fd_); }) != 0) {
    return problem.set_errno(errno, "cannot sync folder %s", path_.c_str());
  }
  return Code::kOk;
}

bool Directory::contains(const char* name) const {
  struct stat status {};
  return retry([&] { return fstatat(fd_, name, &status, AT_SYMLINK_NOFOLLOW); }) == 0;
}

Code Directory::find(const char* name, bool* there, Problem& problem) const {
  *there = contains(name);
  return *there || errno == ENOENT
             ? Code::kOk
             : problem.set_errno(errno, "cannot look for %s in %s", name, path_.c_str());
}

Code Directory::rename(const char* from, const char* to, Problem& problem) const {
  if (retry([&] { return renameat(fd_, from, fd_, to); }) != 0) {
    return problem.set_errno(errno, "cannot rename %s to %s in %s", from, to, path_.c_str());
  }
  return Code::kOk;
}

Code Directory::rename_new(const char* from, const char* to, Problem& problem) const {
  int result = retry([&] { return renameat2(fd_, from, fd_, to, RENAME_NOREPLACE); });
  if (result != 0 && (errno == EINVAL || errno == ENOSYS)) {
    // A file system without that flag: a second name fails in the same way when it is taken.
    result = retry([&] { return linkat(fd_, from, fd_, to, 0); });
    if (result == 0) {
      return remove(from, problem);
    }
  }
  if (result == 0) {
    return Code::kOk;
  }
  if (errno == EEXIST) {
    return problem.set(Code::kExists, "cannot rename %s to %s in %s: that name is taken", from, to,
                       path_.c_str());
  }
  return problem.set_errno(errno, "cannot rename %s to %s in %s", from, to, path_.c_str());
}

Code Directory::remove(const char* name, Problem& problem) const {
  if (retry([&] { return unlinkat(fd_, name, 0); }) != 0 && errno != ENOENT) {
    return problem.set_errno(errno, "cannot remove %s from %s", name, path_.c_str());
  }
  return Code::kOk;
}

Code Directory::list(bool (*visit)(void* context, const char* name), void* context, Problem& problem) const {
  // A descriptor of its own, since a descriptor has one reading position for all threads.
  const int fd = descriptor_above_standard(retry([&] { return openat(fd_, ".", kOpenFlags); }));
  DIR* stream = fd < 0 ? nullptr : fdopendir(fd);
  if (stream == nullptr) {
    const int os_errno = errno;
    if (fd >= 0) {
      ::close(fd);
    }
    return problem.set_errno(os_errno, "cannot list folder %s", path_.c_str());
  }
  bool more = true;
  while (more) {
    errno = 0;
    const dirent* entry = readdir(stream);  // NOLINT(concurrency-mt-unsafe): this stream is ours alone
    if (entry == nullptr) {
      break;
    }
    if (std::strcmp(entry->d_name, ".") != 0 && std::strcmp(entry->d_name, "..") != 0) {
      more = visit(context, entry->d_name);
    }
  }
  const int os_errno = more ? errno : 0;
  closedir(stream);
  return os_errno == 0 ? Code::kOk : problem.set_errno(os_errno, "cannot list folder %s", path_.c_str());
}

Code open_any_folder(String path, Directory* out, Problem& problem) {
  path.append("/.");  // the last component is no link then
  return Directory::open(
      path, {.create = false, .allow_shared = true, .allow_network = true, .read_only = true}, out, problem);
}

}  // namespace remora::base
