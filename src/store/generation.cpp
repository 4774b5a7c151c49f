#include "store/generation.hpp"

#include <algorithm>
#include <cstring>

#include "base/clock.hpp"
#include "base/os_random.hpp"
#include "store/file_names.hpp"

namespace remora::store {
namespace {

constexpr uint64_t kRowsOffset =
    kPage + ((sizeof(GenerationPage) + kPage - 1) & ~static_cast<uint64_t>(kPage - 1));

constexpr uint64_t kTouchedBits = sizeof(GenerationPage::touched) * 8;

uint64_t file_size(uint64_t main_rows) {
  return kRowsOffset + (front_rows_of(main_rows) + main_rows) * sizeof(Row);
}

// A page of rows, or as many as let the bits of `touched` cover them all.
uint64_t rows_a_bit(uint64_t rows) {
  return std::max<uint64_t>(kPage / sizeof(Row), std::bit_ceil((rows + kTouchedBits - 1) / kTouchedBits));
}

Identity identity_for(const History& history, uint64_t number, uint64_t states) {
  Identity identity{};
  set_capacities(history.capacities, &identity);
  identity.magic = kGenerationMagic;
  identity.endian_tag = kEndianTag;
  identity.layout_version = kLayoutVersion;
  identity.layout_hash = layout_hash();
  identity.directory_id = history.identity->directory_id;
  identity.created_ns = base::now_ns();
  identity.generation = number;
  identity.states = states;
  // Half full at most: probing stays within a line or two.
  identity.rows = std::bit_ceil(std::max<uint64_t>(2 * states, 128));
  identity.file_size = file_size(identity.rows);
  identity.checksum = identity_checksum(identity);
  return identity;
}

base::Code check_identity(const Identity& identity, const History& history, uint64_t number, uint64_t size,
                          base::Problem& problem) {
  const FileName name = generation_file(number);
  if (identity.magic != kGenerationMagic || identity.endian_tag != kEndianTag) {
    return problem.set(base::Code::kFormat, "%s is no generation file of this machine's byte order",
                       name.text);
  }
  if (identity.layout_version != kLayoutVersion || identity.layout_hash != layout_hash() ||
      identity.incompatible != 0) {
    return problem.set(base::Code::kFormat,
                       "%s has layout version %u, this library reads %u; it was left untouched", name.text,
                       identity.layout_version, kLayoutVersion);
  }
  if (identity.checksum != identity_checksum(identity)) {
    return problem.set(base::Code::kDamaged, "%s: the checksum of its first page is wrong", name.text);
  }
  if (identity.directory_id != history.identity->directory_id || identity.generation != number) {
    return problem.set(base::Code::kDamaged,
                       "%s belongs to another state directory or has another number inside", name.text);
  }
  // Twice as many rows as the most states: of more, the size in bytes could overflow.
  constexpr uint64_t kMostRows = 1ULL << 30;
  if (!std::has_single_bit(identity.rows) || identity.rows < 128 || identity.rows > kMostRows ||
      identity.file_size != file_size(identity.rows) || size < identity.file_size ||
      identity.states > identity.rows) {
    return problem.set(base::Code::kDamaged, "%s has %llu bytes where %llu are stated", name.text,
                       static_cast<unsigned long long>(size),
                       static_cast<unsigned long long>(identity.file_size));
  }
  return base::Code::kOk;
}

// Writes `bytes` and has the disk work on the first while the last are copied.
base::Code write_pieces(const base::File& file, std::span<const std::byte> bytes, base::Problem& problem) {
  constexpr uint64_t kPiece = 8U << 20;
  base::Code code = base::Code::kOk;
  for (uint64_t at = 0; ok(code) && at < bytes.size(); at += kPiece) {
    const uint64_t size = std::min<uint64_t>(kPiece, bytes.size() - at);
    code = file.write_at(at, bytes.subspan(at, size), problem);
    if (ok(code) && bytes.size() > kPiece) {
      code = file.start_writing(at, size, problem);
    }
  }
  return code;
}

// A file of `size` bytes, fully allocated, that begins with `bytes` and goes on with zeros: under a temporary
// name, then renamed.
base::Code make_file(const base::Directory& directory, uint64_t number, uint64_t size,
                     std::span<const std::byte> bytes, base::Problem& problem) {
  const FileName name = generation_file(number);
  uint64_t random = 0;
  if (const base::Code code = base::os_random_u64(&random, problem); !ok(code)) {
    return code;
  }
  char temporary[96];
  std::snprintf(temporary, sizeof temporary, "%s.%016llx%s", name.text,
                static_cast<unsigned long long>(random), kTemporarySuffix);
  base::File file;
  base::Code code = base::create_allocated(directory, temporary, size, &file, problem);
  if (!ok(code)) {
    problem.prefix("making %s (%llu bytes)", name.text, static_cast<unsigned long long>(size));
    return code;
  }
  code = write_pieces(file, bytes, problem);
  if (ok(code)) {
    code = file.write_zeros(bytes.size(), size - bytes.size(), problem);
  }
  if (ok(code)) {
    code = file.sync(problem);
  }
  if (ok(code)) {
    code = directory.rename(temporary, name, problem);
  }
  if (!ok(code)) {
    base::Problem ignored;
    static_cast<void>(directory.remove(temporary, ignored));
    return code;
  }
  return directory.sync(problem);
}

}  // namespace

base::Code Generation::create(const base::Directory& directory, const History& history, uint64_t number,
                              uint64_t states, base::Problem& problem) {
  const Identity identity = identity_for(history, number, states);
  return make_file(directory, number, identity.file_size, std::as_bytes(std::span(&identity, 1)), problem);
}

base::Code Generation::prepare(const History& history, uint64_t number, uint64_t states,
                               std::unique_ptr<Generation>* out, base::Problem& problem) {
  const Identity identity = identity_for(history, number, states);
  std::unique_ptr<Generation> generation(new Generation);
  if (const base::Code code =
          base::Mapping::private_memory(identity.file_size, &generation->mapping_, problem);
      !ok(code)) {
    return code;
  }
  std::memcpy(generation->mapping_.data(), &identity, sizeof identity);
  generation->set_up(identity, history);
  *out = std::move(generation);
  return base::Code::kOk;
}

base::Code Generation::save(const base::Directory& directory, base::Problem& problem) const {
  return make_file(directory, number_, mapping_.size(), {mapping_.data(), mapping_.size()}, problem);
}

base::Code Generation::open(const base::Directory& directory, const History& history, uint64_t number,
                            bool read_only, std::unique_ptr<Generation>* out, base::Problem& problem) {
  const FileName name = generation_file(number);
  base::File file;
  // On overlay file systems a file is copied up by who opens it for writing. What was mapped read-only before
  // goes on showing the lower one.
  const base::FileAccess access = read_only ? base::FileAccess::kRead : base::FileAccess::kReadWrite;
  if (const base::Code code = base::File::open(directory, name, access, &file, problem); !ok(code)) {
    return code;
  }
  Identity identity{};
  const uint64_t size = file.size();
  if (size < kRowsOffset) {
    return problem.set(base::Code::kDamaged, "%s has only %llu bytes", name.text,
                       static_cast<unsigned long long>(size));
  }
  if (const base::Code code = file.read_at(0, std::as_writable_bytes(std::span(&identity, 1)), problem);
      !ok(code)) {
    return code;
  }
  if (const base::Code code = check_identity(identity, history, number, size, problem); !ok(code)) {
    return code;
  }
  std::unique_ptr<Generation> generation(new Generation);
  if (const base::Code code =
          base::Mapping::map(file, identity.file_size, read_only, &generation->mapping_, problem);
      !ok(code)) {
    return code;
  }
  generation->set_up(identity, history);
  // States lie where their hash says: what is read ahead around one is memory for nothing.
  generation->mapping_.expect_random(kRowsOffset, identity.file_size - kRowsOffset);
  *out = std::move(generation);
  return base::Code::kOk;
}

void Generation::set_up(const Identity& identity, const History& history) {
  const uint64_t front = front_rows_of(identity.rows);
  number_ = identity.generation;
  row_count_ = front + identity.rows;
  main_mask_ = identity.rows - 1;
  front_pair_mask_ = front / kFrontPair - 1;
  span_ = rows_a_bit(row_count_);
  states_ = identity.states;
  quota_ = std::max<uint64_t>(identity.states / 4, 64);
  secret_[0] = history.secret[0];
  secret_[1] = history.secret[1];
  page_ = reinterpret_cast<GenerationPage*>(mapping_.data() + kPage);
  rows_ = reinterpret_cast<Row*>(mapping_.data() + kRowsOffset);
  main_rows_ = rows_ + front;
}

uint64_t Generation::experience_since() const {
  const uint64_t stated = page_->experience_since.load(std::memory_order_relaxed);
  return stated == 0 || stated > number_ ? number_ : stated;
}

bool Generation::goes_on_from(uint32_t number) const {
  constexpr uint64_t kKept = 0xFFFFFF;
  const uint64_t since = experience_since();
  return ((number - since) & kKept) <= std::min(number_ - since, kKept);
}

void Generation::continue_from(const Generation& before) const {
  page_->experience_since.store(before.experience_since(), std::memory_order_relaxed);
}

void Generation::mark_touched(const Row& row) const {
  const uint64_t bit = static_cast<uint64_t>(&row - rows_) / span_;
  Word& word = page_->touched[bit / 64];
  const uint64_t mask = 1ULL << (bit % 64);
  if ((word.load(std::memory_order_relaxed) & mask) == 0) {
    word.fetch_or(mask, std::memory_order_release);
  }
}

uint64_t Generation::skip_untouched(uint64_t row) const {
  while (row < row_count_) {
    const uint64_t bit = row / span_;
    if ((page_->touched[bit / 64].load(std::memory_order_acquire) >> (bit % 64) & 1) != 0) {
      return row;
    }
    row = (bit + 1) * span_;
  }
  return row_count_;
}

void Generation::populate_used() const {
  base::Problem ignored;  // a page that cannot be mapped now faults in later; nothing else is lost
  const auto front = static_cast<uint64_t>(main_rows_ - rows_);
  static_cast<void>(mapping_.populate(0, kRowsOffset + front * sizeof(Row), ignored));
  // Pages made ready to be written count as changed, and the next sync writes them all: a large table is only
  // made ready to be read.
  constexpr uint64_t kMostWritten = 16U << 20;
  uint64_t used = 0;
  for (uint64_t row = skip_untouched(front); row < row_count_; row = skip_untouched(row + span_)) {
    used += span_ * sizeof(Row);
  }
  const auto populate = used > kMostWritten ? &base::Mapping::populate_read : &base::Mapping::populate;
  // Neighbouring spans are asked for in one go: a full table is one call, a sparse one a few hundred.
  for (uint64_t begin = skip_untouched(front); begin < row_count_;) {
    uint64_t end = begin;
    do {
      end = std::min((end / span_ + 1) * span_, row_count_);
    } while (end < row_count_ && skip_untouched(end) == end);
    static_cast<void>(
        (mapping_.*populate)(kRowsOffset + begin * sizeof(Row), (end - begin) * sizeof(Row), ignored));
    begin = skip_untouched(end);
  }
}

}  // namespace remora::store
