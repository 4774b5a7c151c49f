// A snapshot file as it grows: parts are appended and hashed, the envelope goes in last, and all of it is
// read back and checked before the file gets its name.
#pragma once

#include <xxhash.h>

#include <cstdint>
#include <optional>

#include <flatbuffers/flatbuffer_builder.h>

#include "base/atomic_file.hpp"
#include "base/status.hpp"
#include "snapshot/envelope.hpp"
#include "snapshot/seal.hpp"
#include "store/history.hpp"

namespace remora::snapshot {

// Used by one thread. Without a successful finish no file is left. The functions throw std::bad_alloc.
class SnapshotFile {
 public:
  // Begins the file in `folder`, which must outlive this; `size_hint` as base::AtomicFileWriter has it. kind
  // and sequence of the envelope give its name. It is signed when there is a key. Errors: as
  // base::AtomicFileWriter::open.
  base::Code open(const base::Directory& folder, const Envelope& envelope, const store::SnapshotTrust& trust,
                  uint64_t size_hint, base::Problem& problem);

  // Appends the builder's finished part. The first one is the header. Errors: kNoSpace, kIo.
  base::Code append(const flatbuffers::FlatBufferBuilder& part, base::Problem& problem);

  // XXH3-64 of all parts so far.
  uint64_t checksum() const { return XXH3_64bits_digest(&hash_); }

  // Writes the envelope with the totals it was given, reads the file back, checks it against `history`, makes
  // it durable and gives it its name. Errors: kNoSpace, kIo, kExists, kDamaged (what was read back is not
  // what was written).
  base::Code finish(const store::History& history, uint64_t rows, uint64_t visits, Envelope* envelope,
                    base::Problem& problem);

 private:
  base::Code write_seal(base::Problem& problem);
  base::Code read_back(const store::History& history, base::Problem& problem) const;

  base::AtomicFileWriter writer_;
  XXH3_state_t hash_;
  std::optional<Signer> signer_;
  Seal seal_;
  Envelope envelope_;
  uint32_t parts_ = 0;
};

}  // namespace remora::snapshot
