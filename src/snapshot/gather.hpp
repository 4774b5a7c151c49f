// Reads live rows in table order, a bounded piece at a time, while everybody goes on learning.
#pragma once

#include <cstdint>
#include <span>

#include "snapshot/capture.hpp"
#include "snapshot_generated.h"
#include "store/generation.hpp"

namespace remora::snapshot {

// Each call continues where the last one ended. A cell is one word, so a row may hold values of two moments,
// and no cell a mixture of two.
class Gatherer {
 public:
  // Both must outlive it.
  Gatherer(const store::Generation& generation, const Capture& capture);

  // Fills `rows` from its begin; returns how many were found, fewer than asked for only at the table's end.
  size_t next(std::span<remora_snapshot::Row> rows);

  // Of all rows given out so far, those over all tasks not counted.
  uint64_t visits() const { return visits_; }

 private:
  bool read(const store::Row& live, remora_snapshot::Row* row);

  const store::Generation& generation_;
  const Capture& capture_;
  uint64_t at_ = 0;
  uint64_t visits_ = 0;
};

}  // namespace remora::snapshot
