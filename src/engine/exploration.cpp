#include "engine/exploration.hpp"

#include <bit>

#include "learn/schedule.hpp"
#include "store/roster.hpp"
#include "store/statistics.hpp"

namespace remora::engine {
namespace {

// Looks at the mean reward of the outcomes since the last look, once there are enough of them.
uint32_t look(store::AgentRecord& record, const learn::Schedule& schedule, const store::AgentTotals& sums) {
  auto lowered = static_cast<uint32_t>(record.lowered.load(std::memory_order_relaxed));
  const uint64_t seen = record.seen_outcomes.load(std::memory_order_relaxed);
  if (sums.outcomes < seen || sums.outcomes - seen < schedule.step_outcomes) {
    return lowered;
  }
  const auto before = std::bit_cast<double>(record.seen_reward.load(std::memory_order_relaxed));
  const double mean = (sums.reward - before) / static_cast<double>(sums.outcomes - seen);
  lowered += learn::lowers(schedule, mean, {sums.outcomes, lowered}) ? 1U : 0U;
  record.seen_reward.store(std::bit_cast<uint64_t>(sums.reward), std::memory_order_relaxed);
  record.seen_outcomes.store(sums.outcomes, std::memory_order_relaxed);
  record.lowered.store(lowered, std::memory_order_relaxed);
  return lowered;
}

}  // namespace

void refresh_exploration(const store::History& history, uint32_t agent, const learn::Settings& settings) {
  store::AgentRecord* record = store::find_agent(history, agent);
  if (record == nullptr || settings.schedule.kind == learn::ScheduleKind::kConstant) {
    return;
  }
  const store::AgentTotals sums = store::agent_totals(history, *record);
  const bool by_reward = settings.schedule.kind == learn::ScheduleKind::kReward;
  const uint32_t lowered = by_reward ? look(*record, settings.schedule, sums) : 0;
  const float epsilon = learn::epsilon_of(settings.schedule, settings.epsilon, {sums.outcomes, lowered});
  const uint64_t word = store::FloatPair{epsilon, 0}.pack();
  if (record->exploration.load(std::memory_order_relaxed) != word) {
    record->exploration.store(word, std::memory_order_relaxed);
  }
}

}  // namespace remora::engine
