// Metrics of each rollout: where it stands, and the outcomes of its present stage, or of its last.
#include <algorithm>

#include "ops/metric_writer.hpp"
#include "ops/metrics.hpp"
#include "rollout/agent_word.hpp"
#include "rollout/codes.hpp"
#include "rollout/status.hpp"
#include "store/names.hpp"
#include "store/words.hpp"

namespace remora::ops {
namespace {

struct RolloutFigures {
  std::string_view rollout, agent;
  store::RolloutStateWord state;
  double share = 0;  // of traffic, 0 .. 1
  store::ArmWord treatment, baseline;
};

store::ArmWord arm_of(const store::Word& word, uint32_t epoch) {
  const auto arm = store::ArmWord::unpack(word.load(std::memory_order_relaxed));
  return arm.epoch == epoch ? arm : store::ArmWord{epoch, 0, 0};
}

double share_of(const store::RolloutRecord& record, const store::RolloutStateWord& state) {
  switch (static_cast<rollout::State>(state.state)) {
    case rollout::State::kComplete:
      return 1;
    case rollout::State::kRunning:
    case rollout::State::kPaused:
      return record.stages[std::min(state.stage, store::kMaxStages - 1)].share_basis_points / 10'000.0;
    default:
      return 0;
  }
}

// False for a place where no rollout was started.
bool read_rollout(const store::History& history, uint32_t index, RolloutFigures* out) {
  const store::RolloutRecord& record = history.rollouts[index];
  // Acquire: the identity is stored last, when the plan is complete.
  const uint64_t identity = record.identity.load(std::memory_order_acquire);
  if (identity == 0) {
    return false;
  }
  out->rollout = store::name_text(history, store::Kind::kRollout, index);
  out->agent = store::name_text(history, store::Kind::kAgent, static_cast<uint32_t>(identity >> 32));
  out->state = store::RolloutStateWord::unpack(record.state.load(std::memory_order_acquire));
  out->share = share_of(record, out->state);
  const uint32_t epoch = rollout::epoch_of_figures(out->state);
  out->treatment = arm_of(record.treatment_outcomes, epoch);
  out->baseline = arm_of(record.baseline_outcomes, epoch);
  return true;
}

template <typename Each>
void for_each_rollout(const store::History& history, Each each) {
  const uint32_t count = rollout::rollout_count(history);
  for (uint32_t i = 0; i < count; ++i) {
    RolloutFigures figures;
    if (read_rollout(history, i, &figures)) {
      each(figures);
    }
  }
}

}  // namespace

void append_rollout_metrics(const MetricsSource& source, MetricWriter* writer) {
  const auto gauge = [&](std::string_view name, std::string_view help,
                         double (*value)(const RolloutFigures&)) {
    writer->family(name, "gauge", help);
    for_each_rollout(source.history, [&](const RolloutFigures& f) {
      writer->sample({{"rollout", f.rollout}, {"agent", f.agent}}, value(f));
    });
  };
  gauge("remora_rollout_state", "1 running, 2 paused, 3 complete, 4 rolled back.",
        [](const RolloutFigures& f) { return static_cast<double>(f.state.state); });
  gauge("remora_rollout_stage", "Stage of the plan, from 0.",
        [](const RolloutFigures& f) { return static_cast<double>(f.state.stage); });
  gauge("remora_rollout_share",
        "Share of units that get the treatment (in a shadow stage: a shadow run), 0 .. 1.",
        [](const RolloutFigures& f) { return f.share; });
  const auto arms = [&](std::string_view name, std::string_view help, uint32_t store::ArmWord::*count) {
    writer->family(name, "gauge", help);
    for_each_rollout(source.history, [&](const RolloutFigures& f) {
      writer->sample({{"rollout", f.rollout}, {"agent", f.agent}, {"arm", "treatment"}}, f.treatment.*count);
      writer->sample({{"rollout", f.rollout}, {"agent", f.agent}, {"arm", "baseline"}}, f.baseline.*count);
    });
  };
  arms("remora_rollout_stage_outcomes", "Outcomes of the present stage, or of the last one.",
       &store::ArmWord::count);
  arms("remora_rollout_stage_successes", "Of these, successes.", &store::ArmWord::successes);
}

}  // namespace remora::ops
