#include "store/recovery.hpp"

#include <algorithm>

#include "store/ledger.hpp"
#include "store/words.hpp"

namespace remora::store {
namespace {

constexpr uint64_t kMostFolds = 1ULL << 62;

template <typename Visit>
void visit_variants(const History& history, const Visit& visit) {
  for (uint32_t a = 0; a < history.capacities.agents; ++a) {
    for (uint32_t v = 0; v < kMaxVariants; ++v) {
      VariantRecord* const record = history.variant(history.agents[a], v);
      if (record == nullptr) {
        break;
      }
      visit(*record);
    }
  }
}

}  // namespace

void recount_rows(const Generation& generation) {
  constexpr uint32_t kAgents = sizeof(GenerationPage::agent_rows) / sizeof(Word);
  uint64_t by_agent[kAgents] = {};
  uint64_t used = 0;
  for (uint64_t i = 0; i < generation.row_count(); ++i) {
    const Row& row = generation.rows()[i];
    const uint64_t key = row.key.load(std::memory_order_relaxed);
    if (key != 0) {
      generation.mark_touched(row);  // after a loss of power its page may be newer than the mark
      ++used;
      ++by_agent[StateKey::unpack(key).agent % kAgents];
    }
  }
  GenerationPage& page = generation.page();
  page.rows_used.store(used, std::memory_order_relaxed);
  for (uint32_t a = 0; a < kAgents; ++a) {
    page.agent_rows[a].store(by_agent[a], std::memory_order_relaxed);
  }
}

uint64_t scrub_values(const Generation& generation) {
  uint64_t scrubbed = 0;
  for (uint64_t i = 0; i < generation.row_count(); ++i) {
    Row& row = generation.rows()[i];
    const bool free_row = row.key.load(std::memory_order_relaxed) == 0;
    for (Word& word : row.cells) {
      const uint64_t value = word.load(std::memory_order_relaxed);
      if (value != 0 && (free_row || !QCell::in_range(value))) {
        word.store(0, std::memory_order_relaxed);
        ++scrubbed;
      }
    }
  }
  return scrubbed;
}

uint32_t repair_roster(const History& history) {
  uint32_t repaired = 0;
  for (uint32_t a = 0; a < history.capacities.agents; ++a) {
    AgentRecord& agent = history.agents[a];
    const uint64_t choice = agent.choice.load(std::memory_order_relaxed);
    ChoiceWord right = ChoiceWord::unpack(choice);
    uint32_t held = 0;
    while (held < std::min(right.count, kMaxVariants) && history.variant(agent, held) != nullptr) {
      ++held;
    }
    right.count = held;
    right.baseline = right.baseline < held ? right.baseline : 0;
    right.safe = right.safe < held ? right.safe : right.baseline;
    const uint64_t those = ChoiceWord::mask_of(held);
    const uint64_t live = agent.live.load(std::memory_order_relaxed);
    const uint64_t word = agent.rollout.load(std::memory_order_relaxed);
    const RolloutWord rollout = RolloutWord::unpack(word);
    const bool runnable =
        word == 0 || (rollout.rollout < history.capacities.rollouts &&
                      (rollout.treatment == RolloutWord::kLearned || rollout.treatment < held));
    if (right.pack() == choice && (live & ~those) == 0 && runnable) {
      continue;
    }
    ++repaired;
    agent.live.store(live & those, std::memory_order_relaxed);
    agent.blocked.fetch_and(those, std::memory_order_relaxed);
    if (!runnable) {
      agent.rollout.store(0, std::memory_order_relaxed);
    }
    agent.choice.store(right.pack(), std::memory_order_release);
  }
  return repaired;
}

bool repair_fold_numbers(const History& history) {
  ControlPage& control = *history.control;
  uint64_t highest = 0;
  bool repaired = false;
  visit_variants(history, [&](VariantRecord& record) {
    for (VariantStatistics& copy : record.statistics) {
      const uint64_t tag = copy.tag.load(std::memory_order_relaxed);
      if (tag > kMostFolds) {
        copy.tag.store(0, std::memory_order_relaxed);
        repaired = true;
      } else {
        highest = std::max(highest, tag);
      }
    }
  });
  const uint64_t done = control.fold_sequence.load(std::memory_order_relaxed);
  if (done > kMostFolds || control.fold_intent.load(std::memory_order_relaxed) > kMostFolds) {
    control.fold_sequence.store(done > kMostFolds ? highest : done, std::memory_order_relaxed);
    control.fold_intent.store(control.fold_sequence.load(std::memory_order_relaxed),
                              std::memory_order_relaxed);
    repaired = true;
  }
  return repaired;
}

ReclaimedSlots reclaim_slots(const History& history, OwnerAliveFunction alive, void* context) {
  // One question to the kernel for each owner, not for each slot.
  int8_t known[kMaxProcesses] = {};
  static_assert(kMaxProcesses > 0xFF, "a slot's word may name any owner of 8 bits");
  ReclaimedSlots found;
  for (uint64_t i = 0; i < history.capacities.ledger_slots; ++i) {
    const uint64_t seen = history.ledger[i].word.load(std::memory_order_acquire);
    const SlotWord word = SlotWord::unpack(seen);
    found.written += word.state == SlotState::kWritten ? 1U : 0U;
    if (word.state != SlotState::kFilling && word.state != SlotState::kApplying) {
      continue;
    }
    if (known[word.owner] == 0) {
      known[word.owner] = alive(context, word.owner) ? 1 : -1;
    }
    if (known[word.owner] < 0 && reclaim_slot(history, i, seen)) {  // race: with others that reclaim
      ++found.reclaimed;
      const SlotWord now = SlotWord::unpack(history.ledger[i].word.load(std::memory_order_relaxed));
      found.written += now.state == SlotState::kWritten ? 1U : 0U;
    }
  }
  return found;
}

}  // namespace remora::store
