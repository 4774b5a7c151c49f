#include "learn/hierarchy.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "learn/arithmetic.hpp"

namespace remora::learn {
namespace {

using store::QCell;

static_assert(sizeof(QCell) == 8, "value, then count");

constexpr float kOwnVariance = 0.25F;

struct Level {
  base::Floats4 outcomes, value;
};

struct Belief {
  base::Floats4 mean, variance;
};

Level read(const Evidence& evidence, uint32_t first, float most) {
  base::Signed4 counts;
  std::memcpy(&counts, evidence.visits + first, sizeof counts);
  // Signed, for which there is one instruction: a count beyond it comes out negative.
  const base::Floats4 outcomes = __builtin_convertvector(counts, base::Floats4);
  return {base::select(base::Bits4(outcomes < 0.0F), base::all_lanes(most),
                       smaller(outcomes, base::all_lanes(most))),
          load(evidence.value + first)};
}

Belief on_prior(const Level& level, const Pooling& pooling) {
  const base::Floats4 variance = 1.0F / (level.outcomes + pooling.prior_weight);
  return {(level.outcomes * level.value + pooling.prior_weight * pooling.prior) * variance, variance};
}

Belief on_parent(const Level& level, const Belief& parent, float weight) {
  const base::Floats4 share = 1.0F / (level.outcomes + weight);
  const base::Floats4 lean = weight * share;
  return {level.value + lean * (parent.mean - level.value),
          lean * lean * parent.variance + kOwnVariance * share};
}

template <typename Count>
void believe_wide(const Evidence& state, const Evidence& agent, Count count, const Settings& settings,
                  Beliefs* beliefs) {
  const Pooling& pooling = settings.pooling;
  const float most = most_evidence(settings.learning_rate);
  for (uint32_t first = 0; first < count; first += kLanes) {
    const Level own = read(state, first, most);
    const Belief belief = pooling.enabled
                              ? on_parent(own, on_prior(read(agent, first, most), pooling), pooling.weight)
                              : on_prior(own, pooling);
    store(belief.mean, beliefs->mean + first);
    store(belief.variance, beliefs->variance + first);
  }
}

void gather(const QCell* cells, uint32_t count, Evidence* evidence) {
  for (uint32_t v = 0; v < (count + kLanes - 1) / kLanes * kLanes; ++v) {
    evidence->value[v] = v < count ? cells[v].q : 0;
    evidence->visits[v] = v < count ? cells[v].visits : 0;
  }
}

}  // namespace

void believe(const Evidence& state, const Evidence& agent, uint32_t count, const Settings& settings,
             Beliefs* beliefs) {
  beliefs->count = count;
  by_width(count, [&](auto width) { believe_wide(state, agent, width, settings, beliefs); });
}

void believe(const Levels& levels, uint32_t count, const Settings& settings, Beliefs* beliefs) {
  Evidence state;
  Evidence agent;
  gather(levels.state, count, &state);
  gather(settings.pooling.enabled ? levels.agent : levels.state, count, &agent);
  believe(state, agent, count, settings, beliefs);
}

PooledCell pool(QCell agent, const Parents& parents, const Settings& settings) {
  const auto outcomes_of = [&settings](const Parent& parent, float weight) {
    const auto w = static_cast<double>(weight);
    return settings.pooling.enabled && parent.outcomes > 0 && w > 0
               ? w * parent.outcomes / (w + parent.outcomes)
               : 0.0;
  };
  const double category = outcomes_of(parents.category, settings.pooling.category_weight);
  const double fleet = outcomes_of(parents.fleet, settings.pooling.fleet_weight);
  if (category + fleet <= 0) {
    return {agent};
  }
  const double own =
      std::min(static_cast<double>(agent.visits), static_cast<double>(most_evidence(settings.learning_rate)));
  const double all = own + category + fleet;
  const double value =
      (own * static_cast<double>(agent.q) + category * parents.category.value + fleet * parents.fleet.value) /
      all;
  const auto visits = static_cast<uint32_t>(std::min<int64_t>(std::llround(all), UINT32_MAX));
  return {{static_cast<float>(value), std::max(visits, 1U)}, own / all, category / all, fleet / all};
}

LevelWeights level_weights(QCell state, QCell agent, const Settings& settings) {
  const Pooling& pooling = settings.pooling;
  const auto most = static_cast<double>(most_evidence(settings.learning_rate));
  double left = 1;
  // What a level takes of what is left, when its parent counts as so many outcomes.
  const auto take = [&](const QCell& cell, float parent) {
    const double outcomes = std::min<double>(cell.visits, most);
    const double share = left * outcomes / (outcomes + static_cast<double>(parent));
    left -= share;
    return share;
  };
  LevelWeights weights;
  weights.state = take(state, pooling.enabled ? pooling.weight : pooling.prior_weight);
  weights.agent = take(agent, pooling.prior_weight);
  weights.prior = left;
  return weights;
}

}  // namespace remora::learn
