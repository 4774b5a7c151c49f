#include "snapshot/header_check.hpp"

#include <algorithm>
#include <cstring>
#include <functional>

#include "base/utf8.hpp"
#include "store/names.hpp"
#include "store/roster.hpp"
#include "store/words.hpp"

namespace remora::snapshot {
namespace {

using base::Code;
using base::Problem;
using Strings = flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>;

std::string_view view(const flatbuffers::String& text) { return {text.c_str(), text.size()}; }

Code check_envelope_repeated(const remora_snapshot::Header& header, const Envelope& e, Problem& problem) {
  const char* field = header.directory_id() != e.directory_id          ? "directory_id"
                      : header.sequence() != e.sequence                ? "sequence"
                      : header.taken_ns() != e.taken_ns                ? "taken_ns"
                      : static_cast<uint32_t>(header.kind()) != e.kind ? "kind"
                      : header.generation() != e.generation            ? "generation"
                                                                       : nullptr;
  if (field != nullptr) {
    return problem.set(Code::kDamaged, "header: %s is not what the first 128 bytes say", field);
  }
  return Code::kOk;
}

// Copies a list of names out, each checked to be a name and to stand there once.
Code read_names(const Strings& strings, const char* what, uint64_t limit,
                base::Vector<std::string_view>* names, Problem& problem) {
  if (strings.size() > limit) {
    return problem.set(Code::kDamaged, "header: %u %s, more than %llu", strings.size(), what,
                       static_cast<unsigned long long>(limit));
  }
  names->reserve(strings.size());
  for (uint32_t i = 0; i < strings.size(); ++i) {
    const std::string_view name = view(*strings.Get(i));
    if (!base::is_printable_name(name, store::kMaxNameBytes)) {
      return problem.set(Code::kDamaged, "header: %s %u is no name (1 to %u bytes of printable UTF-8)", what,
                         i, store::kMaxNameBytes);
    }
    names->push_back(name);
  }
  base::Vector<std::string_view> sorted = *names;
  std::sort(sorted.begin(), sorted.end());
  if (const auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end()) {
    return problem.set(Code::kDamaged, "header: \"%.*s\" stands twice among the %s",
                       static_cast<int>(twice->size()), twice->data(), what);
  }
  return Code::kOk;
}

Code link_agent(const store::History& history, std::string_view name, const Strings& variants, Roster roster,
                AgentLink* link, Problem& problem) {
  base::Vector<std::string_view> names;
  if (const Code code = read_names(variants, "variants", store::kMaxVariants, &names, problem); !ok(code)) {
    problem.prefix("agent \"%.*s\"", static_cast<int>(name.size()), name.data());
    return code;
  }
  if (roster == Roster::kMayBeNew) {
    link->variants = static_cast<uint8_t>(names.size());
    return Code::kOk;
  }
  const bool known = store::find_name(history, store::Kind::kAgent, name, &link->agent) &&
                     store::find_agent(history, link->agent) != nullptr;
  if (!known && !names.empty()) {
    return problem.set(
        Code::kNotFound,
        "agent \"%.*s\" is not registered in this directory; a snapshot adds no agents, so register it first",
        static_cast<int>(name.size()), name.data());
  }
  for (const std::string_view variant : names) {
    const uint8_t index = link->variants;
    uint32_t number = 0;
    if (!store::find_variant(history, link->agent, variant, &number)) {
      return problem.set(
          Code::kNotFound, "agent \"%.*s\" has no variant \"%.*s\" in this directory; register it first",
          static_cast<int>(name.size()), name.data(), static_cast<int>(variant.size()), variant.data());
    }
    link->variant[index] = static_cast<uint8_t>(number);
    link->same_variants = link->same_variants && link->variant[index] == index;
    ++link->variants;
  }
  return Code::kOk;
}

Code link_agents(const remora_snapshot::Header& header, const store::History& history, Roster roster,
                 Contents* contents, Problem& problem) {
  base::Vector<std::string_view> names;
  const auto& agents = *header.agents();
  if (agents.size() >= store::StateKey::kParentTask) {
    return problem.set(Code::kDamaged, "header: %u agents, more than 65,534", agents.size());
  }
  names.reserve(agents.size());
  contents->agents.resize(agents.size());
  for (uint32_t i = 0; i < agents.size(); ++i) {
    const std::string_view name = view(*agents.Get(i)->name());
    if (!base::is_printable_name(name, store::kMaxNameBytes)) {
      return problem.set(Code::kDamaged, "header: agent %u has no name (1 to %u bytes of printable UTF-8)", i,
                         store::kMaxNameBytes);
    }
    if (agents.Get(i)->category() >= std::max(header.categories()->size(), 1U)) {
      return problem.set(Code::kDamaged, "header: agent \"%.*s\" is in category %u of %u",
                         static_cast<int>(name.size()), name.data(), agents.Get(i)->category(),
                         header.categories()->size());
    }
    const Code code =
        link_agent(history, name, *agents.Get(i)->variants(), roster, &contents->agents[i], problem);
    if (!ok(code)) {
      return code;
    }
    names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  if (const auto twice = std::adjacent_find(names.begin(), names.end()); twice != names.end()) {
    return problem.set(Code::kDamaged, "header: agent \"%.*s\" stands there twice",
                       static_cast<int>(twice->size()), twice->data());
  }
  return Code::kOk;
}

bool is_sound_set(const remora_snapshot::LabelSet& set, size_t known) {
  uint32_t labels[store::kMaxLabels];
  const uint32_t size = labels_of(set, labels);
  return size <= store::kMaxLabels && (size == 0 || labels[size - 1] < known) &&
         std::adjacent_find(labels, labels + size, std::greater_equal<>()) == labels + size &&
         std::all_of(labels + size, labels + store::kMaxLabels, [](uint32_t label) { return label == 0; });
}

// The number of an entry that stands twice in a list; the list's size when there is none.
template <typename T>
size_t find_twice(std::span<const T> list) {
  base::Vector<const T*> sorted;
  sorted.reserve(list.size());
  for (const T& entry : list) {
    sorted.push_back(&entry);
  }
  std::sort(sorted.begin(), sorted.end(),
            [](const T* a, const T* b) { return std::memcmp(a, b, sizeof *a) < 0; });
  const auto same = [](const T* a, const T* b) { return std::memcmp(a, b, sizeof *a) == 0; };
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end(), same);
  return twice == sorted.end() ? list.size() : static_cast<size_t>(*twice - list.data());
}

Code link_label_sets(const remora_snapshot::Header& header, Contents* contents, Problem& problem) {
  const auto& sets = *header.label_sets();
  if (sets.size() >= 1U << 24) {  // defensive: takes a file of 600 MB
    return problem.set(Code::kDamaged, "header: %u label sets, more than 2^24", sets.size());
  }
  contents->label_sets = {reinterpret_cast<const remora_snapshot::LabelSet*>(sets.Data()), sets.size()};
  for (size_t i = 0; i < contents->label_sets.size(); ++i) {
    const remora_snapshot::LabelSet& set = contents->label_sets[i];
    if (set.size() == 0 || !is_sound_set(set, contents->labels.size())) {
      return problem.set(Code::kDamaged,
                         "header: label set %zu is not a growing list of 1 to %u of the %zu labels", i,
                         store::kMaxLabels, contents->labels.size());
    }
  }
  if (const size_t twice = find_twice(contents->label_sets); twice != contents->label_sets.size()) {
    return problem.set(Code::kDamaged, "header: label set %zu stands there twice", twice);
  }
  return Code::kOk;
}

Code link_attempts(const remora_snapshot::Header& header, Contents* contents, Problem& problem) {
  const auto* const attempts = header.attempts();
  if (attempts == nullptr || attempts->size() == 0) {
    return Code::kOk;
  }
  if (attempts->size() + contents->label_sets.size() >= 1U << 24) {  // defensive: takes one of 800 MB
    return problem.set(Code::kDamaged, "header: %u attempts, with the label sets more than 2^24",
                       attempts->size());
  }
  const auto* const first = reinterpret_cast<const remora_snapshot::Attempt*>(attempts->Data());
  // The verifier looks at the alignment of the vector's size alone, not of its elements.
  if (reinterpret_cast<uintptr_t>(first) % alignof(remora_snapshot::Attempt) != 0) {
    return problem.set(Code::kDamaged, "header: the attempts are not at a multiple of 8");
  }
  contents->attempts = {first, attempts->size()};
  for (size_t i = 0; i < contents->attempts.size(); ++i) {
    const remora_snapshot::Attempt& attempt = contents->attempts[i];
    if (attempt.attempts() == 0 || attempt.attempts() > store::kMostAttempts ||
        !is_sound_set(attempt.labels(), contents->labels.size())) {
      return problem.set(Code::kDamaged,
                         "header: attempt %zu is number %u, not 1 to %u, or its labels are no growing list "
                         "of the %zu labels",
                         i, attempt.attempts(), store::kMostAttempts, contents->labels.size());
    }
  }
  if (const size_t twice = find_twice(contents->attempts); twice != contents->attempts.size()) {
    return problem.set(Code::kDamaged, "header: attempt %zu stands there twice", twice);
  }
  return Code::kOk;
}

}  // namespace

Code check_header(const remora_snapshot::Header& header, const Envelope& envelope,
                  const store::History& history, Roster roster, Contents* contents, Problem& problem) {
  constexpr uint64_t kMost = store::StateKey::kParentTask;  // 16 bits less the mark of "all tasks"
  contents->header = &header;
  Code code = check_envelope_repeated(header, envelope, problem);
  if (ok(code)) {
    base::Vector<std::string_view> categories;
    code = read_names(*header.categories(), "categories", kMost, &categories, problem);
  }
  if (ok(code)) {
    code = read_names(*header.task_types(), "task types", kMost, &contents->task_types, problem);
  }
  if (ok(code)) {
    code = read_names(*header.labels(), "labels", 1U << 24, &contents->labels, problem);
  }
  if (ok(code)) {
    code = link_label_sets(header, contents, problem);
  }
  if (ok(code)) {
    code = link_attempts(header, contents, problem);
  }
  if (ok(code)) {
    code = link_agents(header, history, roster, contents, problem);
  }
  contents->task_type_used.assign(contents->task_types.size(), 0);
  contents->label_set_used.assign(contents->label_sets.size() + contents->attempts.size(), 0);
  return code;
}

}  // namespace remora::snapshot
