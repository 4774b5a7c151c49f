#include "world.hpp"

#include <array>
#include <map>
#include <string_view>

#include "../fleet/dice.hpp"

namespace simulation {
namespace {

constexpr double kBest = 0.85;
constexpr double kWorst = 0.45;
constexpr double kSpread = 0.20;
constexpr double kQuirk = 0.03;
constexpr uint32_t kCommonVariants = 3;  // that every agent has

// How good variants are for the agents of a category that are alike.
struct Category {
  explicit Category(fleet::Dice& dice) : best(dice.below(kCommonVariants)) {
    for (double& rate : rates) {
      rate = kWorst + kSpread * dice.unit();
    }
  }
  uint32_t best;
  std::array<double, fleet::kMostVariants> rates{};
};

}  // namespace

World::World(uint64_t seed, const Conditions& conditions) : drift_at_(conditions.drift_at) {
  fleet::Dice dice(seed);
  fleet::Dice common(seed ^ 0xA11CE);
  std::map<std::string_view, Category> categories;
  for (const fleet::AgentSpec& spec : fleet::agents()) {
    auto& category = categories.try_emplace(spec.category, common).first->second;
    Agent agent;
    agent.first_best = dice.below(spec.variants);
    agent.second_best = (agent.first_best + 1 + dice.below(spec.variants - 1)) % spec.variants;
    for (uint32_t v = 0; v < spec.variants; ++v) {
      agent.rates.push_back(kWorst + kSpread * dice.unit());
      for (uint32_t type = 0; type < kTaskTypes; ++type) {
        agent.quirks.push_back(kQuirk * (2 * dice.unit() - 1));
      }
    }
    if (conditions.alike > 0 && common.chance(conditions.alike)) {
      agent.first_best = category.best;
      agent.rates.assign(category.rates.begin(), category.rates.begin() + spec.variants);
    }
    agents_.push_back(agent);
  }
}

uint32_t World::best(size_t agent, uint32_t episode) const {
  const bool drifted = drift_at_ != 0 && episode >= drift_at_;
  return drifted ? agents_[agent].second_best : agents_[agent].first_best;
}

double World::rate(size_t agent, uint32_t type, uint32_t variant, uint32_t episode) const {
  const Agent& a = agents_[agent];
  const double base = variant == best(agent, episode) ? kBest : a.rates[variant];
  return base + a.quirks[variant * kTaskTypes + type];
}

}  // namespace simulation
