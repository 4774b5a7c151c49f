#include "snapshot/fill.hpp"

#include <cinttypes>
#include <cstring>

#include "store/contexts.hpp"
#include "store/names.hpp"
#include "store/q_table.hpp"
#include "store/words.hpp"

namespace remora::snapshot {
namespace {

using base::Code;
using base::Problem;
using remora_snapshot::Cell;
using remora_snapshot::Row;
using store::kRowVariants;
using store::StateKey;

base::Vector<uint8_t> used_labels(const Contents& contents) {
  base::Vector<uint8_t> used(contents.labels.size(), 0);
  for (size_t i = 0; i < contents.label_set_used.size(); ++i) {
    uint32_t labels[store::kMaxLabels];
    const uint32_t size = labels_of(set_of(contents, i), labels);
    for (uint32_t j = 0; j < size && contents.label_set_used[i] != 0; ++j) {
      used[labels[j]] = 1;
    }
  }
  return used;
}

uint64_t count_unknown(const store::History& history, store::Kind kind,
                       const base::Vector<std::string_view>& names, const base::Vector<uint8_t>& used) {
  uint64_t unknown = 0;
  uint32_t index = 0;
  for (size_t i = 0; i < names.size(); ++i) {
    unknown += used[i] != 0 && !store::find_name(history, kind, names[i], &index) ? 1 : 0;
  }
  return unknown;
}

Code intern(const store::History& history, store::Kind kind, const base::Vector<std::string_view>& names,
            const base::Vector<uint8_t>& used, base::Vector<uint32_t>* indices, Problem& problem) {
  indices->assign(names.size(), 0);
  for (size_t i = 0; i < names.size(); ++i) {
    if (used[i] == 0 || store::find_name(history, kind, names[i], &(*indices)[i])) {
      continue;
    }
    if (const Code code = store::add_name(history, kind, names[i], &(*indices)[i], problem); !ok(code)) {
      return code;
    }
  }
  return Code::kOk;
}

Code translate_label_sets(const Contents& contents, const base::Vector<uint32_t>& labels_here,
                          const store::History& history, base::Vector<uint32_t>* contexts, Problem& problem) {
  contexts->assign(contents.label_set_used.size() + 1, 0);
  for (size_t i = 0; i < contents.label_set_used.size(); ++i) {
    if (contents.label_set_used[i] == 0) {
      continue;
    }
    uint32_t labels[store::kMaxLabels];
    const uint32_t size = labels_of(set_of(contents, i), labels);
    for (uint32_t j = 0; j < size; ++j) {
      labels[j] = labels_here[labels[j]];
    }
    const uint32_t context = store::context_of(history, {labels, size}, tries_of(contents, i));
    if (!store::has_place(context)) {
      return problem.set(Code::kFull, "no room for label set %zu: all %u places for sets of labels are used",
                         i, history.capacities.contexts);
    }
    (*contexts)[i + 1] = context;
  }
  return Code::kOk;
}

// Fills rows of a generation that is not in force: no other thread or process looks at it.
class Filler {
 public:
  Filler(const Contents& contents, const Translation& translation, const store::History& history,
         const store::Generation& generation)
      : contents_(contents), translation_(translation), history_(history), generation_(generation) {}

  // Has the place of a row in the cache by the time it is added.
  void prefetch(const Row& row) const {
    const uint64_t key = StateKey::with_segment(key_of(row), row.segment());
    store::prefetch_row(store::place_of(key, generation_), generation_);
  }

  Code add(const Row& row, Problem& problem) {
    const AgentLink& link = contents_.agents[row.agent()];
    if (!link.same_variants) {
      return add_by_variant(row, link, problem);
    }
    store::Row* const target = row_for(StateKey::with_segment(key_of(row), row.segment()), problem);
    if (target == nullptr) {
      return problem.code();
    }
    const Cell* cells[kRowVariants];
    cells_of(row, cells);
    // Relaxed throughout: switching to the generation publishes all of it.
    target->stamp.store(row.updated_s(), std::memory_order_relaxed);
    for (uint32_t i = 0; i < kRowVariants; ++i) {
      target->cells[i].store(store::QCell{cells[i]->q_value(), cells[i]->visits()}.pack(),
                             std::memory_order_relaxed);
    }
    return Code::kOk;
  }

 private:
  // Of the row's state here, without a segment.
  uint64_t key_of(const Row& row) const {
    const uint32_t task_type = row.task_type() == StateKey::kParentTask
                                   ? StateKey::kParentTask
                                   : translation_.task_types[row.task_type()];
    return StateKey{contents_.agents[row.agent()].agent, task_type, translation_.contexts[row.label_set()], 0}
        .pack();
  }

  // What was tried, by the numbers that the variants have here. Errors: kFull.
  Code renumber_tries(const Row& row, const AgentLink& link, StateKey* key, Problem& problem) const {
    const store::Tries tries =
        row.label_set() == 0 ? store::Tries{} : tries_of(contents_, row.label_set() - 1);
    if (tries.attempts == 0) {
      return Code::kOk;
    }
    uint64_t tried = 0;
    for (uint32_t v = 0; v < link.variants; ++v) {
      tried |= (tries.tried >> v & 1) << link.variant[v];
    }
    uint32_t labels[store::kMaxLabels];
    const uint32_t size = store::context_labels(history_, key->context, labels);
    key->context = store::context_of(history_, {labels, size}, {tries.attempts, tried});
    return store::has_place(key->context)
               ? Code::kOk
               : problem.set(Code::kFull, "no room for the attempts of agent %u: all %u places are used",
                             key->agent, history_.capacities.contexts);
  }

  // An agent whose variants have other numbers here: each value goes its own way.
  Code add_by_variant(const Row& row, const AgentLink& link, Problem& problem) {
    StateKey state = StateKey::unpack(key_of(row));
    if (const Code code = renumber_tries(row, link, &state, problem); !ok(code)) {
      return code;
    }
    const uint64_t key = state.pack();
    const Cell* cells[kRowVariants];
    cells_of(row, cells);
    const uint32_t first = row.segment() * kRowVariants;
    for (uint32_t i = 0; i < kRowVariants && first + i < link.variants; ++i) {
      const uint64_t word = store::QCell{cells[i]->q_value(), cells[i]->visits()}.pack();
      if (word == 0) {
        continue;
      }
      const uint32_t variant = link.variant[first + i];
      store::Row* const target = row_for(StateKey::with_segment(key, variant / kRowVariants), problem);
      if (target == nullptr) {
        return problem.code();
      }
      target->stamp.store(row.updated_s(), std::memory_order_relaxed);
      target->cells[variant % kRowVariants].store(word, std::memory_order_relaxed);
    }
    return Code::kOk;
  }

  store::Row* row_for(uint64_t key, Problem& problem) {
    store::Insert result = store::Insert::kFound;
    store::Row* const row = store::insert_row(key, generation_, &result);
    if (row == nullptr) {
      problem.set(Code::kFull,
                  result == store::Insert::kQuota
                      ? "agent %u of the snapshot has more than the %" PRIu64
                        " states that one agent may have here"
                      : "agent %u of the snapshot: the table here is full (%" PRIu64 " states for one agent)",
                  StateKey::unpack(key).agent, generation_.agent_quota());
    }
    return row;
  }

  const Contents& contents_;
  const Translation& translation_;
  const store::History& history_;
  const store::Generation& generation_;
};

}  // namespace

Code translate_names(const Contents& contents, const store::History& history, Translation* translation,
                     Problem& problem) {
  store::repair_names(history);
  const base::Vector<uint8_t> labels = used_labels(contents);
  const uint64_t unknown =
      count_unknown(history, store::Kind::kTaskType, contents.task_types, contents.task_type_used) +
      count_unknown(history, store::Kind::kLabel, contents.labels, labels);
  const uint64_t taken = history.names_head->count.load(std::memory_order_acquire);
  const uint64_t free = taken < history.capacities.names ? history.capacities.names - taken : 0;
  if (unknown > free / 2) {
    return problem.set(Code::kFull,
                       "the snapshot brings %" PRIu64 " new task types and labels; only half of the %" PRIu64
                       " free names may go to them",
                       unknown, free);
  }
  base::Vector<uint32_t> labels_here;
  // Labels first: only they may find less room than there was just now.
  Code code = intern(history, store::Kind::kLabel, contents.labels, labels, &labels_here, problem);
  if (ok(code)) {
    code = translate_label_sets(contents, labels_here, history, &translation->contexts, problem);
  }
  if (ok(code)) {
    code = intern(history, store::Kind::kTaskType, contents.task_types, contents.task_type_used,
                  &translation->task_types, problem);
  }
  return code;
}

Code fill_generation(const Contents& contents, const Translation& translation, const store::History& history,
                     const store::Generation& generation, Problem& problem) {
  if (contents.info.rows > generation.state_limit()) {
    return problem.set(Code::kFull, "the snapshot has %" PRIu64 " states, this directory takes %" PRIu64,
                       contents.info.rows, generation.state_limit());
  }
  Filler filler(contents, translation, history, generation);
  constexpr size_t kAhead = 16;
  for (const std::span<const Row> chunk : contents.chunks) {
    for (size_t i = 0; i < chunk.size(); ++i) {
      if (i + kAhead < chunk.size()) {
        filler.prefetch(chunk[i + kAhead]);
      }
      if (const Code code = filler.add(chunk[i], problem); !ok(code)) {
        return code;
      }
    }
  }
  return Code::kOk;
}

}  // namespace remora::snapshot
