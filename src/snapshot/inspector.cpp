#include "snapshot/inspector.hpp"

#include <cinttypes>
#include <cmath>
#include <cstring>

#include "snapshot/header_check.hpp"
#include "store/words.hpp"

namespace remora::snapshot {
namespace {

using base::Code;
using base::Problem;
using remora_snapshot::Part;
using remora_snapshot::Row;
using store::StateKey;

constexpr uint32_t kSegments = (store::kMaxVariants + store::kRowVariants - 1) / store::kRowVariants;
constexpr uint32_t kMaxDepth = 16;
constexpr uint32_t kMaxTables = 70'000;  // one for each agent, of which there are 65,534 at most

const Part* verified(std::span<const std::byte> bytes) {
  const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
  flatbuffers::Verifier::Options options;
  options.max_depth = kMaxDepth;
  options.max_tables = kMaxTables;
  flatbuffers::Verifier verifier(data, bytes.size(), options);
  return remora_snapshot::VerifySizePrefixedPartBuffer(verifier) ? remora_snapshot::GetSizePrefixedPart(data)
                                                                 : nullptr;
}

bool is_zero(const remora_snapshot::Cell& cell) {
  uint64_t word;
  std::memcpy(&word, &cell, sizeof word);
  return word == 0;
}

}  // namespace

Inspector::Inspector(const Envelope& envelope, const store::History& history, const Checks& checks,
                     Contents* contents)
    : envelope_(envelope), history_(history), roster_(checks.roster), contents_(contents) {
  if (checks.unique) {
    keys_.emplace(envelope.rows, history.secret);
  }
}

Code Inspector::part_size(uint32_t prefix, uint64_t offset, uint64_t* size, Problem& problem) const {
  *size = prefix + uint64_t{4};
  const uint64_t limit = begun_ ? kMaxPartBytes : envelope_.header_bytes;
  const bool fits =
      *size <= limit && offset + padded(*size) <= content_end(envelope_) && (begun_ || *size == limit);
  if (!fits) {
    return problem.set(Code::kDamaged, "byte %" PRIu64 ": a part of %" PRIu64 " bytes cannot be there",
                       offset, *size);
  }
  return Code::kOk;
}

Code Inspector::part(std::span<const std::byte> bytes, uint64_t offset, uint64_t checksum_before,
                     Problem& problem) {
  const Part* const part = verified(bytes);
  if (part == nullptr) {
    return problem.set(Code::kDamaged, "byte %" PRIu64 ": %zu bytes that are no part of a snapshot", offset,
                       bytes.size());
  }
  if (!begun_) {
    begun_ = true;
    const remora_snapshot::Header* const header = part->body_as_Header();
    if (header == nullptr) {
      return problem.set(Code::kDamaged, "byte %" PRIu64 ": the first part is no header", offset);
    }
    return check_header(*header, envelope_, history_, roster_, contents_, problem);
  }
  if (const remora_snapshot::Rows* const rows_part = part->body_as_Rows(); rows_part != nullptr) {
    return rows(*rows_part, offset, problem);
  }
  if (const remora_snapshot::Footer* const end = part->body_as_Footer(); end != nullptr) {
    if (offset != footer_offset(envelope_) || bytes.size() != envelope_.footer_bytes) {
      return problem.set(Code::kDamaged, "byte %" PRIu64 ": the footer is not where byte 92 says", offset);
    }
    return footer(*end, checksum_before, problem);
  }
  return problem.set(Code::kDamaged, "byte %" PRIu64 ": a part that holds neither rows nor the footer",
                     offset);
}

bool Inspector::check_row(const Row& row) {
  const uint32_t agent = row.agent();
  const uint32_t task = row.task_type();
  const uint32_t set = row.label_set();
  if (agent >= contents_->agents.size() || set > contents_->label_set_used.size() ||
      row.segment() >= kSegments || (task >= contents_->task_types.size() && task != StateKey::kParentTask) ||
      row.reserved_0() != 0 || row.reserved_1() != 0) {
    return false;
  }
  const uint32_t first = row.segment() * store::kRowVariants;
  const uint32_t variants = contents_->agents[agent].variants;
  const remora_snapshot::Cell* cells[store::kRowVariants];
  cells_of(row, cells);
  bool sound = first < variants;
  uint64_t visits = 0;
  for (uint32_t i = 0; i < store::kRowVariants; ++i) {
    visits += cells[i]->visits();
    // Written so that what is no number fails.
    sound = sound && (first + i < variants ? std::fabs(cells[i]->q_value()) <= store::kLargestValue
                                           : is_zero(*cells[i]));
  }
  if (!sound) {
    return false;
  }
  if (task != StateKey::kParentTask) {
    contents_->task_type_used[task] = 1;
    visits_ += visits;
  }
  if (set != 0) {
    contents_->label_set_used[set - 1] = 1;
  }
  return true;
}

// Place of the first row whose state had one before; the number of rows when there is none.
size_t Inspector::find_repeated(std::span<const Row> rows) {
  constexpr size_t kAhead =
      16;  // places lie far apart: waiting for one after the other would take most of the time
  const auto key = [&](size_t i) {
    return StateKey{rows[i].agent(), rows[i].task_type(), rows[i].label_set(), rows[i].segment()}.pack();
  };
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i + kAhead < rows.size()) {
      keys_->prefetch(key(i + kAhead));
    }
    if (!keys_->add(key(i))) {
      return i;
    }
  }
  return rows.size();
}

Code Inspector::explain_row(const Row& row, uint64_t number, uint64_t offset, Problem& problem) const {
  const auto fail = [&](const char* field, double value) {
    return problem.set(Code::kDamaged,
                       "row %" PRIu64 " (in the part at byte %" PRIu64 "): %s %.9g is out of range", number,
                       offset, field, value);
  };
  if (row.agent() >= contents_->agents.size()) {
    return fail("agent", row.agent());
  }
  if (row.task_type() >= contents_->task_types.size() && row.task_type() != StateKey::kParentTask) {
    return fail("task_type", row.task_type());
  }
  if (row.label_set() > contents_->label_set_used.size()) {
    return fail("label_set", row.label_set());
  }
  const uint32_t first = row.segment() * store::kRowVariants;
  const uint32_t variants = contents_->agents[row.agent()].variants;
  if (first >= variants) {
    return fail("segment", row.segment());
  }
  if (row.reserved_0() != 0 || row.reserved_1() != 0) {
    return fail("reserved field", row.reserved_0() + row.reserved_1());
  }
  const remora_snapshot::Cell* cells[store::kRowVariants];
  cells_of(row, cells);
  for (uint32_t i = 0; i < store::kRowVariants; ++i) {
    if (first + i < variants && !(std::fabs(cells[i]->q_value()) <= store::kLargestValue)) {
      return fail("Q-value", static_cast<double>(cells[i]->q_value()));
    }
    if (first + i >= variants && !is_zero(*cells[i])) {
      return fail("the agent has no such variant: variant", first + i);
    }
  }
  return problem.set(Code::kDamaged,
                     "row %" PRIu64 " (in the part at byte %" PRIu64 "): its state has a row already", number,
                     offset);
}

Code Inspector::rows(const remora_snapshot::Rows& part, uint64_t offset, Problem& problem) {
  const auto& vector = *part.rows();
  const auto* const first = reinterpret_cast<const Row*>(vector.Data());
  // The verifier looks at the alignment of the vector's size alone, not of its elements.
  if (reinterpret_cast<uintptr_t>(first) % alignof(Row) != 0) {
    return problem.set(Code::kDamaged, "byte %" PRIu64 ": the rows of this part are not at a multiple of 8",
                       offset);
  }
  if (vector.size() == 0 || vector.size() > kChunkRows || part.first() != rows_ ||
      vector.size() > envelope_.rows - rows_) {
    return problem.set(Code::kDamaged, "byte %" PRIu64 ": %u rows from number %" PRIu64 " on cannot be there",
                       offset, vector.size(), part.first());
  }
  const std::span<const Row> rows(first, vector.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!check_row(rows[i])) {
      return explain_row(rows[i], rows_ + i, offset, problem);
    }
  }
  if (const size_t repeated = keys_ ? find_repeated(rows) : rows.size(); repeated != rows.size()) {
    return explain_row(rows[repeated], rows_ + repeated, offset, problem);
  }
  rows_ += rows.size();
  ++chunks_;
  contents_->chunks.push_back(rows);
  return Code::kOk;
}

Code Inspector::footer(const remora_snapshot::Footer& part, uint64_t checksum_before, Problem& problem) {
  if (part.rows() != rows_ || part.visits() != visits_ || part.chunks() != chunks_) {
    return problem.set(Code::kDamaged,
                       "footer: states %" PRIu64 " rows with %" PRIu64 " visits where %" PRIu64
                       " with %" PRIu64 " are",
                       part.rows(), part.visits(), rows_, visits_);
  }
  if (envelope_.rows != rows_ || envelope_.visits != visits_ || envelope_.chunks != chunks_) {
    return problem.set(Code::kDamaged,
                       "byte 64: states %" PRIu64 " rows with %" PRIu64 " visits where %" PRIu64
                       " with %" PRIu64 " are",
                       envelope_.rows, envelope_.visits, rows_, visits_);
  }
  if (part.checksum() != checksum_before) {
    return problem.set(Code::kDamaged, "footer: the checksum of everything before it is wrong");
  }
  done_ = true;
  return Code::kOk;
}

}  // namespace remora::snapshot
