#include "benchmark/subjects/prototype_snapshot.hpp"

#include <fcntl.h>
#include <flatbuffers/flatbuffers.h>
#include <sys/stat.h>
#include <xxhash.h>

#include <span>
#include <string>
#include <system_error>
#include <vector>

#include "prototype_generated.h"

namespace remora::bench {
namespace {

constexpr std::size_t kChunkRows = 8'192;
constexpr std::size_t kPrefixBytes = sizeof(flatbuffers::uoffset_t);

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

class File {
 public:
  File(const std::filesystem::path& path, int flags)
      : number_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {
    if (number_ < 0) fail(path.c_str());
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { ::close(number_); }
  int number() const { return number_; }

 private:
  int number_;
};

// All of a file, mapped for reading.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path) : file_(path, O_RDONLY) {
    struct stat status {};
    if (fstat(file_.number(), &status) != 0) fail("fstat");
    size_ = static_cast<std::size_t>(status.st_size);
    void* memory = mmap(nullptr, size_, PROT_READ, MAP_SHARED | MAP_POPULATE, file_.number(), 0);
    if (memory == MAP_FAILED) fail("mmap");
    bytes_ = static_cast<const std::uint8_t*>(memory);
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile() { munmap(const_cast<std::uint8_t*>(bytes_), size_); }
  std::span<const std::uint8_t> bytes() const { return {bytes_, size_}; }

 private:
  File file_;
  std::size_t size_ = 0;
  const std::uint8_t* bytes_ = nullptr;
};

// Calls visit(chunk) for each chunk of a file that has the checksum and passes the verifier.
template <class Visit>
void visit_chunks(std::span<const std::uint8_t> bytes, std::uint64_t checksum, Visit visit) {
  if (XXH3_64bits(bytes.data(), bytes.size()) != checksum) throw std::runtime_error("checksum differs");
  while (!bytes.empty()) {
    if (bytes.size() < kPrefixBytes) throw std::runtime_error("cut chunk");
    const std::size_t size = flatbuffers::ReadScalar<flatbuffers::uoffset_t>(bytes.data()) + kPrefixBytes;
    if (size > bytes.size()) throw std::runtime_error("cut chunk");
    flatbuffers::Verifier verifier(bytes.data(), size);
    if (!schema::VerifySizePrefixedChunkBuffer(verifier)) throw std::runtime_error("bad chunk");
    visit(*schema::GetSizePrefixedChunk(bytes.data()));
    bytes = bytes.subspan(size);
  }
}

class Writer {
 public:
  explicit Writer(const std::filesystem::path& path, std::size_t expected_bytes)
      : file_(path, O_RDWR | O_CREAT | O_TRUNC), builder_(kChunkRows * sizeof(schema::Row) + 1'024) {
    if (posix_fallocate(file_.number(), 0, static_cast<off_t>(expected_bytes)) != 0) fail("posix_fallocate");
    XXH3_64bits_reset(&checksum_);
    rows_.reserve(kChunkRows);
  }

  void add(const PrototypeRow& row, std::uint64_t key) {
    std::array<std::uint64_t, kVariants> cells{};
    for (std::size_t i = 0; i < kVariants; ++i) cells[i] = row.cells[i].load(std::memory_order_relaxed);
    rows_.emplace_back(key, cells);
    if (rows_.size() == kChunkRows) write_chunk();
  }

  std::uint64_t finish() {
    if (!rows_.empty()) write_chunk();
    if (ftruncate(file_.number(), static_cast<off_t>(written_)) != 0 || fsync(file_.number()) != 0)
      fail("fsync");
    return XXH3_64bits_digest(&checksum_);
  }

 private:
  void write_chunk() {
    builder_.Clear();
    builder_.FinishSizePrefixed(schema::CreateChunk(builder_, builder_.CreateVectorOfStructs(rows_)));
    const std::size_t size = builder_.GetSize();
    XXH3_64bits_update(&checksum_, builder_.GetBufferPointer(), size);
    if (::write(file_.number(), builder_.GetBufferPointer(), size) != static_cast<ssize_t>(size))
      fail("write");
    // The disk works while the next chunk is packed.
    sync_file_range(file_.number(), static_cast<off_t>(written_), static_cast<off_t>(size),
                    SYNC_FILE_RANGE_WRITE);
    written_ += size;
    rows_.clear();
  }

  File file_;
  flatbuffers::FlatBufferBuilder builder_;
  std::vector<schema::Row> rows_;
  XXH3_state_t checksum_{};
  std::size_t written_ = 0;
};

}  // namespace

std::uint64_t write_snapshot(const Prototype& table, const std::filesystem::path& file) {
  const std::filesystem::path temporary = file.string() + ".tmp";
  const std::size_t payload = std::size_t{table.scale().states()} * sizeof(schema::Row);
  std::uint64_t checksum = 0;
  {
    Writer writer(temporary, payload + payload / 64 + 65'536);
    for (std::size_t slot = 0; slot < table.slots(); ++slot) {
      const PrototypeRow& row = table.rows()[slot];
      const std::uint64_t key = row.key.load(std::memory_order_acquire);
      if (key != 0) writer.add(row, key);
    }
    checksum = writer.finish();
  }
  std::size_t rows = 0;
  const MappedFile back(temporary);
  visit_chunks(back.bytes(), checksum, [&](const schema::Chunk& chunk) { rows += chunk.rows()->size(); });
  if (rows != table.scale().states()) throw std::runtime_error("the snapshot lost rows");
  std::filesystem::rename(temporary, file);
  const File folder(file.parent_path(), O_RDONLY | O_DIRECTORY);
  if (fsync(folder.number()) != 0) fail("fsync of the folder");
  return checksum;
}

void restore_snapshot(Prototype& idle, const std::filesystem::path& file, std::uint64_t checksum) {
  std::memset(static_cast<void*>(idle.rows()), 0, idle.bytes());
  const MappedFile mapped(file);
  visit_chunks(mapped.bytes(), checksum, [&](const schema::Chunk& chunk) {
    for (const schema::Row* row : *chunk.rows()) {
      PrototypeRow* place = idle.place(row->key());
      for (std::uint32_t i = 0; i < kVariants; ++i) {
        place->cells[i].store((*row->cells())[i], std::memory_order_relaxed);
      }
      place->meta.store(kVariants, std::memory_order_relaxed);
      place->key.store(row->key(), std::memory_order_release);
    }
  });
}

}  // namespace remora::bench
