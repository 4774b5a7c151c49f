#include "store/history_file.hpp"

#include <bit>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/os_random.hpp"
#include "store/file_names.hpp"
#include "store/history.hpp"
#include "store/words.hpp"

namespace remora::store {
namespace {

using base::Code;
using base::Problem;

struct Range {
  const char* name;
  uint64_t value, low, high;
  bool power_of_two;
};

Code check_capacities(const Capacities& c, Problem& problem) {
  const Range ranges[] = {
      {"states", c.states, 64, 1ULL << 28, false},
      {"ledger_slots", c.ledger_slots, 1024, 1ULL << kSlotBits, true},
      {"names", c.names, 64, 1U << 20, false},
      {"contexts", c.contexts, 64, 1U << 20, true},
      {"agents", c.agents, 1, 1024, false},
      {"variant_chunks", c.variant_chunks, 1, 65'535, false},
      {"rollouts", c.rollouts, 1, 255, false},
      {"events", c.events, 64, 1U << 16, true},
      {"lanes", c.lanes, 1, 16, true},
      {"lane_slots", c.lane_slots, 256, 1U << 20, true},
  };
  for (const Range& range : ranges) {
    if (range.value < range.low || range.value > range.high ||
        (range.power_of_two && !std::has_single_bit(range.value))) {
      return problem.set(
          Code::kInvalid, "capacity %s is %llu: must be %s%llu .. %llu", range.name,
          static_cast<unsigned long long>(range.value), range.power_of_two ? "a power of two in " : "",
          static_cast<unsigned long long>(range.low), static_cast<unsigned long long>(range.high));
    }
  }
  return Code::kOk;
}

Code fill_identity(const Capacities& capacities, Identity* identity, Problem& problem) {
  *identity = {};
  set_capacities(capacities, identity);
  identity->magic = kHistoryMagic;
  identity->endian_tag = kEndianTag;
  identity->layout_version = kLayoutVersion;
  identity->layout_hash = layout_hash();
  identity->file_size = HistoryOffsets::of(capacities).end;
  identity->created_ns = base::now_ns();
  uint64_t random[3] = {};
  if (const Code code = base::os_random(std::as_writable_bytes(std::span(random)), problem); !ok(code)) {
    return code;
  }
  identity->directory_id = random[0];
  identity->secret[0] = random[1] | 1;
  identity->secret[1] = random[2] | 1;
  identity->checksum = identity_checksum(*identity);
  return Code::kOk;
}

Code write_and_name(const base::Directory& directory, const Identity& identity, Problem& problem) {
  char temporary[96];
  std::snprintf(temporary, sizeof temporary, "%s.%016llx%s", kHistoryFile,
                static_cast<unsigned long long>(identity.directory_id ^ identity.secret[0]),
                kTemporarySuffix);
  base::File file;
  Code code = base::create_allocated(directory, temporary, identity.file_size, &file, problem);
  if (!ok(code)) {
    problem.prefix("making %s (%llu bytes)", kHistoryFile,
                   static_cast<unsigned long long>(identity.file_size));
    return code;
  }
  code = file.write_at(0, std::as_bytes(std::span(&identity, 1)), problem);
  if (ok(code)) {
    code = file.write_zeros(sizeof identity, identity.file_size - sizeof identity, problem);
  }
  if (ok(code)) {
    code = file.sync(problem);
  }
  if (ok(code)) {
    code = directory.rename_new(temporary, kHistoryFile, problem);
  }
  if (!ok(code)) {
    Problem ignored;
    static_cast<void>(directory.remove(temporary, ignored));
  }
  return code;
}

Code check_identity(const Identity& identity, uint64_t size, Problem& problem) {
  if (identity.magic != kHistoryMagic) {
    return problem.set(
        Code::kFormat,
        "%s does not begin as a Remora history file does; move it away or choose another directory",
        kHistoryFile);
  }
  if (identity.endian_tag != kEndianTag) {
    return problem.set(
        Code::kFormat,
        "%s was made on a machine of another byte order; carry learned values over by a snapshot",
        kHistoryFile);
  }
  if (identity.layout_version != kLayoutVersion) {
    return problem.set(Code::kFormat,
                       "%s has layout version %u, this library reads version %u; use the library that made "
                       "it, or a new directory",
                       kHistoryFile, identity.layout_version, kLayoutVersion);
  }
  if (identity.checksum != identity_checksum(identity)) {
    return problem.set(Code::kDamaged,
                       "%s: the checksum of its first page is wrong; restore a snapshot into a new directory",
                       kHistoryFile);
  }
  if (identity.layout_hash != layout_hash() || identity.incompatible != 0) {
    return problem.set(Code::kFormat,
                       "%s has features (%#llx) or a layout that this library does not know; use a newer one",
                       kHistoryFile, static_cast<unsigned long long>(identity.incompatible));
  }
  const Capacities capacities = capacities_of(identity);
  if (const Code code = check_capacities(capacities, problem); !ok(code)) {
    return problem.set(Code::kDamaged, "%s states capacities that cannot be", kHistoryFile);
  }
  if (identity.file_size != HistoryOffsets::of(capacities).end || size != identity.file_size) {
    return problem.set(Code::kDamaged, "%s has %llu bytes where its capacities need %llu", kHistoryFile,
                       static_cast<unsigned long long>(size),
                       static_cast<unsigned long long>(HistoryOffsets::of(capacities).end));
  }
  return Code::kOk;
}

}  // namespace

Code create_history_file(const base::Directory& directory, const Capacities& capacities, Problem& problem) {
  if (const Code code = check_capacities(capacities, problem); !ok(code)) {
    return code;
  }
  Identity identity;
  if (const Code code = fill_identity(capacities, &identity, problem); !ok(code)) {
    return code;
  }
  if (const Code code = write_and_name(directory, identity, problem); !ok(code)) {
    return code;
  }
  return directory.sync(problem);
}

Code map_history_file(const base::Directory& directory, bool read_only, base::Mapping* mapping,
                      Problem& problem) {
  base::File file;
  const base::FileAccess access = read_only ? base::FileAccess::kRead : base::FileAccess::kReadWrite;
  if (const Code code = base::File::open(directory, kHistoryFile, access, &file, problem); !ok(code)) {
    return code;
  }
  base::FileIdentity present;
  if (const Code code = file.identity(&present, problem); !ok(code)) {
    return code;
  }
  if (present.size < kPage) {
    return problem.set(Code::kDamaged, "%s has only %llu bytes", kHistoryFile,
                       static_cast<unsigned long long>(present.size));
  }
  Identity identity{};
  if (const Code code = file.read_at(0, std::as_writable_bytes(std::span(&identity, 1)), problem);
      !ok(code)) {
    return code;
  }
  if (const Code code = check_identity(identity, present.size, problem); !ok(code)) {
    return code;
  }
  return base::Mapping::map(file, identity.file_size, read_only, mapping, problem);
}

}  // namespace remora::store
