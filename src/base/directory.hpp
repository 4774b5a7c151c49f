// A folder on disk that holds state, opened once and checked; files are then named relative to it, so that
// nobody can put another folder in its place between two calls.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/heap.hpp"
#include "base/status.hpp"

namespace remora::base {

// What a folder must be before anything in it is believed.
struct DirectoryRules {
  bool create = false;        // make it (mode 0700) when it is missing; its parent must be there
  bool allow_shared = false;  // accept another owner, and modes that let group or others write
  bool allow_network =
      false;  // accept NFS, CIFS, 9P, AFS, Ceph and FUSE, whose locks and mappings are not reliable
  bool read_only = false;  // open files for reading only and never create any
};

// Names a folder whatever its path: two paths with equal identities are one folder.
struct DirectoryIdentity {
  uint64_t device = 0;
  uint64_t inode = 0;
  friend bool operator==(const DirectoryIdentity&, const DirectoryIdentity&) = default;
};

// Name of the network file system that statfs(2) means by this f_type; nullptr for all others.
const char* network_file_system_name(uint32_t type);

// An open folder. Move-only; closes on destruction. The const functions may be called by many threads at
// once.
class Directory {
 public:
  Directory() = default;
  Directory(Directory&& other) noexcept;
  Directory& operator=(Directory&& other) noexcept;
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory();

  // Opens `path` (UTF-8, without NUL; relative paths count from the working directory) and checks it by the
  // rules. A symbolic link in its place (last component) is refused. Errors: kInvalid (empty, too long, NUL
  // inside), kNotFound, kPermission (symbolic link, not a folder, foreign owner, writable by others, network
  // file system), kNoSpace, kMemory, kIo. `*out` is unchanged on error.
  static Code open(std::string_view path, const DirectoryRules& rules, Directory* out, Problem& problem);

  bool is_open() const { return fd_ >= 0; }
  int fd() const { return fd_; }                   // -1 when not open
  std::string_view path() const { return path_; }  // as given to open; NUL-terminated at data()[size()]
  const DirectoryRules& rules() const { return rules_; }
  DirectoryIdentity identity() const { return identity_; }

  // Whether the path still stands for this folder; a relative one is taken for true, since the working
  // directory may be another now, as is one that cannot be looked at.
  bool is_current() const;

  // Makes created, renamed and removed names durable (fsync). Errors: kIo, kNoSpace.
  Code sync(Problem& problem) const;

  // Whether `name` is there, be it of any kind (fstatat without following). False too when that cannot be
  // found out: where that would do harm, `find` is asked.
  bool contains(const char* name) const;

  // The same, with an error when it cannot be found out. Errors: kPermission, kMemory, kIo.
  Code find(const char* name, bool* there, Problem& problem) const;

  // Makes the subfolder `name` (0700) when it is missing and opens it under the same rules; with `read_only`
  // rules it must be there. Errors: as open.
  Code open_subfolder(const char* name, Directory* out, Problem& problem) const;

  // Renames within the folder, replacing `to` in one step; does not sync. Errors: kNotFound, kPermission,
  // kIo.
  Code rename(const char* from, const char* to, Problem& problem) const;

  // Gives `from` the further name `to`, failing with kExists when that is taken, then drops the name `from`.
  // Nothing is ever replaced. Errors: kExists, kNotFound, kPermission, kIo.
  Code rename_new(const char* from, const char* to, Problem& problem) const;

  // Removes a file. A missing one is no error. Errors: kPermission, kIo.
  Code remove(const char* name, Problem& problem) const;

  // Calls visit(context, name) for each entry but "." and ".."; stops early when it returns false. The order
  // is the file system's. The visitor may remove the entry that it was shown. Errors: kIo, kMemory.
  Code list(bool (*visit)(void* context, const char* name), void* context, Problem& problem) const;

 private:
  static Code adopt(int fd, std::string_view path, const DirectoryRules& rules, Directory* out,
                    Problem& problem);

  int fd_ = -1;
  DirectoryRules rules_;
  DirectoryIdentity identity_;
  String path_;
};

// Opens a folder that somebody named, to read from it: whoever owns it, and through a symbolic link too. What
// is read there must be checked by itself. Errors: as Directory::open. Throws std::bad_alloc.
Code open_any_folder(String path, Directory* out, Problem& problem);

}  // namespace remora::base
