// A snapshot that was checked: its numbers, tied to the names of the directory that is to take it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/heap.hpp"
#include "snapshot/info.hpp"
#include "snapshot_generated.h"
#include "store/contexts.hpp"
#include "store/settings.hpp"

namespace remora::snapshot {

// Whether agents and variants must be registered in this directory, or come with a snapshot that founds one.
enum class Roster : uint8_t { kKnown, kMayBeNew };

// An agent of the file and who it is here.
struct AgentLink {
  uint32_t agent = 0;         // index here
  uint8_t variants = 0;       // that the file knows; 0 = the agent need not be known here and has no rows
  bool same_variants = true;  // all have the same index here
  uint8_t variant[store::kMaxVariants] = {};  // index here
};

// All views point into the file's bytes.
struct Contents {
  Info info;
  const remora_snapshot::Header* header = nullptr;
  base::Vector<AgentLink> agents;
  base::Vector<std::string_view> task_types;
  base::Vector<std::string_view> labels;
  std::span<const remora_snapshot::LabelSet> label_sets;
  std::span<const remora_snapshot::Attempt> attempts;
  base::Vector<uint8_t> task_type_used;  // by some row
  base::Vector<uint8_t> label_set_used;  // and behind these, attempts
  base::Vector<std::span<const remora_snapshot::Row>> chunks;
};

// What a row's label set + 1 stands for, labels and tries; `number` counts attempts behind label sets.
inline const remora_snapshot::LabelSet& set_of(const Contents& contents, size_t number) {
  const size_t sets = contents.label_sets.size();
  return number < sets ? contents.label_sets[number] : contents.attempts[number - sets].labels();
}
inline store::Tries tries_of(const Contents& contents, size_t number) {
  const size_t sets = contents.label_sets.size();
  return number < sets ? store::Tries{}
                       : store::Tries{contents.attempts[number - sets].attempts(),
                                      contents.attempts[number - sets].tried()};
}

// Labels of a set as a list.
inline uint32_t labels_of(const remora_snapshot::LabelSet& set, uint32_t (&labels)[store::kMaxLabels]) {
  const uint32_t all[store::kMaxLabels] = {set.label_0(), set.label_1(), set.label_2(), set.label_3(),
                                           set.label_4(), set.label_5(), set.label_6(), set.label_7()};
  for (uint32_t i = 0; i < store::kMaxLabels; ++i) {
    labels[i] = all[i];
  }
  return set.size();
}

// The six values of a row.
inline void cells_of(const remora_snapshot::Row& row, const remora_snapshot::Cell* (&cells)[6]) {
  cells[0] = &row.variant_0();
  cells[1] = &row.variant_1();
  cells[2] = &row.variant_2();
  cells[3] = &row.variant_3();
  cells[4] = &row.variant_4();
  cells[5] = &row.variant_5();
}

}  // namespace remora::snapshot
