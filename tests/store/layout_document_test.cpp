// The page that describes the state files byte by byte says what the structs say.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "store/layout.hpp"

namespace remora::store {
namespace {

struct Field {
  const char* structure;
  size_t structure_size;
  const char* name;
  size_t offset, size;
};

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): offsetof and the field's name need one
#define REMORA_FIELD(structure, name) \
  Field { #structure, sizeof(structure), #name, offsetof(structure, name), sizeof(structure::name) }

const Field kFields[] = {
    REMORA_FIELD(Identity, magic),
    REMORA_FIELD(Identity, endian_tag),
    REMORA_FIELD(Identity, layout_version),
    REMORA_FIELD(Identity, layout_hash),
    REMORA_FIELD(Identity, incompatible),
    REMORA_FIELD(Identity, compatible),
    REMORA_FIELD(Identity, file_size),
    REMORA_FIELD(Identity, directory_id),
    REMORA_FIELD(Identity, secret),
    REMORA_FIELD(Identity, created_ns),
    REMORA_FIELD(Identity, generation),
    REMORA_FIELD(Identity, states),
    REMORA_FIELD(Identity, rows),
    REMORA_FIELD(Identity, ledger_slots),
    REMORA_FIELD(Identity, names),
    REMORA_FIELD(Identity, contexts),
    REMORA_FIELD(Identity, agents),
    REMORA_FIELD(Identity, variant_chunks),
    REMORA_FIELD(Identity, rollouts),
    REMORA_FIELD(Identity, events),
    REMORA_FIELD(Identity, lanes),
    REMORA_FIELD(Identity, lane_slots),
    REMORA_FIELD(Identity, reserved),
    REMORA_FIELD(Identity, checksum),
    REMORA_FIELD(ControlLine, control),
    REMORA_FIELD(ControlLine, generation),
    REMORA_FIELD(ControlLine, roster),
    REMORA_FIELD(ControlPage, line),
    REMORA_FIELD(ControlPage, ledger_head),
    REMORA_FIELD(ControlPage, event_head),
    REMORA_FIELD(ControlPage, fold_sequence),
    REMORA_FIELD(ControlPage, fold_intent),
    REMORA_FIELD(ControlPage, last_snapshot_ns),
    REMORA_FIELD(ControlPage, last_tick_ns),
    REMORA_FIELD(ControlPage, highest_wall_ns),
    REMORA_FIELD(ControlPage, snapshot_sequence),
    REMORA_FIELD(ControlPage, active_identity),
    REMORA_FIELD(ControlPage, table_full_generation),
    REMORA_FIELD(ControlPage, events_written),
    REMORA_FIELD(ControlPage, statistics_dropped),
    REMORA_FIELD(ControlPage, boot),
    REMORA_FIELD(ControlPage, clean),
    REMORA_FIELD(ControlPage, highest_wall_boot),
    REMORA_FIELD(ControlPage, ahead_ns),
    REMORA_FIELD(ControlPage, fold_learned),
    REMORA_FIELD(ControlPage, fold_followed),
    REMORA_FIELD(ControlPage, stripes),
    REMORA_FIELD(CounterStripe, decisions),
    REMORA_FIELD(CounterStripe, outcomes),
    REMORA_FIELD(CounterStripe, explored),
    REMORA_FIELD(CounterStripe, untracked),
    REMORA_FIELD(CounterStripe, refused),
    REMORA_FIELD(CounterStripe, expired),
    REMORA_FIELD(CounterStripe, abandoned),
    REMORA_FIELD(CounterStripe, overdue),
    REMORA_FIELD(CounterStripe, reports),
    REMORA_FIELD(LaneHead, head),
    REMORA_FIELD(LaneHead, folded),
    REMORA_FIELD(LaneHead, intent),
    REMORA_FIELD(NamesHead, count),
    REMORA_FIELD(NamesHead, kind_count),
    REMORA_FIELD(NameEntry, hash),
    REMORA_FIELD(NameEntry, kind),
    REMORA_FIELD(NameEntry, index),
    REMORA_FIELD(NameEntry, size),
    REMORA_FIELD(NameEntry, extra),
    REMORA_FIELD(NameEntry, text),
    REMORA_FIELD(ContextEntry, key),
    REMORA_FIELD(ContextEntry, size),
    REMORA_FIELD(ContextEntry, labels),
    REMORA_FIELD(ContextEntry, tried),
    REMORA_FIELD(ContextEntry, attempts),
    REMORA_FIELD(AgentRecord, live),
    REMORA_FIELD(AgentRecord, blocked),
    REMORA_FIELD(AgentRecord, rollout),
    REMORA_FIELD(AgentRecord, choice),
    REMORA_FIELD(AgentRecord, identity),
    REMORA_FIELD(AgentRecord, chunks),
    REMORA_FIELD(AgentRecord, exploration),
    REMORA_FIELD(AgentRecord, lowered),
    REMORA_FIELD(AgentRecord, seen_outcomes),
    REMORA_FIELD(AgentRecord, seen_reward),
    REMORA_FIELD(VariantRecord, recent),
    REMORA_FIELD(VariantRecord, block),
    REMORA_FIELD(VariantRecord, cost),
    REMORA_FIELD(VariantRecord, identity),
    REMORA_FIELD(VariantRecord, name_size),
    REMORA_FIELD(VariantRecord, name),
    REMORA_FIELD(VariantRecord, statistics),
    REMORA_FIELD(RolloutRecord, identity),
    REMORA_FIELD(RolloutRecord, state),
    REMORA_FIELD(RolloutRecord, treatment_outcomes),
    REMORA_FIELD(RolloutRecord, baseline_outcomes),
    REMORA_FIELD(RolloutRecord, reference),
    REMORA_FIELD(RolloutRecord, treatment),
    REMORA_FIELD(RolloutRecord, stage_count),
    REMORA_FIELD(RolloutRecord, started_ns),
    REMORA_FIELD(RolloutRecord, stages),
    REMORA_FIELD(LedgerSlot, word),
    REMORA_FIELD(LedgerSlot, key),
    REMORA_FIELD(LedgerSlot, when),
    REMORA_FIELD(LedgerSlot, choice),
    REMORA_FIELD(LedgerSlot, values),
    REMORA_FIELD(LedgerSlot, outcome_at),
    REMORA_FIELD(LedgerSlot, result),
    REMORA_FIELD(LedgerSlot, facts),
    REMORA_FIELD(OutcomeRecord, commit),
    REMORA_FIELD(OutcomeRecord, checksum),
    REMORA_FIELD(OutcomeRecord, decision_id),
    REMORA_FIELD(OutcomeRecord, key),
    REMORA_FIELD(OutcomeRecord, when_ns),
    REMORA_FIELD(OutcomeRecord, variant),
    REMORA_FIELD(OutcomeRecord, flags),
    REMORA_FIELD(OutcomeRecord, reward),
    REMORA_FIELD(OutcomeRecord, target),
    REMORA_FIELD(OutcomeRecord, quality),
    REMORA_FIELD(OutcomeRecord, rating),
    REMORA_FIELD(OutcomeRecord, duration_ns),
    REMORA_FIELD(OutcomeRecord, cost_micros),
    REMORA_FIELD(OutcomeRecord, tokens_in),
    REMORA_FIELD(OutcomeRecord, tokens_out),
    REMORA_FIELD(OutcomeRecord, errors),
    REMORA_FIELD(OutcomeRecord, corrections),
    REMORA_FIELD(OutcomeRecord, propensity),
    REMORA_FIELD(OutcomeRecord, moved),
    REMORA_FIELD(OutcomeRecord, drawn_from),
    REMORA_FIELD(OutcomeRecord, tools_correct),
    REMORA_FIELD(OutcomeRecord, tools_total),
    REMORA_FIELD(OutcomeRecord, metric_count),
    REMORA_FIELD(OutcomeRecord, generation),
    REMORA_FIELD(OutcomeRecord, metric_index),
    REMORA_FIELD(OutcomeRecord, metrics),
    REMORA_FIELD(EventRecord, commit),
    REMORA_FIELD(EventRecord, when_ns),
    REMORA_FIELD(EventRecord, kind),
    REMORA_FIELD(EventRecord, severity),
    REMORA_FIELD(EventRecord, agent),
    REMORA_FIELD(EventRecord, variant),
    REMORA_FIELD(EventRecord, rollout),
    REMORA_FIELD(EventRecord, stage),
    REMORA_FIELD(EventRecord, reason),
    REMORA_FIELD(EventRecord, value),
    REMORA_FIELD(EventRecord, threshold),
    REMORA_FIELD(EventRecord, detail),
    REMORA_FIELD(GenerationPage, rows_used),
    REMORA_FIELD(GenerationPage, experience_since),
    REMORA_FIELD(GenerationPage, touched),
    REMORA_FIELD(GenerationPage, agent_rows),
    REMORA_FIELD(Row, key),
    REMORA_FIELD(Row, stamp),
    REMORA_FIELD(Row, cells),
};

#undef REMORA_FIELD

TEST(LayoutDocument, SaysOffsetAndSizeOfEveryField) {
  std::ifstream stream(std::string(REMORA_SOURCE_FOLDER) + "/abi/state-file.md");
  const std::string page{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  ASSERT_FALSE(page.empty());
  for (const Field& field : kFields) {
    const std::string heading =
        "\n## " + std::string(field.structure) + " (" + std::to_string(field.structure_size) + " bytes)\n";
    const size_t begin = page.find(heading);
    ASSERT_NE(begin, std::string::npos) << "no heading" << heading;
    const std::string section = page.substr(begin, page.find("\n## ", begin + 1) - begin);
    const std::string row = "\n| " + std::to_string(field.offset) + " | " + std::to_string(field.size) +
                            " | " + field.name + " |";
    EXPECT_NE(section.find(row), std::string::npos)
        << field.structure << "." << field.name << " should read" << row;
  }
}

}  // namespace
}  // namespace remora::store
