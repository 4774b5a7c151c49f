// An open regular file of the state directory, checked before it is used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/directory.hpp"
#include "base/status.hpp"

namespace remora::base {

// Tells one content of a file from another: a file that was replaced or rewritten has another identity
// (unless written within the file system's time step, mostly 4 ms, to the same inode at the same size).
struct FileIdentity {
  uint64_t device = 0;
  uint64_t inode = 0;
  uint64_t size = 0;     // bytes
  int64_t mtime_ns = 0;  // since 1970
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

// How a file is opened.
enum class FileAccess : uint8_t {
  kRead,       // must be there
  kReadWrite,  // must be there
  kCreate,     // read and write; made (0600) when missing
  kCreateNew,  // read and write; made (0600); kExists when it is there
};

// Descriptors that the library opens are never 0, 1 or 2: a host that closed its standard streams would
// otherwise write its output into our files. Duplicates `fd` upwards when need be and closes the low one;
// returns -1 with errno set on failure (then `fd` is closed too).
int descriptor_above_standard(int fd);

// Move-only; closes on destruction. The const functions may be called by many threads at once.
class File {
 public:
  File() = default;
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File();

  // Opens `name` within the folder, following no symbolic link, and refuses what is not a regular file with
  // one link, owned by this user or root, that nobody else may write. That holds in shared folders too:
  // whoever may put files there must not be able to have us read theirs. Never blocks on what is no file (a
  // pipe, a terminal). Errors: kNotFound, kExists, kPermission, kNoSpace, kMemory, kIo. `*out` is unchanged
  // on error.
  static Code open(const Directory& directory, const char* name, FileAccess access, File* out,
                   Problem& problem);

  bool is_open() const { return fd_ >= 0; }
  int fd() const { return fd_; }  // -1 when not open
  bool writable() const { return writable_; }
  void close();

  // The file behind the descriptor as it is now; an unlinked file has `*links` 0. Errors: kIo.
  Code identity(FileIdentity* out, Problem& problem, uint64_t* links = nullptr) const;

  // Identity of the file that `name` stands for now, without opening it. Errors: kNotFound, kIo.
  static Code identity_of(const Directory& directory, const char* name, FileIdentity* out, Problem& problem);

  // Bytes now; UINT64_MAX when the system does not say, which is more than any file may have: no file is
  // taken for cut off, or cut, because it could not be asked.
  uint64_t size() const;

  // Refuses a file that anybody but its owner may read: for secrets. Errors: kPermission, kIo.
  Code check_private(Problem& problem) const;

  // Reads or writes all of `bytes` at `offset`, in as many system calls as that takes.
  // Errors: kIo, kDamaged (read: the file ends before), kNoSpace (write; also beyond the process's limit of
  // file size, which is asked first because the kernel answers with a deadly signal).
  Code read_at(uint64_t offset, std::span<std::byte> bytes, Problem& problem) const;
  Code write_at(uint64_t offset, std::span<const std::byte> bytes, Problem& problem) const;

  // Takes disk space for the first `size` bytes without changing the file's size; kOk too where the file
  // system cannot. give_back_reserve frees what lies beyond the end. Errors: kNoSpace, kIo.
  Code reserve(uint64_t size, Problem& problem) const;
  Code give_back_reserve(Problem& problem) const;

  // Writes zeros. To reserve is not enough where others are to rely on a place: a write into reserved blocks
  // may still fail for want of space below the file system, and what ext4 failed to write there it never
  // writes again. Errors: as write_at.
  Code write_zeros(uint64_t offset, uint64_t length, Problem& problem) const;

  // Has the kernel begin writing these bytes and does not wait; a later sync then has less to do. Promises
  // nothing on its own, and nothing happens where the kernel cannot. Errors: kIo, kNoSpace.
  Code start_writing(uint64_t offset, uint64_t length, Problem& problem) const;

  // Makes content and size durable (fsync). After kIo the kernel may have dropped the unwritten data: the
  // caller must write everything anew into another file rather than sync again. Errors: kIo, kNoSpace.
  Code sync(Problem& problem) const;

 private:
  friend Code create_allocated(const Directory&, const char*, uint64_t, File*, Problem&);

  int fd_ = -1;
  bool writable_ = false;
};

// Makes the new file `temporary_name` of exactly `size` bytes of zeros with all its space taken, never
// sparse: a mapping of it cannot run into a full disk later. Where the file system cannot reserve space,
// zeros are written. The caller puts randomness into the name. On error nothing is left behind. Errors:
// kExists, kNoSpace, kPermission, kInvalid (size 0 or beyond 2^62), kIo.
Code create_allocated(const Directory& directory, const char* temporary_name, uint64_t size, File* out,
                      Problem& problem);

}  // namespace remora::base
