#include "store/power_loss.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "store/contexts.hpp"
#include "store/names.hpp"
#include "store/roster.hpp"
#include "store/words.hpp"

namespace remora::store {
namespace {

constexpr uint32_t kLastState = 4;  // of remora_rollout_state
constexpr uint32_t kLastMode = 4;   // of remora_mode
constexpr uint32_t kFullShare = 10'000;

// Written once, into zeros: what is missing of it is still zero.
bool is_whole(const VariantRecord& variant) {
  const uint64_t size = variant.name_size.load(std::memory_order_relaxed);
  return variant.identity.load(std::memory_order_relaxed) != 0 && size != 0 && size <= kMaxNameBytes &&
         std::memchr(variant.name, 0, size) == nullptr;
}

// An agent whose name is lost would lend its variants to the next that is registered; a variant that is not
// whole, and all behind it, were registered after the last sync.
void repair_agents(const History& history) {
  for (uint32_t a = 0; a < history.capacities.agents; ++a) {
    AgentRecord& agent = history.agents[a];
    if (name_text(history, Kind::kAgent, a).empty() ||
        name_text(history, Kind::kCategory, agent_category(agent)).empty()) {
      for (Word* word : {&agent.live, &agent.blocked, &agent.rollout, &agent.choice, &agent.identity}) {
        word->store(0, std::memory_order_relaxed);
      }
      continue;
    }
    ChoiceWord choice = ChoiceWord::unpack(agent.choice.load(std::memory_order_relaxed));
    uint32_t whole = 0;
    while (whole < std::min(choice.count, kMaxVariants) && history.variant(agent, whole) != nullptr &&
           is_whole(*history.variant(agent, whole))) {
      ++whole;
    }
    if (whole != choice.count) {
      choice.count = whole;
      agent.choice.store(choice.pack(), std::memory_order_relaxed);  // repair_roster looks after the rest
    }
  }
}

bool is_whole(const History& history, const RolloutRecord& record, uint32_t number) {
  const uint64_t identity = record.identity.load(std::memory_order_relaxed);
  const auto state = RolloutStateWord::unpack(record.state.load(std::memory_order_relaxed));
  const bool stages_known = record.stage_count != 0 && record.stage_count <= kMaxStages &&
                            state.stage < record.stage_count && state.state != 0 && state.state <= kLastState;
  return (identity & 0xFFFFFFFF) == number + 1ULL && stages_known && record.started_ns != 0 &&
         !name_text(history, Kind::kRollout, number).empty() &&
         !name_text(history, Kind::kAgent, static_cast<uint32_t>(identity >> 32)).empty() &&
         std::all_of(record.stages, record.stages + record.stage_count, [](const StagePlan& stage) {
           return stage.mode != 0 && stage.mode <= kLastMode && stage.share_basis_points <= kFullShare &&
                  stage.minimum_samples != 0 && stage.maximum_drop > 0 && std::isfinite(stage.margin);
         });
}

}  // namespace

void repair_after_power_loss(const History& history) {
  rebuild_names(history);
  repair_contexts(history);
  repair_agents(history);
  for (uint32_t i = 0; i < history.capacities.rollouts; ++i) {
    RolloutRecord& record = history.rollouts[i];
    if (record.identity.load(std::memory_order_relaxed) != 0 && !is_whole(history, record, i)) {
      record.identity.store(
          0, std::memory_order_relaxed);  // as if its start had died half-way: it may be tried again
    }
  }
}

void forget_unnamed(const History& history, const Generation& generation) {
  const uint32_t agents = agent_count(history);
  const uint32_t task_types = name_count(history, Kind::kTaskType);
  for (uint64_t i = 0; i < generation.row_count(); ++i) {
    Row& row = generation.rows()[i];
    const uint64_t word = row.key.load(std::memory_order_relaxed);
    const StateKey key = StateKey::unpack(word);
    if (word == 0 ||
        (key.agent < agents && (key.task_type < task_types || key.task_type == StateKey::kParentTask))) {
      continue;
    }
    for (Word& cell : row.cells) {
      cell.store(0, std::memory_order_relaxed);
    }
  }
}

}  // namespace remora::store
