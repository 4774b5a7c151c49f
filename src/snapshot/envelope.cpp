#include "snapshot/envelope.hpp"

#include <xxhash.h>

#include <bit>
#include <cinttypes>

namespace remora::snapshot {
namespace {

using base::Code;
using base::Problem;

static_assert(std::endian::native == std::endian::little,
              "snapshots are read and written as they stand in memory");

uint64_t checksum_of(const Envelope& envelope) {
  return XXH3_64bits(&envelope, offsetof(Envelope, envelope_checksum));
}

Code check_fields(const Envelope& e, Problem& problem) {
  if (e.kind == 0 || e.kind > kLastKind) {
    return problem.set(Code::kDamaged, "byte 36: no kind of snapshot has the number %u", e.kind);
  }
  if (e.reserved[0] != 0 || e.reserved[1] != 0) {
    return problem.set(Code::kFormat, "bytes 104 to 119 are used: a newer version wrote the file");
  }
  if (e.total_bytes > kMaxFileBytes) {
    return problem.set(Code::kDamaged,
                       "byte 16: states %" PRIu64 " bytes, more than the %" PRIu64 " that are read",
                       e.total_bytes, kMaxFileBytes);
  }
  if (e.header_bytes > kMaxHeaderBytes || e.footer_bytes > kMaxPartBytes ||
      sizeof(Envelope) + padded(e.header_bytes) + padded(e.footer_bytes) + seal_bytes(e) > e.total_bytes) {
    return problem.set(Code::kDamaged, "byte 32: a first part of %u and a last one of %u bytes cannot be",
                       e.header_bytes, e.footer_bytes);
  }
  // A row takes 64 bytes, so more cannot be there. Keeps what is allocated for a file in proportion to its
  // size.
  if (e.rows > e.total_bytes / 64 || e.chunks > e.total_bytes / 64) {
    return problem.set(Code::kDamaged, "byte 64: %" PRIu64 " rows in %u parts cannot be in %" PRIu64 " bytes",
                       e.rows, e.chunks, e.total_bytes);
  }
  return Code::kOk;
}

}  // namespace

void seal(Envelope* envelope) { envelope->envelope_checksum = checksum_of(*envelope); }

Code check_envelope(const Envelope& e, uint64_t file_bytes, Problem& problem) {
  if (file_bytes < sizeof(Envelope)) {
    return problem.set(Code::kDamaged, "the file has %" PRIu64 " bytes; a snapshot begins with %zu",
                       file_bytes, sizeof(Envelope));
  }
  if (e.magic != kMagic) {
    return problem.set(Code::kFormat,
                       "byte 0: the file is not a snapshot (it does not begin with \"RSNAP\")");
  }
  if (e.endian_tag != kEndianTag) {
    return problem.set(Code::kFormat, "byte 12: the file has another byte order (%08x)", e.endian_tag);
  }
  if (e.format_version != kFormatVersion) {
    return problem.set(Code::kFormat, "byte 8: the file has format version %u, this library reads %u",
                       e.format_version, kFormatVersion);
  }
  if (e.envelope_checksum != checksum_of(e)) {
    return problem.set(Code::kDamaged, "byte 120: the checksum of the first 120 bytes is wrong");
  }
  if (e.total_bytes != file_bytes) {
    return problem.set(Code::kDamaged,
                       "byte 16: the file has %" PRIu64 " bytes where %" PRIu64 " are stated; copy it again",
                       file_bytes, e.total_bytes);
  }
  return check_fields(e, problem);
}

bool is_incomplete(const Envelope& envelope, uint64_t file_bytes) {
  return envelope.magic == kMagic && envelope.envelope_checksum == checksum_of(envelope) &&
         envelope.total_bytes > file_bytes;
}

Info info_of(const Envelope& e) {
  return {static_cast<Kind>(e.kind),    e.sequence, e.taken_ns, e.rows, e.visits, e.total_bytes, e.generation,
          e.content_checksum & k53Bits, e.key_id};
}

}  // namespace remora::snapshot
