// Files that appear whole or not at all: written under a temporary name, synced, renamed, folder synced.
// And the opposite way: a whole file read into private memory, where nobody can change it while it is
// checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/directory.hpp"
#include "base/file.hpp"
#include "base/heap.hpp"
#include "base/status.hpp"

namespace remora::base {

// One file being written. Used by one thread. Without a successful finish nothing is left behind (after a
// crash a file "<name>.<16 hex digits>.tmp" may stay; is_temporary_name tells such names).
class AtomicFileWriter {
 public:
  struct Options {
    uint64_t size_hint = 0;  // expected bytes, reserved at once so that a full disk shows at open; 0 = none
    bool write_behind = false;  // start writing each megabyte to disk as it comes (a shorter wait in finish)
    bool replace = true;        // false: finish fails with kExists when the name is taken
    bool durable = true;        // false: no fsync; for files whose loss in a power cut does no harm
  };

  AtomicFileWriter() = default;
  AtomicFileWriter(const AtomicFileWriter&) = delete;
  AtomicFileWriter& operator=(const AtomicFileWriter&) = delete;
  ~AtomicFileWriter();

  // Begins a file that will get the name `final_name` (at most 200 bytes, without '/') in the directory,
  // which must outlive the writer. A file under way is discarded. Errors: kInvalid, kPermission, kNoSpace,
  // kMemory, kIo.
  Code open(const Directory& directory, const char* final_name, const Options& options, Problem& problem);
  Code open(const Directory& directory, const char* final_name, Problem& problem) {
    return open(directory, final_name, Options(), problem);
  }

  // Adds bytes at the end. Errors: kNoSpace, kIo, kState (not open); the file is then discarded.
  Code append(std::span<const std::byte> bytes, Problem& problem);

  // Overwrites bytes already appended, as a header that is known only at the end. Errors: as append,
  // kInvalid.
  Code overwrite(uint64_t offset, std::span<const std::byte> bytes, Problem& problem);

  uint64_t size() const { return size_; }  // bytes appended so far
  bool is_open() const { return file_.is_open(); }
  const File& file() const { return file_; }  // under way: for reading back what was appended

  // Makes the file durable and gives it its name. When it returns kOk the new content survives a power cut;
  // on error the old file under that name is as it was, except that after a failed sync of the folder either
  // may be found after a power cut. `*identity`, when asked for, names the new file. Errors: kNoSpace,
  // kExists, kIo, kState.
  Code finish(Problem& problem, FileIdentity* identity = nullptr);

  // Removes the temporary file. Harmless when there is none.
  void discard();

 private:
  Code fail(Code code, Problem& problem);

  const Directory* directory_ = nullptr;
  File file_;
  Options options_;
  uint64_t size_ = 0;
  uint64_t started_ = 0;  // bytes whose writing to disk has been started
  String final_name_;
  String temporary_name_;
};

// Whether a name is one of the temporary names that AtomicFileWriter uses.
bool is_temporary_name(const char* name);

// Private memory for one file's bytes, aligned to 16 and followed by 16 zero bytes. Move-only.
class FileBuffer {
 public:
  FileBuffer() = default;
  FileBuffer(FileBuffer&& other) noexcept;
  FileBuffer& operator=(FileBuffer&& other) noexcept;
  FileBuffer(const FileBuffer&) = delete;
  FileBuffer& operator=(const FileBuffer&) = delete;
  ~FileBuffer();

  // Makes room for `size` bytes, uninitialised; old content is gone. Errors: kMemory.
  Code resize(uint64_t size, Problem& problem);
  void clear();

  std::byte* data() { return data_; }
  const std::byte* data() const { return data_; }
  uint64_t size() const { return size_; }
  std::span<const std::byte> bytes() const { return {data_, static_cast<size_t>(size_)}; }
  std::string_view text() const { return {reinterpret_cast<const char*>(data_), static_cast<size_t>(size_)}; }

 private:
  std::byte* data_ = nullptr;
  uint64_t size_ = 0;
  uint64_t capacity_ = 0;
};

// Reads all of an open file into `out`. A file that changes size, time or inode meanwhile is read once more,
// then refused with kBusy. `*identity`, when asked for, names what was read. Errors: kFull (bigger than
// max_size; text says both), kMemory, kBusy, kIo.
Code read_whole(const File& file, uint64_t max_size, FileBuffer* out, Problem& problem,
                FileIdentity* identity = nullptr);

// The same for a name in a folder, opened by the rules of File::open. Errors: those and File::open's.
Code read_whole(const Directory& directory, const char* name, uint64_t max_size, FileBuffer* out,
                Problem& problem, FileIdentity* identity = nullptr);

}  // namespace remora::base
