#include "rollout/plan.hpp"

#include <cmath>

#include "store/words.hpp"

namespace remora::rollout {
namespace {

using base::Code;
using store::StagePlan;

const char* name_of(uint32_t mode) {
  switch (static_cast<Mode>(mode)) {
    case Mode::kMonitor:
      return "monitor";
    case Mode::kShadow:
      return "shadow";
    case Mode::kCanary:
      return "canary";
    case Mode::kFull:
      return "full";
    case Mode::kOff:
      break;
  }
  return "none";
}

// The stage that stands for a mode where a plan leaves numbers open.
StagePlan default_stage(uint32_t mode, const Settings& settings) {
  for (const Settings& source : {settings, Settings{}}) {
    for (uint32_t i = 0; i < source.stage_count && i < store::kMaxStages; ++i) {
      if (source.stages[i].mode == mode) {
        return source.stages[i];
      }
    }
  }
  return {};
}

void fill_defaults(StagePlan* stage, const Settings& settings) {
  const StagePlan usual = default_stage(stage->mode, settings);
  const auto mode = static_cast<Mode>(stage->mode);
  if (stage->minimum_samples == 0) {
    stage->minimum_samples = usual.minimum_samples;
  }
  if (stage->margin == 0) {
    stage->margin = usual.margin;
  }
  if (stage->maximum_drop == 0) {
    stage->maximum_drop = usual.maximum_drop;
  }
  if (stage->share_basis_points == 0 && (mode == Mode::kShadow || mode == Mode::kFull)) {
    stage->share_basis_points = kWholeShare;
  }
}

Code check_share(uint32_t i, const StagePlan& stage, base::Problem& problem) {
  const uint32_t share = stage.share_basis_points;
  switch (static_cast<Mode>(stage.mode)) {
    case Mode::kMonitor:
      return share == 0
                 ? Code::kOk
                 : problem.set(Code::kInvalid,
                               "stage %u (monitor) has a share of %u basis points: it gives the treatment no "
                               "traffic, so use 0",
                               i, share);
    case Mode::kCanary:
      return share > 0 && share < kWholeShare
                 ? Code::kOk
                 : problem.set(
                       Code::kInvalid,
                       "stage %u (canary) has a share of %u basis points: use 1 to 9999, so that both arms "
                       "get traffic",
                       i, share);
    case Mode::kFull:
      return share == kWholeShare
                 ? Code::kOk
                 : problem.set(Code::kInvalid,
                               "stage %u (full) has a share of %u basis points: use 10000, or 0 for "
                               "that; a smaller share is a canary stage",
                               i, share);
    default:
      return share <= kWholeShare
                 ? Code::kOk
                 : problem.set(Code::kInvalid,
                               "stage %u (%s) has a share of %u basis points: use at most 10000", i,
                               name_of(stage.mode), share);
  }
}

Code check_limits(uint32_t i, const StagePlan& stage, base::Problem& problem) {
  const char* mode = name_of(stage.mode);
  if (stage.minimum_samples == 0 || stage.minimum_samples > store::ArmWord::kLimit) {
    return problem.set(Code::kInvalid, "stage %u (%s) asks for %u samples: use 1 to %u", i, mode,
                       stage.minimum_samples, store::ArmWord::kLimit);
  }
  if (stage.minimum_ns < 0 || stage.minimum_ns > kLongestStageNs) {
    return problem.set(Code::kInvalid, "stage %u (%s) lasts at least %.6g hours: use 0 to 8784 (366 days)", i,
                       mode, static_cast<double>(stage.minimum_ns) / 3.6e12);
  }
  if (!std::isfinite(stage.maximum_drop) || stage.maximum_drop <= 0 || stage.maximum_drop > 1) {
    return problem.set(Code::kInvalid, "stage %u (%s) has a maximum_drop of %g: use more than 0, at most 1",
                       i, mode, stage.maximum_drop);
  }
  if (!std::isfinite(stage.margin) || stage.margin <= -1 || stage.margin >= stage.maximum_drop) {
    return problem.set(
        Code::kInvalid,
        "stage %u (%s) has a margin of %g: use more than -1, and less than its maximum_drop of %g", i, mode,
        stage.margin, stage.maximum_drop);
  }
  return Code::kOk;
}

Code check_order(uint32_t i, const StagePlan& before, const StagePlan& stage, base::Problem& problem) {
  if (stage.mode < before.mode) {
    return problem.set(Code::kInvalid,
                       "stage %u is %s, after a %s stage: the order is monitor, shadow, canary, full", i,
                       name_of(stage.mode), name_of(before.mode));
  }
  if (stage.mode == before.mode && stage.share_basis_points < before.share_basis_points) {
    return problem.set(
        Code::kInvalid,
        "stage %u (%s) shrinks the share from %u to %u basis points: units that are in must stay in", i,
        name_of(stage.mode), before.share_basis_points, stage.share_basis_points);
  }
  return Code::kOk;
}

}  // namespace

Code complete(Plan* plan, const Settings& settings, base::Problem& problem) {
  if (plan->stage_count > store::kMaxStages) {
    return problem.set(Code::kInvalid, "the plan has %u stages: use at most %u", plan->stage_count,
                       store::kMaxStages);
  }
  if (plan->stage_count == 0) {
    plan->stage_count = settings.stage_count;
    for (uint32_t i = 0; i < store::kMaxStages; ++i) {
      plan->stages[i] = settings.stages[i];
    }
  }
  for (uint32_t i = 0; i < plan->stage_count; ++i) {
    StagePlan& stage = plan->stages[i];
    if (stage.mode < static_cast<uint32_t>(Mode::kMonitor) ||
        stage.mode > static_cast<uint32_t>(Mode::kFull)) {
      return problem.set(Code::kInvalid,
                         "stage %u has the mode %u: use 1 (monitor), 2 (shadow), 3 (canary) or 4 (full)", i,
                         stage.mode);
    }
    fill_defaults(&stage, settings);
    Code code = check_share(i, stage, problem);
    code = ok(code) ? check_limits(i, stage, problem) : code;
    code = ok(code) && i > 0 ? check_order(i, plan->stages[i - 1], stage, problem) : code;
    if (!ok(code)) {
      return code;
    }
  }
  return Code::kOk;
}

}  // namespace remora::rollout
