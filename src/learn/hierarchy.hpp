// What is believed of each variant: its own outcomes in a state, leaning on what the agent saw in all its
// tasks, which leans on the same variant of other agents, and that on a prior.
#pragma once

#include <cstdint>

#include "learn/settings.hpp"
#include "store/words.hpp"

namespace remora::learn {

// How good each variant is thought to be, and how sure that is. Filled up to the next multiple of four.
struct alignas(16) Beliefs {
  float mean[store::kMaxVariants];
  float variance[store::kMaxVariants];  // of the mean, in units of a reward's: 1 / outcomes that it is worth
  uint32_t count;
};

// What was learned of each variant at one level: values side by side and counts side by side, since policies
// reckon with four variants at a time. Zero where nothing is known. Set up to the next multiple of four
// behind the variants, in whole rows of the table; what lies there is no variant's.
struct alignas(16) Evidence {
  float value[store::kMaxVariants + 4];
  uint32_t visits[store::kMaxVariants + 4];

  store::QCell cell(uint32_t variant) const { return {value[variant], visits[variant]}; }
};

// Cells of a state's variants at each level, as Evidence has them side by side.
struct Levels {
  const store::QCell* state = nullptr;
  const store::QCell* agent = nullptr;  // over all its tasks, pooled; not looked at without pooling
};

// Outcomes that a cell can be worth at most. A step size of a keeps the weights a (1-a)^i of the last
// outcomes: their variance is a / (2 - a) of one outcome's.
inline float most_evidence(float learning_rate) { return 2.0F / learning_rate - 1.0F; }

// Shrinks each level towards the one above it (James and Stein 1961, as empirical Bayes), for n outcomes of
// mean q, a parent of mean p and variance v, and the weight k:
//   mean = (n q + k p) / (n + k)      variance = (k / (n + k))^2 v + 1/4 / (n + k)
// At the top stands the prior, as prior_weight outcomes: mean as above, variance = 1 / (n + prior_weight).
// What a state has of its own counts a quarter, because states of one agent are much alike. Without pooling
// the prior stands right above the state. `agent` is not looked at without pooling. [hot]
void believe(const Evidence& state, const Evidence& agent, uint32_t count, const Settings& settings,
             Beliefs* beliefs);

// The same from cells.
void believe(const Levels& levels, uint32_t count, const Settings& settings, Beliefs* beliefs);

// What other agents saw of the same variant, over all their tasks.
struct Parent {
  double outcomes = 0, value = 0;
};
struct Parents {
  Parent category;  // the category's other agents
  Parent fleet;     // agents of other categories
};

// An agent's cell with a say of its parents: outcomes of the agent, plus each parent's mean as w N / (w + N)
// outcomes, w being pooling.category_weight or pooling.fleet_weight and N the parent's outcomes. That is the
// precision of a mean of N outcomes from a distribution of agents as wide as that of a mean of w (Gelman et
// al. 2013, "Bayesian Data Analysis", section 5.4). Without parents, or without pooling, the cell is the
// agent's.
struct PooledCell {
  store::QCell cell;
  double agent = 1, category = 0, fleet = 0;  // shares in its value: they add up to one
};
PooledCell pool(store::QCell agent, const Parents& parents, const Settings& settings);

// Shares of the levels in the mean of a variant: they add up to one. Without pooling one of the cells is
// empty.
struct LevelWeights {
  double state = 0, agent = 0, prior = 0;
};
LevelWeights level_weights(store::QCell state, store::QCell agent, const Settings& settings);

}  // namespace remora::learn
