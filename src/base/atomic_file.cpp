#include "base/atomic_file.hpp"

#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <utility>

#include "base/os_random.hpp"

namespace remora::base {
namespace {

constexpr size_t kLongestName = 200;
constexpr uint64_t kWriteBehindStep = 1U << 20;
constexpr size_t kAlign = 16;
constexpr uint64_t kPadding = 16;  // zeros after a FileBuffer's content
constexpr std::string_view kTemporaryEnd = ".tmp";
constexpr size_t kRandomDigits = 16;

}  // namespace

bool is_temporary_name(const char* name) {
  const std::string_view text(name);
  constexpr size_t kTail = 1 + kRandomDigits + kTemporaryEnd.size();
  if (text.size() <= kTail || text.substr(text.size() - kTemporaryEnd.size()) != kTemporaryEnd) {
    return false;
  }
  const std::string_view tail = text.substr(text.size() - kTail);
  return tail[0] == '.' &&
         tail.substr(1, kRandomDigits).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

AtomicFileWriter::~AtomicFileWriter() { discard(); }

Code AtomicFileWriter::open(const Directory& directory, const char* final_name, const Options& options,
                            Problem& problem) {
  discard();
  const size_t length = std::strlen(final_name);
  if (length == 0 || length > kLongestName || std::strchr(final_name, '/') != nullptr) {
    return problem.set(Code::kInvalid, "\"%.64s\" cannot be a file's name", final_name);
  }
  uint64_t random = 0;
  if (const Code code = os_random_u64(&random, problem); !ok(code)) {
    return code;
  }
  char temporary[kLongestName + 32];
  std::snprintf(temporary, sizeof temporary, "%s.%016" PRIx64 ".tmp", final_name, random);
  final_name_ = final_name;
  temporary_name_ = temporary;
  directory_ = &directory;
  options_ = options;
  if (const Code code = File::open(directory, temporary, FileAccess::kCreateNew, &file_, problem);
      !ok(code)) {
    return code;
  }
  const Code code = file_.reserve(options.size_hint, problem);
  return ok(code) ? code : fail(code, problem);
}

Code AtomicFileWriter::fail(Code code, Problem& problem) {
  problem.prefix("cannot write %s/%s", directory_->path().data(), final_name_.c_str());
  discard();
  return code;
}

Code AtomicFileWriter::append(std::span<const std::byte> bytes, Problem& problem) {
  if (!is_open()) {
    return problem.set(Code::kState, "no file is being written");
  }
  if (const Code code = file_.write_at(size_, bytes, problem); !ok(code)) {
    return fail(code, problem);
  }
  size_ += bytes.size();
  if (options_.write_behind && size_ - started_ >= kWriteBehindStep) {
    if (const Code code = file_.start_writing(started_, size_ - started_, problem); !ok(code)) {
      return fail(code, problem);
    }
    started_ = size_;
  }
  return Code::kOk;
}

Code AtomicFileWriter::overwrite(uint64_t offset, std::span<const std::byte> bytes, Problem& problem) {
  if (!is_open()) {
    return problem.set(Code::kState, "no file is being written");
  }
  if (offset > size_ || bytes.size() > size_ - offset) {
    return fail(
        problem.set(Code::kInvalid, "%zu bytes at %" PRIu64 " are beyond the %" PRIu64 " written so far",
                    bytes.size(), offset, size_),
        problem);
  }
  const Code code = file_.write_at(offset, bytes, problem);
  return ok(code) ? code : fail(code, problem);
}

Code AtomicFileWriter::finish(Problem& problem, FileIdentity* identity) {
  if (!is_open()) {
    return problem.set(Code::kState, "no file is being written");
  }
  FileIdentity written;
  Code code = options_.size_hint > size_ ? file_.give_back_reserve(problem) : Code::kOk;
  if (ok(code) && options_.durable) {
    code = file_.sync(problem);
  }
  if (ok(code)) {
    code = file_.identity(&written, problem);
  }
  if (ok(code)) {
    code = options_.replace ? directory_->rename(temporary_name_.c_str(), final_name_.c_str(), problem)
                            : directory_->rename_new(temporary_name_.c_str(), final_name_.c_str(), problem);
  }
  if (!ok(code)) {
    return fail(code, problem);
  }
  file_.close();
  if (identity != nullptr) {
    *identity = written;
  }
  return options_.durable ? directory_->sync(problem) : Code::kOk;
}

void AtomicFileWriter::discard() {
  if (is_open()) {
    file_.close();
    Problem ignored;  // a left-over temporary file does no harm
    directory_->remove(temporary_name_.c_str(), ignored);
  }
  size_ = 0;
  started_ = 0;
}

FileBuffer::FileBuffer(FileBuffer&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

FileBuffer& FileBuffer::operator=(FileBuffer&& other) noexcept {
  if (this != &other) {
    clear();
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, 0);
  }
  return *this;
}

FileBuffer::~FileBuffer() { clear(); }

void FileBuffer::clear() {
  deallocate(data_, capacity_, kAlign);
  data_ = nullptr;
  size_ = 0;
  capacity_ = 0;
}

Code FileBuffer::resize(uint64_t size, Problem& problem) {
  const uint64_t capacity =
      size > UINT64_MAX - kPadding ? UINT64_MAX : size + kPadding;  // too much stays too much
  if (data_ == nullptr || capacity > capacity_) {
    clear();
    void* memory = allocate(capacity, kAlign);
    if (memory == nullptr) {
      return problem.set(Code::kMemory, "no memory for %" PRIu64 " bytes", size);
    }
    data_ = static_cast<std::byte*>(memory);
    capacity_ = capacity;
  }
  size_ = size;
  std::memset(data_ + size, 0, kPadding);
  return Code::kOk;
}

Code read_whole(const File& file, uint64_t max_size, FileBuffer* out, Problem& problem,
                FileIdentity* identity) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    FileIdentity before;
    FileIdentity after;
    if (const Code code = file.identity(&before, problem); !ok(code)) {
      return code;
    }
    if (before.size > max_size) {
      return problem.set(Code::kDamaged, "the file has %" PRIu64 " bytes; at most %" PRIu64 " are allowed",
                         before.size, max_size);
    }
    if (const Code code = out->resize(before.size, problem); !ok(code)) {
      return code;
    }
    const Code read = file.read_at(0, {out->data(), static_cast<size_t>(before.size)}, problem);
    if (!ok(read) && read != Code::kDamaged) {
      return read;
    }
    if (const Code code = file.identity(&after, problem); !ok(code)) {
      return code;
    }
    if (ok(read) && before == after) {
      if (identity != nullptr) {
        *identity = after;
      }
      problem.clear();
      return Code::kOk;
    }
  }
  out->clear();
  return problem.set(Code::kBusy, "the file changes while it is read; replace it by renaming a complete one");
}

Code read_whole(const Directory& directory, const char* name, uint64_t max_size, FileBuffer* out,
                Problem& problem, FileIdentity* identity) {
  File file;
  if (const Code code = File::open(directory, name, FileAccess::kRead, &file, problem); !ok(code)) {
    return code;
  }
  const Code code = read_whole(file, max_size, out, problem, identity);
  if (!ok(code)) {
    problem.prefix("%s/%s", directory.path().data(), name);
  }
  return code;
}

}  // namespace remora::base
