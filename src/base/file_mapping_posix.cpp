#include "base/file_mapping.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cinttypes>
#include <utility>

#include "base/retry_posix.hpp"

namespace remora::base {
namespace {

// <linux/mman.h>; older C library headers lack them, Linux knows them since 5.14.
constexpr int kPopulateRead = 22;
constexpr int kPopulateWrite = 23;

uint64_t page_size() {
  static const auto size = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  return size;
}

struct Range {
  uint64_t begin;  // multiple of the page size
  uint64_t length;
};

// The pages around offset .. offset+length-1, within a mapping of `size` bytes.
Range pages_around(uint64_t offset, uint64_t length, uint64_t size) {
  const uint64_t end = offset >= size ? size : offset + std::min(length, size - offset);
  const uint64_t begin = std::min(offset, end) / page_size() * page_size();
  return {begin, end - begin};
}

// One access to each page. Putting a word in its own place atomically keeps what others write at the same
// time; that is a store to the page even where the word has changed meanwhile. (Compilers leave out the
// adding of nothing.)
void touch(std::byte* begin, uint64_t length, bool read_only) {
  for (uint64_t offset = 0; offset < length; offset += page_size()) {
    auto* word = reinterpret_cast<uint64_t*>(begin + offset);
    if (read_only) {
      static_cast<void>(*const_cast<const volatile uint64_t*>(word));
    } else {
      const std::atomic_ref<uint64_t> shared(*word);
      uint64_t present = shared.load(std::memory_order_relaxed);
      shared.compare_exchange_strong(present, present, std::memory_order_relaxed);
    }
  }
}

}  // namespace

Mapping::Mapping(Mapping&& other) noexcept { *this = std::move(other); }

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  if (this != &other) {
    unmap();
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
    device_ = other.device_;
    inode_ = other.inode_;
    read_only_ = other.read_only_;
    random_ = other.random_;
  }
  return *this;
}

Mapping::~Mapping() { unmap(); }

void Mapping::unmap() {
  if (data_ != nullptr) {
    munmap(data_, size_);
    data_ = nullptr;
    size_ = 0;
  }
}

Code Mapping::map(const File& file, uint64_t size, bool read_only, Mapping* out, Problem& problem) {
  if (size == 0 || size > static_cast<uint64_t>(PTRDIFF_MAX)) {
    return problem.set(Code::kInvalid, "%" PRIu64 " bytes cannot be mapped", size);
  }
  FileIdentity identity;
  if (const Code code = file.identity(&identity, problem); !ok(code)) {
    return code;
  }
  if (identity.size < size) {
    return problem.set(Code::kDamaged, "the file has %" PRIu64 " bytes instead of %" PRIu64, identity.size,
                       size);
  }
  const int protection = read_only ? PROT_READ : PROT_READ | PROT_WRITE;
  void* memory = mmap(nullptr, size, protection, MAP_SHARED, file.fd(), 0);
  if (memory == MAP_FAILED) {
    return problem.set_errno(errno, "cannot map %" PRIu64 " bytes", size);
  }
  Mapping mapping;
  mapping.data_ = static_cast<std::byte*>(memory);
  mapping.size_ = size;
  mapping.device_ = identity.device;
  mapping.inode_ = identity.inode;
  mapping.read_only_ = read_only;
  *out = std::move(mapping);
  return Code::kOk;
}

Code Mapping::private_memory(uint64_t size, Mapping* out, Problem& problem) {
  void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    return problem.set_errno(errno, "cannot have %" PRIu64 " bytes of memory", size);
  }
  // Large pages where the system has them: filled at random, small ones cost more than all the rest.
  static_cast<void>(madvise(memory, size, MADV_HUGEPAGE));
  Mapping mapping;
  mapping.data_ = static_cast<std::byte*>(memory);
  mapping.size_ = size;
  *out = std::move(mapping);
  return Code::kOk;
}

Code Mapping::sync(uint64_t offset, uint64_t length, Problem& problem) const {
  const Range range = pages_around(offset, length, size_);
  if (range.length != 0 && retry([&] { return msync(data_ + range.begin, range.length, MS_SYNC); }) != 0) {
    return problem.set_errno(errno, "cannot sync %" PRIu64 " mapped bytes at %" PRIu64, range.length,
                             range.begin);
  }
  return Code::kOk;
}

Code Mapping::write_again(Problem& problem) const {
  return read_only_ ? Code::kOk : bring_in(0, size_, false, problem);
}

Code Mapping::start_sync(const File& file, uint64_t offset, uint64_t length, Problem& problem) const {
  const Range range = pages_around(offset, length, size_);
  if (range.length == 0) {
    return Code::kOk;
  }
  // msync with MS_ASYNC does nothing on Linux since 2.6.19; this starts the writing.
  return file.start_writing(range.begin, range.length, problem);
}

void Mapping::expect_random(uint64_t offset, uint64_t length) {
  const Range range = pages_around(offset, length, size_);
  // Advice: where it is not taken, more memory is used and nothing else is lost.
  random_ = range.length != 0 && madvise(data_ + range.begin, range.length, MADV_RANDOM) == 0;
}

Code Mapping::populate(uint64_t offset, uint64_t length, Problem& problem) const {
  return bring_in(offset, length, read_only_, problem);
}

Code Mapping::populate_read(uint64_t offset, uint64_t length, Problem& problem) const {
  return bring_in(offset, length, true, problem);
}

Code Mapping::bring_in(uint64_t offset, uint64_t length, bool read_only, Problem& problem) const {
  const Range range = pages_around(offset, length, size_);
  if (range.length == 0) {
    return Code::kOk;
  }
  if (random_) {
    static_cast<void>(madvise(data_ + range.begin, range.length, MADV_WILLNEED));
  }
  const int advice = read_only ? kPopulateRead : kPopulateWrite;
  if (retry([&] { return madvise(data_ + range.begin, range.length, advice); }) == 0) {
    return Code::kOk;
  }
  if (errno == EINVAL) {
    touch(data_ + range.begin, range.length, read_only);
    return Code::kOk;
  }
  return problem.set_errno(errno, "cannot bring %" PRIu64 " mapped bytes at %" PRIu64 " into memory",
                           range.length, range.begin);
}

}  // namespace remora::base
