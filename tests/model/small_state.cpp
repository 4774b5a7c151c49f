#include "model/small_state.hpp"

#include "support/environment.hpp"

namespace remora::model {

void SmallState::name_control() {
  store::ControlPage* control = history.control;
  world.name("control", &control->line, 1, &store::ControlLine::control);
  world.name("generation", &control->line, 1, &store::ControlLine::generation);
  world.name("ledger_head", control, 1, &store::ControlPage::ledger_head);
  world.name("event_head", control, 1, &store::ControlPage::event_head);
  world.name("fold_sequence", control, 1, &store::ControlPage::fold_sequence);
  world.name("fold_intent", control, 1, &store::ControlPage::fold_intent);
  world.name("statistics_dropped", control, 1, &store::ControlPage::statistics_dropped);
  world.name("names.count", history.names_head, 1, &store::NamesHead::count);
  world.name("names.kind_count", history.names_head, 1, &store::NamesHead::kind_count);
  const size_t names = state.history().capacities.names;
  world.name("name.hash", history.names, names, &store::NameEntry::hash);
  world.name("name.kind", history.names, names, &store::NameEntry::kind);
  world.name("name.index", history.names, names, &store::NameEntry::index);
  world.name("name.size", history.names, names, &store::NameEntry::size);
  world.name("name.text", history.names, names, &store::NameEntry::text);
  world.name(
      {"name_slot", reinterpret_cast<uintptr_t>(history.name_slots), 8, history.name_slot_mask + 1, 8});
  world.name({"kind_index", reinterpret_cast<uintptr_t>(history.kind_index), 4, names * store::kKinds, 4});
}

void SmallState::name_rings() {
  world.name("lane.head", history.lanes, state.history().capacities.lanes, &store::LaneHead::head);
  world.name("lane.folded", history.lanes, state.history().capacities.lanes, &store::LaneHead::folded);
  world.name("lane.intent", history.lanes, state.history().capacities.lanes, &store::LaneHead::intent);
  const size_t slots = state.history().capacities.ledger_slots;
  world.name("slot.word", history.ledger, slots, &store::LedgerSlot::word);
  world.name("slot.key", history.ledger, slots, &store::LedgerSlot::key);
  world.name("slot.choice", history.ledger, slots, &store::LedgerSlot::choice);
  world.name("slot.outcome_at", history.ledger, slots, &store::LedgerSlot::outcome_at);
  world.name("slot.result", history.ledger, slots, &store::LedgerSlot::result);
  world.name("slot.facts", history.ledger, slots, &store::LedgerSlot::facts);
  const size_t outcomes = static_cast<size_t>(history.capacities.lanes) * history.capacities.lane_slots;
  world.name("outcome.commit", history.outcomes, outcomes, &store::OutcomeRecord::commit);
  world.name("outcome.checksum", history.outcomes, outcomes, &store::OutcomeRecord::checksum);
  const auto outcome = reinterpret_cast<uintptr_t>(history.outcomes);
  world.name({"outcome.body", outcome + 16, sizeof(store::OutcomeRecord), outcomes,
              sizeof(store::OutcomeRecord) - 16});
  world.name("event.commit", history.events, history.capacities.events, &store::EventRecord::commit);
  const auto event = reinterpret_cast<uintptr_t>(history.events);
  world.name({"event.body", event + 8, sizeof(store::EventRecord), history.capacities.events,
              sizeof(store::EventRecord) - 8});
}

void SmallState::name_values() {
  const size_t agents = state.history().capacities.agents;
  world.name("agent.live", history.agents, agents, &store::AgentRecord::live);
  world.name("agent.blocked", history.agents, agents, &store::AgentRecord::blocked);
  world.name("agent.rollout", history.agents, agents, &store::AgentRecord::rollout);
  world.name("agent.choice", history.agents, agents, &store::AgentRecord::choice);
  world.name("agent.identity", history.agents, agents, &store::AgentRecord::identity);
  const size_t variants =
      static_cast<size_t>(state.history().capacities.variant_chunks) * store::kChunkVariants;
  world.name("variant.recent", history.variants, variants, &store::VariantRecord::recent);
  world.name("variant.block", history.variants, variants, &store::VariantRecord::block);
  const auto variant = reinterpret_cast<uintptr_t>(history.variants);
  for (uint64_t copy = 0; copy < 2; ++copy) {
    const uintptr_t begin =
        variant + offsetof(store::VariantRecord, statistics) + copy * sizeof(store::VariantStatistics);
    world.name(
        {"statistics" + std::to_string(copy) + ".tag", begin, sizeof(store::VariantRecord), variants, 8});
    world.name({"statistics" + std::to_string(copy), begin + 8, sizeof(store::VariantRecord), variants,
                sizeof(store::VariantStatistics) - 8});
  }
  const size_t rollouts = state.history().capacities.rollouts;
  world.name("rollout.identity", history.rollouts, rollouts, &store::RolloutRecord::identity);
  world.name("rollout.state", history.rollouts, rollouts, &store::RolloutRecord::state);
  world.name("rollout.treatment_outcomes", history.rollouts, rollouts,
             &store::RolloutRecord::treatment_outcomes);
  world.name("rollout.baseline_outcomes", history.rollouts, rollouts,
             &store::RolloutRecord::baseline_outcomes);
  world.name("rollout.reference", history.rollouts, rollouts, &store::RolloutRecord::reference);
  store::Row* rows = generation().rows();
  world.name("row.key", rows, generation().row_count(), &store::Row::key);
  world.name("row.stamp", rows, generation().row_count(), &store::Row::stamp);
  world.name("row.cells", rows, generation().row_count(), &store::Row::cells);
  world.name("rows_used", &generation().page(), 1, &store::GenerationPage::rows_used);
  world.name("agent_rows", &generation().page(), 1, &store::GenerationPage::agent_rows);
}

uint32_t bound(uint32_t least) {
  return least + static_cast<uint32_t>(test::number_from("REMORA_MODEL_BOUND", 0));
}

Result explore(SmallState& small, const Model& model, const Options& options) {
  Result result = small.explorer().explore(model, options);
  std::printf("%s: %s\n", model.name.c_str(), result.text().c_str());
  std::fflush(stdout);
  if (const uint64_t random = test::number_from("REMORA_MODEL_RANDOM", 0);
      random != 0 && result.violation.empty()) {
    Options more = options;
    more.random_executions = random;
    more.most_executions = UINT64_MAX;
    more.seed = test::printed_seed();
    more.preemptions = 1000;
    const Result beyond = small.explorer().explore(model, more);
    std::printf("%s, at random: %s\n", model.name.c_str(), beyond.text().c_str());
    std::fflush(stdout);
    result.violation = beyond.violation;
  }
  return result;
}

bool is_found(SmallState& small, const Model& model, Options options, const Mutation& mutation) {
  options.mutation = mutation;
  const Result result = small.explorer().explore(model, options);
  EXPECT_GT(result.broken_here, 0U) << mutation.title << ": the mutation met no access";
  std::printf("%s, %s: %s after %llu executions\n", model.name.c_str(), mutation.title.c_str(),
              result.violation.empty() ? "NOT FOUND" : "found",
              static_cast<unsigned long long>(result.executions));
  return !result.violation.empty();
}

}  // namespace remora::model
