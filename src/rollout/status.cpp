#include "rollout/status.hpp"

#include <algorithm>

#include "guard/block_state.hpp"
#include "rollout/agent_word.hpp"
#include "rollout/leading_unit.hpp"
#include "rollout/plan.hpp"
#include "store/roster.hpp"

namespace remora::rollout {
namespace {

using store::ArmWord;

// Outcomes of an arm, if they are of this epoch.
stats::Count count_of(const store::Word& word, uint32_t epoch) {
  const ArmWord arm = ArmWord::unpack(word.load(std::memory_order_acquire));
  return arm.epoch == epoch ? stats::Count{arm.successes, arm.count} : stats::Count{};
}

// Asked of the variant's own word: the agent's mask may be behind it. A block that this very rollout lifts
// says nothing against it.
bool treatment_blocked(const store::History& history, const store::RolloutRecord& record) {
  const store::AgentRecord* agent = store::find_agent(history, agent_of(record));
  const store::VariantRecord* variant =
      agent == nullptr || record.treatment >= store::kMaxVariants
          ? nullptr
          : history.variant(*agent, static_cast<uint32_t>(record.treatment));
  if (variant == nullptr) {
    return false;
  }
  const auto block = store::BlockWord::unpack(variant->block.load(std::memory_order_acquire));
  return guard::keeps_out(block) && !block.pardoned;
}

uint32_t as_count(uint64_t value) { return static_cast<uint32_t>(std::min<uint64_t>(value, UINT32_MAX)); }

}  // namespace

uint32_t epoch_of_figures(const store::RolloutStateWord& state) {
  const auto now = static_cast<State>(state.state);
  const bool over = now == State::kComplete || now == State::kRolledBack;
  return (state.epoch - (over ? 1U : 0U)) & 0xFF;
}

StageView view_stage(const store::History& history, const store::RolloutRecord& record, int64_t now_ns) {
  StageView view;
  view.state_word = record.state.load(std::memory_order_acquire);
  view.state = store::RolloutStateWord::unpack(view.state_word);
  view.plan = record.stages[view.state.stage % store::kMaxStages];
  // Beyond its limits only in a damaged file: times could overflow.
  view.plan.minimum_ns = std::clamp<int64_t>(view.plan.minimum_ns, 0, kLongestStageNs);
  const uint32_t epoch = epoch_of_figures(view.state);
  view.evidence.treatment = count_of(record.treatment_outcomes, epoch);
  view.evidence.treatment_surplus =
      surplus_of(record.treatment_leader, epoch, view.evidence.treatment.trials);
  if (static_cast<Mode>(view.plan.mode) == Mode::kFull) {
    const ArmWord reference = ArmWord::unpack(record.reference.load(std::memory_order_acquire));
    view.evidence.baseline = {reference.successes, reference.count};
  } else {
    view.evidence.baseline = count_of(record.baseline_outcomes, epoch);
    view.evidence.baseline_surplus = surplus_of(record.baseline_leader, epoch, view.evidence.baseline.trials);
  }
  view.evidence.elapsed_ns =
      std::max<int64_t>(now_ns, 0) - static_cast<int64_t>(view.state.since_s) * 1'000'000'000;
  view.evidence.treatment_blocked = treatment_blocked(history, record);
  return view;
}

bool status(const store::History& history, uint32_t rollout, const Rules& rules, int64_t now_ns,
            Status* out) {
  const store::RolloutRecord* record = find_rollout(history, rollout);
  if (record == nullptr) {
    return false;
  }
  const StageView view = view_stage(history, *record, now_ns);
  const Verdict verdict = judge(view.plan, view.evidence, rules);
  const store::RolloutWord word = derive_word(*record, rollout);
  *out = {};
  out->state = static_cast<State>(view.state.state);
  out->rollout = rollout;
  out->agent = agent_of(*record);
  out->treatment = static_cast<uint32_t>(record->treatment);
  out->stage = view.state.stage;
  out->stage_count = static_cast<uint32_t>(record->stage_count);
  out->mode = static_cast<Mode>(word.mode);
  out->share_basis_points = word.share_basis_points;
  out->treatment_count = as_count(view.evidence.treatment.trials);
  out->treatment_successes = as_count(view.evidence.treatment.successes);
  out->baseline_count = as_count(view.evidence.baseline.trials);
  out->baseline_successes = as_count(view.evidence.baseline.successes);
  out->started_ns = record->started_ns;
  out->stage_started_ns = static_cast<int64_t>(view.state.since_s) * 1'000'000'000;
  out->difference = verdict.difference.difference;
  out->difference_low = verdict.difference.low;
  out->difference_high = verdict.difference.high;
  const bool running = out->state == State::kRunning;
  out->reason = running ? verdict.reason : static_cast<Reason>(view.state.reason);
  if (running || out->state == State::kPaused) {
    out->samples_needed = as_count(verdict.samples_needed);
    out->stage_ends_ns = out->stage_started_ns + view.plan.minimum_ns;
  }
  return true;
}

}  // namespace remora::rollout
