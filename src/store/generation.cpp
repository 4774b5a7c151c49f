#include "store/generation.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "base/os_random.hpp"
#include "store/file_names.hpp"

namespace remora::store {
namespace {

constexpr uint64_t kRowsOffset =
    kPage + ((sizeof(GenerationPage) + kPage - 1) & ~static_cast<uint64_t>(kPage - 1));

uint64_t file_size(uint64_t rows) { return kRowsOffset + rows * sizeof(Row); }

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
  if (!std::has_single_bit(identity.rows) || identity.file_size != file_size(identity.rows) ||
      size < identity.file_size || identity.states > identity.rows) {
    return problem.set(base::Code::kDamaged, "%s has %llu bytes where %llu are stated", name.text,
                       static_cast<unsigned long long>(size),
                       static_cast<unsigned long long>(identity.file_size));
  }
  return base::Code::kOk;
}

}  // namespace

base::Code Generation::create(const base::Directory& directory, const History& history, uint64_t number,
                              uint64_t states, base::Problem& problem) {
  const Identity identity = identity_for(history, number, states);
  const FileName name = generation_file(number);
  uint64_t random = 0;
  if (const base::Code code = base::os_random_u64(&random, problem); !ok(code)) {
    return code;
  }
  char temporary[96];
  std::snprintf(temporary, sizeof temporary, "%s.%016llx%s", name.text,
                static_cast<unsigned long long>(random), kTemporarySuffix);
  base::File file;
  base::Code code = base::create_allocated(directory, temporary, identity.file_size, &file, problem);
  if (!ok(code)) {
    problem.prefix("making %s (%llu bytes)", name.text, static_cast<unsigned long long>(identity.file_size));
    return code;
  }
  code = file.write_at(0, std::as_bytes(std::span(&identity, 1)), problem);
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

base::Code Generation::open(const base::Directory& directory, const History& history, uint64_t number,
                            bool read_only, std::unique_ptr<Generation>* out, base::Problem& problem) {
  const FileName name = generation_file(number);
  base::File file;
  // Read-write also for readers: on overlay file systems a read-only mapping would go on showing the lower
  // file.
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
  std::byte* const base = generation->mapping_.data();
  generation->number_ = number;
  generation->mask_ = identity.rows - 1;
  generation->states_ = identity.states;
  generation->quota_ = std::max<uint64_t>(identity.states / 4, 64);
  generation->secret_[0] = history.secret[0];
  generation->secret_[1] = history.secret[1];
  generation->page_ = reinterpret_cast<GenerationPage*>(base + kPage);
  generation->rows_ = reinterpret_cast<Row*>(base + kRowsOffset);
  *out = std::move(generation);
  return base::Code::kOk;
}

void Generation::populate_used() const {
  base::Problem ignored;  // a page that cannot be mapped now faults in later; nothing else is lost
  static_cast<void>(mapping_.populate(0, kRowsOffset, ignored));
  const uint64_t bits = sizeof(GenerationPage::touched) * 8;
  const uint64_t rows = mask_ + 1;
  const uint64_t span = std::max<uint64_t>(kPage / sizeof(Row), rows / bits) * sizeof(Row);
  // Neighbouring pages are asked for in one go: a full table is one call, a sparse one a few hundred.
  uint64_t begin = 0;
  uint64_t length = 0;
  for (uint64_t bit = 0; bit < bits && bit * span < rows * sizeof(Row); ++bit) {
    const bool used = (page_->touched[bit / 64].load(std::memory_order_relaxed) >> (bit % 64) & 1) != 0;
    if (used) {
      begin = length == 0 ? bit * span : begin;
      length += span;
    } else if (length != 0) {
      static_cast<void>(mapping_.populate(kRowsOffset + begin, length, ignored));
      length = 0;
    }
  }
  if (length != 0) {
    static_cast<void>(mapping_.populate(kRowsOffset + begin, length, ignored));
  }
}

}  // namespace remora::store
