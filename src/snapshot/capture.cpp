#include "snapshot/capture.hpp"

#include <algorithm>
#include <functional>
#include <string_view>

#include "store/contexts.hpp"
#include "store/names.hpp"
#include "store/roster.hpp"

namespace remora::snapshot {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;
using flatbuffers::String;
using remora_snapshot::LabelSet;
using store::History;

using Strings = Offset<flatbuffers::Vector<Offset<String>>>;

LabelSet label_set(const uint32_t (&labels)[store::kMaxLabels], uint32_t size) {
  static_assert(store::kMaxLabels == 8);
  const auto at = [&](uint32_t i) { return i < size ? labels[i] : 0; };
  return {size, at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7)};
}

bool is_set_of(const uint32_t (&labels)[store::kMaxLabels], uint32_t size, uint32_t known) {
  return size != 0 && labels[size - 1] < known &&
         std::adjacent_find(labels, labels + size, std::greater_equal<>()) == labels + size;
}

void capture_label_sets(const History& history, Capture* capture) {
  capture->set_numbers.assign(history.capacities.contexts, 0);
  capture->labels = store::name_count(history, store::Kind::kLabel);
  for (uint32_t context = 1; context <= history.capacities.contexts; ++context) {
    uint32_t labels[store::kMaxLabels] = {};
    const uint32_t size = store::context_labels(history, context, labels);
    if (store::context_tries(history, context).attempts == 0 && is_set_of(labels, size, capture->labels)) {
      capture->label_sets.push_back(label_set(labels, size));
      capture->set_numbers[context - 1] = static_cast<uint32_t>(capture->label_sets.size());
    }
  }
}

void capture_attempts(const History& history, Capture* capture) {
  for (uint32_t context = 1; context <= history.capacities.contexts; ++context) {
    uint32_t labels[store::kMaxLabels] = {};
    const uint32_t size = store::context_labels(history, context, labels);
    const store::Tries tries = store::context_tries(history, context);
    if (tries.attempts != 0 && (size == 0 || is_set_of(labels, size, capture->labels))) {
      capture->attempts.push_back({tries.tried, tries.attempts, label_set(labels, size)});
      capture->set_numbers[context - 1] =
          static_cast<uint32_t>(capture->label_sets.size() + capture->attempts.size());
    }
  }
}

uint8_t variant_count(const History& history, uint32_t agent) {
  uint8_t count = 0;
  store::VariantFacts facts;
  while (count < store::kMaxVariants && store::variant_facts(history, agent, count, &facts)) {
    ++count;
  }
  return count;
}

Offset<String> text(FlatBufferBuilder* builder, std::string_view name) {
  return builder->CreateString(name.data(), name.size());
}

Strings names(const History& history, store::Kind kind, uint32_t count, FlatBufferBuilder* builder) {
  base::Vector<Offset<String>> strings;
  strings.reserve(count);
  for (uint32_t i = 0; i < count; ++i) {
    strings.push_back(text(builder, store::name_text(history, kind, i)));
  }
  return builder->CreateVector(strings.data(), strings.size());
}

Offset<remora_snapshot::Agent> agent_table(const History& history, uint32_t agent, uint32_t count,
                                           FlatBufferBuilder* builder) {
  base::Vector<Offset<String>> variants;
  store::VariantFacts facts;
  // defensive: what was counted does not go away
  for (uint32_t v = 0; v < count && store::variant_facts(history, agent, v, &facts); ++v) {
    variants.push_back(text(builder, facts.name));
  }
  const auto list = builder->CreateVector(variants.data(), variants.size());
  const auto name = text(builder, store::name_text(history, store::Kind::kAgent, agent));
  const store::AgentRecord* record = store::find_agent(history, agent);
  return remora_snapshot::CreateAgent(*builder, name, record != nullptr ? store::agent_category(*record) : 0,
                                      list);
}

}  // namespace

Capture capture_names(const History& history) {
  Capture capture;
  // Agents before categories: what refers to a name is younger than the name.
  capture_label_sets(history, &capture);
  capture_attempts(history, &capture);
  const uint32_t agents = store::agent_count(history);
  for (uint32_t agent = 0; agent < agents; ++agent) {
    capture.variants.push_back(variant_count(history, agent));
  }
  capture.task_types =
      std::min(store::name_count(history, store::Kind::kTaskType), store::StateKey::kParentTask);
  capture.categories = store::name_count(history, store::Kind::kCategory);
  return capture;
}

void build_header(const History& history, const Capture& capture, const Envelope& envelope,
                  uint64_t state_limit, FlatBufferBuilder* builder) {
  base::Vector<Offset<remora_snapshot::Agent>> tables;
  for (uint32_t agent = 0; agent < capture.variants.size(); ++agent) {
    tables.push_back(agent_table(history, agent, capture.variants[agent], builder));
  }
  const auto agents = builder->CreateVector(tables.data(), tables.size());
  const Strings categories = names(history, store::Kind::kCategory, capture.categories, builder);
  const Strings task_types = names(history, store::Kind::kTaskType, capture.task_types, builder);
  const Strings labels = names(history, store::Kind::kLabel, capture.labels, builder);
  const auto sets = builder->CreateVectorOfStructs(capture.label_sets.data(), capture.label_sets.size());
  const auto attempts =
      capture.attempts.empty()
          ? flatbuffers::Offset<flatbuffers::Vector<const remora_snapshot::Attempt*>>()
          : builder->CreateVectorOfStructs(capture.attempts.data(), capture.attempts.size());
  const auto header = remora_snapshot::CreateHeader(
      *builder, envelope.directory_id, envelope.sequence, envelope.taken_ns,
      static_cast<remora_snapshot::SnapshotKind>(envelope.kind), envelope.generation, state_limit, categories,
      agents, task_types, labels, sets, attempts);
  remora_snapshot::FinishSizePrefixedPartBuffer(
      *builder, remora_snapshot::CreatePart(*builder, remora_snapshot::Body::Header, header.Union()));
}

bool translate_key(const Capture& capture, uint64_t packed, uint64_t stamp, remora_snapshot::Row* row,
                   uint32_t* cells) {
  const store::StateKey key = store::StateKey::unpack(packed);
  if (key.agent >= capture.variants.size() ||
      (key.task_type >= capture.task_types && key.task_type != store::StateKey::kParentTask)) {
    return false;
  }
  const uint32_t variants = capture.variants[key.agent];
  const uint32_t first = key.segment * store::kRowVariants;
  uint32_t set = 0;
  if (key.context != 0) {
    set = key.context <= capture.set_numbers.size() ? capture.set_numbers[key.context - 1] : 0;
    if (set == 0) {
      return false;
    }
  }
  if (first >= variants) {
    return false;
  }
  *cells = std::min(variants - first, store::kRowVariants);
  const auto updated_s = static_cast<uint32_t>(std::min<uint64_t>(stamp, UINT32_MAX));
  const remora_snapshot::Cell none;
  *row = remora_snapshot::Row(static_cast<uint16_t>(key.agent), static_cast<uint16_t>(key.task_type), set,
                              updated_s, static_cast<uint8_t>(key.segment), 0, 0, none, none, none, none,
                              none, none);
  return true;
}

}  // namespace remora::snapshot
