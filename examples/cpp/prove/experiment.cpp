#include "experiment.hpp"

#include <array>
#include <utility>
#include <vector>

#include "../fleet/dice.hpp"
#include "../simulate/scratch.hpp"

namespace prove {
namespace {

constexpr uint32_t kVariants = 4;
constexpr double kPlantedRate = 0.75;
constexpr double kRate = 0.5;
constexpr const char* kConfiguration = R"({"safety": {"enabled": false}, "snapshots": {"interval_minutes": 0},
  "event_log": {"file": false}})";

// What every variant would make of every task.
using World = std::vector<std::array<bool, kVariants>>;

World make_world(const Plan& plan, uint32_t planted, fleet::Dice& dice) {
  World world(plan.tasks);
  for (auto& task : world) {
    for (uint32_t v = 0; v < kVariants; ++v) {
      task[v] = dice.chance(plan.planted && v == planted ? kPlantedRate : kRate);
    }
  }
  return world;
}

// The same successes, handed to the variants anew for each task.
World shuffled(World world, fleet::Dice& dice) {
  for (auto& task : world) {
    for (uint32_t v = kVariants; v > 1; --v) {
      std::swap(task[v - 1], task[dice.below(v)]);
    }
  }
  return world;
}

// Share of `watched` in the last three quarters of a run that begins with nothing learned; -1 and a problem
// when the library refused something.
double share_of(const remora::Library& library, const World& world, uint32_t watched, fleet::Dice& dice,
                std::string* problem) {
  const simulation::Scratch scratch(library, kConfiguration);
  if (!scratch.problem().empty()) {
    *problem = scratch.problem();
    return -1;
  }
  const auto agent = scratch.state().agent_define("worker", "a,b,c,d");
  remora::Task task;
  task.agent = *agent;
  const size_t first = world.size() / 4;  // counted from here on
  size_t taken = 0;
  for (size_t i = 0; i < world.size(); ++i) {
    task.draw = dice.bits() | 1;
    const auto decision = scratch.state().route(task);
    const auto recorded = decision ? scratch.state().record_result(decision->decision_id,
                                                                   world[i][decision->variant % kVariants], 0)
                                   : remora::Status();
    if (!agent || !decision || !recorded) {
      *problem = (!agent ? agent.error() : !decision ? decision.error() : recorded.error()).text();
      return -1;
    }
    taken += i >= first && decision->variant == watched ? 1 : 0;
  }
  return static_cast<double>(taken) / static_cast<double>(world.size() - first);
}

}  // namespace

Outcome experiment(const remora::Library& library, const Plan& plan, uint64_t seed) {
  fleet::Dice dice(seed);
  const uint32_t planted = dice.below(kVariants);
  const World world = make_world(plan, planted, dice);
  Outcome outcome;
  outcome.share = share_of(library, world, planted, dice, &outcome.problem);
  uint32_t as_high = 0;
  for (uint32_t i = 0; i < plan.shuffles && outcome.problem.empty(); ++i) {
    const double share = share_of(library, shuffled(world, dice), planted, dice, &outcome.problem);
    outcome.shuffled_mean += share / plan.shuffles;
    as_high += share >= outcome.share ? 1U : 0U;
  }
  outcome.p = (1.0 + as_high) / (1.0 + plan.shuffles);
  return outcome;
}

}  // namespace prove
