// Checks the parts of a snapshot one after the other, in file order. Used on a file in memory before it is
// believed, and on a file just written as it is read back.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/status.hpp"
#include "snapshot/contents.hpp"
#include "snapshot/envelope.hpp"
#include "snapshot/key_set.hpp"
#include "snapshot_generated.h"
#include "store/history.hpp"

namespace remora::snapshot {

struct Checks {
  bool unique = true;  // look for repeated rows, which takes 16 to 32 bytes of memory for each row
  Roster roster = Roster::kKnown;
};

// The functions throw std::bad_alloc.
class Inspector {
 public:
  // All but the checks must outlive it.
  Inspector(const Envelope& envelope, const store::History& history, const Checks& checks,
            Contents* contents);

  // Bytes of the part that begins at `offset` of the file, from the four bytes there (its size prefix).
  // kDamaged when that is more than the rest of the file, or than such a part may have.
  base::Code part_size(uint32_t prefix, uint64_t offset, uint64_t* size, base::Problem& problem) const;

  // The next part, with its size prefix, at a multiple of 8 in memory. `checksum_before` is the XXH3-64 of
  // everything between envelope and footer; only the footer needs it. Its rows are appended to
  // contents->chunks. Errors: kDamaged, kNotFound.
  base::Code part(std::span<const std::byte> bytes, uint64_t offset, uint64_t checksum_before,
                  base::Problem& problem);

  // Whether the footer has come; nothing may follow it.
  bool done() const { return done_; }

 private:
  base::Code rows(const remora_snapshot::Rows& part, uint64_t offset, base::Problem& problem);
  base::Code footer(const remora_snapshot::Footer& part, uint64_t checksum_before, base::Problem& problem);
  bool check_row(const remora_snapshot::Row& row);
  size_t find_repeated(std::span<const remora_snapshot::Row> rows);
  base::Code explain_row(const remora_snapshot::Row& row, uint64_t number, uint64_t offset,
                         base::Problem& problem) const;

  const Envelope& envelope_;
  const store::History& history_;
  Roster roster_;
  Contents* contents_;
  std::optional<KeySet> keys_;
  uint64_t rows_ = 0, visits_ = 0;
  uint32_t chunks_ = 0;
  bool begun_ = false, done_ = false;
};

}  // namespace remora::snapshot
