#include "snapshot/verifier.hpp"

#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "snapshot/envelope.hpp"
#include "snapshot/inspector.hpp"
#include "snapshot/seal.hpp"

namespace remora::snapshot {
namespace {

using base::Code;
using base::Problem;

// Of the content before the footer, and of all of it, in one pass.
struct Checksums {
  uint64_t before_footer;
  uint64_t content;
};

Checksums checksums_of(std::span<const std::byte> file, const Envelope& envelope) {
  const uint64_t footer = footer_offset(envelope);
  XXH3_state_t hash;
  XXH3_64bits_reset(&hash);
  XXH3_64bits_update(&hash, file.data() + sizeof envelope, footer - sizeof envelope);
  const uint64_t before = XXH3_64bits_digest(&hash);
  XXH3_64bits_update(&hash, file.data() + footer, content_end(envelope) - footer);
  return {before, XXH3_64bits_digest(&hash)};
}

Code check_parts(std::span<const std::byte> file, uint64_t before_footer, Inspector& inspector,
                 Problem& problem) {
  uint64_t offset = sizeof(Envelope);
  while (!inspector.done()) {
    if (file.size() - offset < kPartAlign) {
      return problem.set(Code::kDamaged, "byte %llu: the footer is missing",
                         static_cast<unsigned long long>(offset));
    }
    uint32_t prefix = 0;
    std::memcpy(&prefix, file.data() + offset, sizeof prefix);
    uint64_t size = 0;
    if (const Code code = inspector.part_size(prefix, offset, &size, problem); !ok(code)) {
      return code;
    }
    if (const Code code = inspector.part(file.subspan(offset, size), offset, before_footer, problem);
        !ok(code)) {
      return code;
    }
    const auto padding = file.subspan(offset + size, padded(size) - size);
    if (std::any_of(padding.begin(), padding.end(), [](std::byte byte) { return byte != std::byte{0}; })) {
      const unsigned long long at = offset + size;
      return problem.set(Code::kDamaged, "byte %llu: padding that is not zero", at);
    }
    offset += padded(size);
  }
  return Code::kOk;
}

}  // namespace

Code verify(std::span<const std::byte> file, const store::History& history, Contents* contents,
            Problem& problem, Roster roster) try {
  Envelope envelope;
  std::memcpy(&envelope, file.data(), std::min(file.size(), sizeof envelope));
  if (const Code code = check_envelope(envelope, file.size(), problem); !ok(code)) {
    return code;
  }
  const Checksums checksums = checksums_of(file, envelope);
  if (checksums.content != envelope.content_checksum) {
    return problem.set(Code::kDamaged,
                       "byte 24: the checksum of the content is wrong; it was changed or copied badly");
  }
  if (envelope.key_id != 0) {
    Seal seal;
    std::memcpy(&seal, file.data() + content_end(envelope), sizeof seal);
    if (const Code code = check_seal(seal, envelope, problem); !ok(code)) {
      return code;
    }
  }
  *contents = {};
  contents->info = info_of(envelope);
  Inspector inspector(envelope, history, {.roster = roster}, contents);
  return check_parts(file, checksums.before_footer, inspector, problem);
} catch (const std::bad_alloc&) {
  return problem.set(Code::kMemory, "no memory for checking a snapshot of %zu bytes", file.size());
}

Code check_bytes(const store::State& state, std::span<const std::byte> file, Roster roster,
                 Contents* contents, Problem& problem) {
  const Code code = verify(file, state.history(), contents, problem, roster);
  return ok(code) ? authenticate(file, state.snapshot_trust(), problem) : code;
}

}  // namespace remora::snapshot
