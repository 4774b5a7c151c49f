// A file's bytes in memory, shared with every process that maps the same file.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/directory.hpp"
#include "base/file.hpp"
#include "base/status.hpp"

namespace remora::base {

// Move-only; unmaps on destruction. The caller keeps all threads out of the memory before that. The const
// functions may be called by many threads at once. The file may be closed once it is mapped.
class Mapping {
 public:
  Mapping() = default;
  Mapping(Mapping&& other) noexcept;
  Mapping& operator=(Mapping&& other) noexcept;
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping();

  // Maps bytes 0 .. size-1, which the file must have: touching memory beyond its end would kill the process.
  // `read_only` gives memory that must not be written (the file may have been opened for either).
  // Errors: kInvalid (size 0), kDamaged (the file is shorter), kPermission, kMemory, kIo.
  static Code map(const File& file, uint64_t size, bool read_only, Mapping* out, Problem& problem);

  // Private memory in the same form, zeros at first: for what becomes a file once it is complete. Errors:
  // kMemory.
  static Code private_memory(uint64_t size, Mapping* out, Problem& problem);

  bool is_mapped() const { return data_ != nullptr; }
  std::byte* data() const { return data_; }  // page-aligned; nullptr when not mapped
  uint64_t size() const { return size_; }
  bool read_only() const { return read_only_; }
  // Whether this is the file that was mapped.
  bool is_of(const FileIdentity& file) const { return file.device == device_ && file.inode == inode_; }

  // Makes the pages around offset .. offset+length-1 durable and waits for the disk (msync MS_SYNC). The
  // range is clipped to the mapping. After kIo the data on disk are unknown; see File::sync. Errors: kIo,
  // kNoSpace.
  Code sync(uint64_t offset, uint64_t length, Problem& problem) const;

  // Has the next sync write every page, also those that the kernel takes for written: after a sync that
  // failed, it takes the pages for written that it could not write. Content is unchanged, as by populate.
  // Errors: kIo, kMemory.
  Code write_again(Problem& problem) const;

  // Has the kernel begin writing those pages and does not wait. `file` is the one that was mapped. A later
  // sync then has less to do; on its own it promises nothing. Errors: kIo, kNoSpace.
  Code start_sync(const File& file, uint64_t offset, uint64_t length, Problem& problem) const;

  // Has those pages in memory and, unless read_only, ready to be written without a page fault. Content is
  // unchanged, also for others that write at the same time. Errors: kIo, kMemory.
  Code populate(uint64_t offset, uint64_t length, Problem& problem) const;

  // The same for reading only: a first store to a page may still fault.
  Code populate_read(uint64_t offset, uint64_t length, Problem& problem) const;

  // Says that those pages will be read in no order: a first look at one brings only that one into memory.
  // `populate` still reads them in long pieces.
  void expect_random(uint64_t offset, uint64_t length);

  void unmap();

 private:
  Code bring_in(uint64_t offset, uint64_t length, bool read_only, Problem& problem) const;

  std::byte* data_ = nullptr;
  uint64_t size_ = 0;
  uint64_t device_ = 0, inode_ = 0;  // of the file
  bool read_only_ = false;
  bool random_ = false;
};

}  // namespace remora::base
