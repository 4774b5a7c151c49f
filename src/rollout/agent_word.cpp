#include "rollout/agent_word.hpp"

#include <algorithm>

#include "guard/operator_actions.hpp"
#include "rollout/codes.hpp"
#include "store/names.hpp"
#include "store/roster.hpp"

namespace remora::rollout {
namespace {

using store::RolloutRecord;

// Does what a process had still to do that died while it started a rollout.
void finish_start(const store::History& history, uint32_t agent) {
  uint32_t newest = 0;
  if (!newest_rollout(history, agent, &newest)) {
    return;
  }
  const RolloutRecord& record = history.rollouts[newest];
  const auto state =
      static_cast<State>(store::RolloutStateWord::unpack(record.state.load(std::memory_order_acquire)).state);
  if ((state == State::kRunning || state == State::kPaused) && record.treatment != kLearnedTreatment) {
    guard::admit_pardoned(history, agent, static_cast<uint32_t>(record.treatment));
  }
}

// What an agent's word should be.
uint64_t agent_word(const store::History& history, uint32_t agent) {
  uint32_t newest = 0;
  return newest_rollout(history, agent, &newest) ? derive_word(history.rollouts[newest], newest).pack() : 0;
}

}  // namespace

uint32_t rollout_count(const store::History& history) {
  return std::min(store::name_count(history, store::Kind::kRollout), history.capacities.rollouts);
}

bool newest_rollout(const store::History& history, uint32_t agent, uint32_t* rollout) {
  for (uint32_t i = rollout_count(history); i-- > 0;) {
    const RolloutRecord* record = find_rollout(history, i);
    if (record != nullptr && agent_of(*record) == agent) {
      *rollout = i;
      return true;
    }
  }
  return false;
}

RolloutRecord* find_rollout(const store::History& history, uint32_t rollout) {
  if (rollout >= history.capacities.rollouts) {
    return nullptr;
  }
  RolloutRecord& record = history.rollouts[rollout];
  // Acquire pairs with the release in start.
  return record.identity.load(std::memory_order_acquire) != 0 ? &record : nullptr;
}

store::RolloutWord derive_word(const RolloutRecord& record, uint32_t rollout) {
  const auto state = store::RolloutStateWord::unpack(record.state.load(std::memory_order_acquire));
  const store::StagePlan& stage = record.stages[state.stage % store::kMaxStages];
  store::RolloutWord word;
  word.state = state.state;
  word.stage = state.stage;
  word.epoch = state.epoch;
  word.reason = state.reason;
  word.rollout = rollout;
  word.treatment = record.treatment == kLearnedTreatment ? store::RolloutWord::kLearned
                                                         : static_cast<uint32_t>(record.treatment);
  const auto now = static_cast<State>(state.state);
  if (now == State::kRunning || now == State::kPaused) {
    word.mode = stage.mode;
    word.share_basis_points = std::min(stage.share_basis_points, kWholeShare);
  } else if (now == State::kComplete) {
    word.mode = static_cast<uint32_t>(Mode::kFull);
    word.share_basis_points = kWholeShare;
  }
  return word;
}

void derive_agent(const store::History& history, uint32_t agent) {
  store::AgentRecord* record = store::find_agent(history, agent);
  if (record == nullptr) {
    return;
  }
  uint64_t word = 0;
  do {
    word = agent_word(history, agent);
    // Exchanged, not stored: the later of two writers sees the state word as the earlier one left it, and
    // looks once more below.
    record->rollout.exchange(word, std::memory_order_acq_rel);
  } while (agent_word(history, agent) != word);
}

uint32_t reconcile(const store::History& history) {
  uint32_t wrong = 0;
  const uint32_t agents = store::agent_count(history);
  for (uint32_t agent = 0; agent < agents; ++agent) {
    const store::AgentRecord* record = store::find_agent(history, agent);
    finish_start(history, agent);
    if (record != nullptr && record->rollout.load(std::memory_order_acquire) != agent_word(history, agent)) {
      derive_agent(history, agent);
      ++wrong;
    }
  }
  return wrong;
}

}  // namespace remora::rollout
