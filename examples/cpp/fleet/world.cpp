#include "world.hpp"

#include <algorithm>

namespace fleet {
namespace {

constexpr double kBaselineRate = 0.70;
constexpr double kFavour = 0.25;        // what the best variant of a kind has over its usual rate
constexpr double kStrangerRate = 0.06;  // what an agent loses on kinds of tasks that are not its own
constexpr double kBrokenRate = 0.03;
constexpr double kBadNewcomerRate = 0.42;
constexpr double kGoodNewcomerRate = 0.92;
constexpr double kDriftHours = 8;
constexpr uint32_t kThorough = 1;
constexpr uint32_t kConcise = 2;
constexpr uint32_t kUsers = 4000;

// How much a variant is favoured for a kind: half of the favourites of the
// first days hand over to another within hours.
double favour(uint32_t agent, Kind kind, uint32_t variant, uint32_t count, double hours) {
  const uint64_t fate = scramble(agent * 64ULL + static_cast<uint64_t>(kind));
  const uint32_t others =
      count - 1;  // the baseline is nobody's favourite: there is something to learn everywhere
  const auto first = static_cast<uint32_t>(fate % others);
  const auto second = static_cast<uint32_t>((first + 1 + (fate >> 8) % (others - 1)) % others);
  const bool drifts = (fate >> 24 & 1) != 0;
  const double switch_at = 40 + static_cast<double>((fate >> 16) % 50);
  const double moved = drifts ? std::clamp((hours - switch_at) / kDriftHours, 0.0, 1.0) : 0;
  return (variant == first + 1 ? 1 - moved : 0) + (variant == second + 1 ? moved : 0);
}

// A fixed number in [0, 1) of an agent's variant on a kind of task.
double quirk(uint32_t agent, Kind kind, uint32_t variant) {
  const uint64_t mixed = scramble((agent * 64ULL + static_cast<uint64_t>(kind)) * 64 + variant);
  return static_cast<double>(mixed >> 11) * 0x1p-53;
}

}  // namespace

WorldTask next_task(Dice& dice) {
  WorldTask task;
  task.agent = dice.below(kAgents);
  task.kind = agents()[task.agent].kinds[dice.below(4)];
  task.large = dice.chance(0.4);
  task.agent_open = dice.chance(0.03);
  task.unit = 1 + dice.below(kUsers);
  return task;
}

double success_rate(uint32_t agent, Kind kind, uint32_t variant, bool large, double hours) {
  const AgentSpec& spec = agents()[agent];
  if (variant >= spec.variants) {
    return agent == kGoodRolloutAgent ? kGoodNewcomerRate : kBadNewcomerRate;
  }
  double rate = variant == 0 ? kBaselineRate : 0.60 + 0.06 * quirk(agent, kind, variant);
  if (variant != 0 && !has_newcomer(agent)) {
    rate += kFavour * favour(agent, kind, variant, spec.variants, hours);
  }
  if (large) {
    rate += variant == kThorough ? 0.03 : variant == kConcise ? -0.03 : 0;
  }
  const bool at_home = std::find(spec.kinds.begin(), spec.kinds.end(), kind) != spec.kinds.end();
  return at_home ? rate : rate - kStrangerRate;
}

uint32_t best_variant(uint32_t agent, Kind kind, bool large, double hours) {
  uint32_t best = 0;
  for (uint32_t v = 1; v < agents()[agent].variants; ++v) {
    best =
        success_rate(agent, kind, v, large, hours) > success_rate(agent, kind, best, large, hours) ? v : best;
  }
  return best;
}

uint32_t worst_variant(uint32_t agent, Kind kind, bool large, double hours) {
  uint32_t worst = 0;
  for (uint32_t v = 1; v < agents()[agent].variants; ++v) {
    worst = success_rate(agent, kind, v, large, hours) < success_rate(agent, kind, worst, large, hours)
                ? v
                : worst;
  }
  return worst;
}

Truth run_task(uint32_t agent, const WorldTask& task, uint32_t variant, double hours,
               const Breakage& breakage, Dice& dice) {
  const VariantSpec& spec = variants()[std::min<size_t>(variant, variants().size() - 1)];
  const bool broken = breakage.agent == agent && breakage.variant == variant;
  const double rate = broken ? kBrokenRate : success_rate(agent, task.kind, variant, task.large, hours);
  const double size = (task.large ? 2.0 : 1.0) * (0.7 + 0.6 * dice.unit());
  Truth truth;
  truth.success = dice.chance(rate);
  truth.quality = truth.success ? 0.7 + 0.3 * dice.unit() : 0.3 * dice.unit();
  truth.errors = truth.success ? 0 : 1;
  truth.duration_ns = static_cast<int64_t>(spec.seconds * size * 1e9);
  truth.cost_micros = static_cast<int64_t>(static_cast<double>(spec.cost_micros) * size);
  return truth;
}

}  // namespace fleet
