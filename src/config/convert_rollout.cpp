// How rollouts are judged, and the stages of a plan that names none.
#include <cmath>

#include "base/clock.hpp"
#include "config/convert.hpp"
#include "config_generated.h"

namespace remora::config {
namespace {

// The stage of the default plan that has the mode.
store::StagePlan default_stage(uint32_t mode) {
  const rollout::Settings defaults;
  for (uint32_t i = 0; i < defaults.stage_count; ++i) {
    if (defaults.stages[i].mode == mode) {
      return defaults.stages[i];
    }
  }
  return {};
}

void convert_share(const json::Stage& stage, Reader& reader, store::StagePlan* out) {
  if (const auto percent = stage.share_percent()) {
    int64_t basis_points = 0;
    reader.duration("share_percent", percent, 100, {0, 100}, &basis_points);
    if (std::fabs(*percent * 100 - static_cast<double>(basis_points)) > 1e-6) {
      reader.refuse("share_percent", "too fine", "must be a multiple of 0.01");
    }
    out->share_basis_points = static_cast<uint32_t>(basis_points);
  } else if (out->mode == static_cast<uint32_t>(json::StageMode::canary)) {
    reader.refuse("share_percent", "not given", "a canary stage must say its share, above 0 and below 100");
  }
}

void convert_stage(const json::Stage& stage, Reader& reader, store::StagePlan* out) {
  const auto mode = stage.mode();
  if (!mode) {
    reader.refuse("mode", "not given", "must be one of \"monitor\", \"shadow\", \"canary\", \"full\"");
    return;
  }
  *out = default_stage(static_cast<uint32_t>(*mode));
  convert_share(stage, reader, out);
  reader.duration("minimum_hours", stage.minimum_hours(), base::kNanosPerHour, {0, 8'784}, &out->minimum_ns);
  reader.whole("minimum_samples", stage.minimum_samples(), 1, 200'000'000, &out->minimum_samples);
  reader.number("maximum_drop", stage.maximum_drop(), {0, 1, true, false}, &out->maximum_drop);
  reader.number("margin", stage.margin(), {-1, 1, true, true}, &out->margin);
}

}  // namespace

void convert_rollout(const json::Rollout& rollout, Reader& reader, rollout::Settings* settings) {
  const Reader::Inside inside(reader, "rollout");
  reader.flag(rollout.automatic(), &settings->automatic);
  reader.flag(rollout.one_unit_may_advance(), &settings->one_unit_may_advance);
  reader.whole("rollback_samples", rollout.rollback_samples(), 1, 1'000'000, &settings->rollback_samples);
  reader.number("confidence", rollout.confidence(), {0.5, 0.9999}, &settings->confidence);
  if (rollout.stages() == nullptr) {
    return;
  }
  const uint32_t count = rollout.stages()->size();
  if (count == 0 || count > store::kMaxStages) {
    reader.refuse("stages", count == 0 ? "empty" : "too long", "must have 1 .. 8 stages");
    return;
  }
  for (uint32_t i = 0; i < count; ++i) {
    const Reader::Inside place(reader, "stages", i);
    convert_stage(*rollout.stages()->Get(i), reader, &settings->stages[i]);
  }
  settings->stage_count = count;
}

}  // namespace remora::config
