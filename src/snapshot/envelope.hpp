// The first 128 bytes of a snapshot file: enough to list it and to refuse most of what is not one. The format
// is described in abi/snapshot.fbs.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/status.hpp"
#include "snapshot/info.hpp"

namespace remora::snapshot {

inline constexpr uint64_t kMagic = 0x1A0A0D50414E5352ULL;  // "RSNAP" CR LF SUB: broken by transfers as text
inline constexpr uint32_t kFormatVersion = 1;
inline constexpr uint32_t kEndianTag = 0x01020304;
inline constexpr uint32_t kChunkRows = 2'048;             // rows of one part, at most
inline constexpr uint64_t kMaxFileBytes = 2ULL << 30;     // larger files are not read
inline constexpr uint64_t kMaxHeaderBytes = 64ULL << 20;  // first part
inline constexpr uint64_t kMaxPartBytes = 1ULL << 20;     // other parts
inline constexpr size_t kPartAlign = 8;
inline constexpr uint64_t kSealBytes = 48;  // behind the last part of a signed file

struct Envelope {
  uint64_t magic = kMagic;
  uint32_t format_version = kFormatVersion;
  uint32_t endian_tag = kEndianTag;
  uint64_t total_bytes = 0;
  uint64_t content_checksum = 0;  // XXH3-64 of all parts
  uint32_t header_bytes = 0;      // of the first part, with its size prefix
  uint32_t kind = 0;
  uint64_t directory_id = 0;
  uint64_t sequence = 0;
  int64_t taken_ns = 0;
  uint64_t rows = 0;
  uint64_t visits = 0;
  uint64_t generation = 0;
  uint32_t chunks = 0;
  uint32_t footer_bytes = 0;  // of the last part, with its size prefix
  uint64_t key_id = 0;        // of the key that the file is signed with; 0 = it is not signed
  uint64_t reserved[2] = {0, 0};
  uint64_t envelope_checksum = 0;  // XXH3-64 of the bytes before
};
static_assert(sizeof(Envelope) == 128);

// Bytes that a part of `size` bytes takes in the file.
inline constexpr uint64_t padded(uint64_t size) {
  return (size + kPartAlign - 1) & ~uint64_t{kPartAlign - 1};
}

// Bytes behind the last part.
inline uint64_t seal_bytes(const Envelope& envelope) { return envelope.key_id != 0 ? kSealBytes : 0; }

// Where the parts end, and where the last one begins, for an envelope that was checked.
inline uint64_t content_end(const Envelope& envelope) { return envelope.total_bytes - seal_bytes(envelope); }
inline uint64_t footer_offset(const Envelope& envelope) {
  return content_end(envelope) - padded(envelope.footer_bytes);
}

// Sets the envelope's own checksum.
void seal(Envelope* envelope);

// Checks what can be told from the envelope and the file's size, and nothing of the content.
// Errors: kFormat (not a snapshot, other version or byte order), kDamaged (cut short, or a wrong byte).
base::Code check_envelope(const Envelope& envelope, uint64_t file_bytes, base::Problem& problem);

// Whether a file with these first bytes is still being copied to its place: a sound envelope, bytes missing.
bool is_incomplete(const Envelope& envelope, uint64_t file_bytes);

Info info_of(const Envelope& envelope);

}  // namespace remora::snapshot
