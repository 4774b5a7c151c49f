// The write side of a snapshot's first part: what the numbers in rows stand for, taken once before the first
// row is read. Names only grow, so everything a captured name refers to is captured too; rows of younger
// names are left out.
#pragma once

#include <cstdint>

#include <flatbuffers/flatbuffer_builder.h>

#include "base/heap.hpp"
#include "snapshot/envelope.hpp"
#include "snapshot_generated.h"
#include "store/history.hpp"
#include "store/words.hpp"

namespace remora::snapshot {

struct Capture {
  base::Vector<uint8_t> variants;  // of each agent; 0 = no variant yet, hence no rows
  uint32_t task_types = 0;         // names of each kind
  uint32_t labels = 0;
  uint32_t categories = 0;
  base::Vector<uint32_t> set_numbers;  // by context id - 1: number in the file, 0 = not captured
  base::Vector<remora_snapshot::LabelSet> label_sets;  // by number in the file - 1
  base::Vector<remora_snapshot::Attempt> attempts;     // likewise, behind these
};

// Throws std::bad_alloc, as do all functions here.
Capture capture_names(const store::History& history);

// Appends the finished first part to `builder`, which must be empty.
void build_header(const store::History& history, const Capture& capture, const Envelope& envelope,
                  uint64_t state_limit, flatbuffers::FlatBufferBuilder* builder);

// Whether a row belongs to captured names; `*row` then has everything but its values. `packed` as in
// store::Row.
bool translate_key(const Capture& capture, uint64_t packed, uint64_t stamp, remora_snapshot::Row* row,
                   uint32_t* cells);

}  // namespace remora::snapshot
