#include "learn/hierarchy.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace remora::learn {
namespace {

using store::QCell;

Settings settings_of(float weight, float prior, float prior_weight) {
  Settings settings;
  settings.learning_rate = 0.001F;
  settings.pooling = {true, weight, prior, prior_weight};
  return settings;
}

std::vector<QCell> cells(std::vector<QCell> some) {
  some.resize((some.size() + 3) / 4 * 4);
  return some;
}

TEST(Hierarchy, WithoutAnyOutcomeIsThePrior) {
  const auto none = cells({{0, 0}});
  Beliefs beliefs{};
  believe({none.data(), none.data()}, 1, settings_of(12, 0.7F, 1), &beliefs);
  EXPECT_FLOAT_EQ(beliefs.mean[0], 0.7F);
}

TEST(Hierarchy, AStateWithoutOutcomesIsItsAgent) {
  const auto state = cells({{0, 0}, {0, 0}});
  const auto agent = cells({{0.8F, 1'000}, {0.2F, 1'000}});
  Beliefs beliefs{};
  believe({state.data(), agent.data()}, 2, settings_of(12, 0.5F, 1), &beliefs);
  EXPECT_NEAR(beliefs.mean[0], 0.8, 0.001);
  EXPECT_NEAR(beliefs.mean[1], 0.2, 0.001);
  EXPECT_GT(beliefs.variance[0], 0.25F / 12) << "that it may differ from its agent stays possible";
}

TEST(Hierarchy, AStateWithManyOutcomesIsItself) {
  const auto state = cells({{0.9F, 100'000}});
  const auto agent = cells({{0.1F, 100'000}});
  Beliefs beliefs{};
  Settings settings = settings_of(12, 0.5F, 1);
  settings.learning_rate = 1e-6F;
  believe({state.data(), agent.data()}, 1, settings, &beliefs);
  EXPECT_NEAR(beliefs.mean[0], 0.9, 0.001);
  EXPECT_LT(beliefs.variance[0], 1e-5F);
}

TEST(Hierarchy, OutcomesAsManyAsTheWeightCountHalf) {
  const auto state = cells({{0.9F, 12}});
  const auto agent = cells({{0.1F, 1'000'000}});
  Beliefs beliefs{};
  Settings settings = settings_of(12, 0.5F, 1);
  settings.learning_rate = 1e-6F;
  believe({state.data(), agent.data()}, 1, settings, &beliefs);
  EXPECT_NEAR(beliefs.mean[0], 0.5, 1e-4);
}

TEST(Hierarchy, WithoutPoolingLeansOnThePriorAlone) {
  const auto state = cells({{0.8F, 3}});
  const auto agent = cells({{0.1F, 1'000}});
  Settings settings = settings_of(12, 0, 1);
  settings.pooling.enabled = false;
  Beliefs beliefs{};
  believe({state.data(), agent.data()}, 1, settings, &beliefs);
  EXPECT_FLOAT_EQ(beliefs.mean[0], 0.6F);
  EXPECT_FLOAT_EQ(beliefs.variance[0], 0.25F);
}

TEST(Hierarchy, EvidenceEndsWhereOldOutcomesAreForgotten) {
  Settings settings = settings_of(12, 0, 1);
  settings.learning_rate = 0.1F;
  settings.pooling.enabled = false;
  const auto state = cells({{0.5F, 19}, {0.5F, 1'000'000}, {0.5F, UINT32_MAX}});
  Beliefs beliefs{};
  believe({state.data(), nullptr}, 3, settings, &beliefs);
  EXPECT_FLOAT_EQ(beliefs.variance[0], 1.0F / 20) << "2 / 0.1 - 1 outcomes, and the prior";
  EXPECT_EQ(beliefs.variance[0], beliefs.variance[1]);
  EXPECT_EQ(beliefs.variance[0], beliefs.variance[2]);
}

TEST(Hierarchy, SharesOfTheLevelsAddUpAndGiveTheMean) {
  std::mt19937_64 random(37);
  const auto some = [&] {
    return QCell{static_cast<float>(random() % 1'000) / 500 - 1, static_cast<uint32_t>(random() % 4) * 25U};
  };
  for (int round = 0; round < 2'000; ++round) {
    Settings settings = settings_of(12, 0.7F, 1.5F);
    settings.learning_rate = 0.02F;
    settings.pooling.enabled = round % 3 != 0;
    const auto state = cells({some(), some()});
    const auto agent = settings.pooling.enabled ? cells({some(), some()}) : cells({{0, 0}, {0, 0}});
    Beliefs beliefs{};
    believe({state.data(), agent.data()}, 2, settings, &beliefs);
    for (uint32_t v = 0; v < 2; ++v) {
      const LevelWeights w = level_weights(state[v], agent[v], settings);
      ASSERT_NEAR(w.state + w.agent + w.prior, 1, 1e-12);
      const double mean = w.state * static_cast<double>(state[v].q) +
                          w.agent * static_cast<double>(agent[v].q) + w.prior * 0.7;
      ASSERT_NEAR(mean, beliefs.mean[v], 1e-5) << "round " << round;
    }
  }
}

TEST(Hierarchy, WithoutParentsTheAgentsCellIsItsOwn) {
  const Settings settings;
  for (const QCell own : {QCell{0, 0}, QCell{0.25F, 7}, QCell{0.5F, 4'000'000'000U}}) {
    const PooledCell pooled = pool(own, {}, settings);
    EXPECT_EQ(pooled.cell.pack(), own.pack());
    EXPECT_EQ(pooled.agent, 1);
  }
}

// Worked out by hand: a category of 8 outcomes counts 8 x 8 / 16 = 4, a fleet of 6 counts 3 x 6 / 9 = 2.
TEST(Hierarchy, ParentsCountAsOutcomesUpToTheirWeights) {
  Settings settings;
  settings.pooling.category_weight = 8;
  settings.pooling.fleet_weight = 3;
  const PooledCell pooled = pool({0.5F, 4}, {{8, 1.0}, {6, 0.25}}, settings);
  EXPECT_EQ(pooled.cell.visits, 10U);
  EXPECT_NEAR(pooled.cell.q, (4 * 0.5 + 4 * 1.0 + 2 * 0.25) / 10, 1e-6);
  EXPECT_NEAR(pooled.agent, 0.4, 1e-12);
  EXPECT_NEAR(pooled.category, 0.4, 1e-12);
  EXPECT_NEAR(pooled.fleet, 0.2, 1e-12);
  const PooledCell most = pool({0, 0}, {{1e9, 1.0}, {}}, settings);
  EXPECT_EQ(most.cell.visits, 8U) << "a category of any size counts as its weight";
  EXPECT_EQ(most.category, 1);
}

TEST(Hierarchy, ParentsHaveNoSayWithoutWeightOrWithoutPooling) {
  Settings settings;
  const Parents parents = {{50, 1.0}, {50, 1.0}};
  settings.pooling.category_weight = 0;
  settings.pooling.fleet_weight = 0;
  EXPECT_EQ(pool({0.5F, 4}, parents, settings).cell.pack(), (QCell{0.5F, 4}.pack()));
  settings = {};
  settings.pooling.enabled = false;
  EXPECT_EQ(pool({0.5F, 4}, parents, settings).cell.pack(), (QCell{0.5F, 4}.pack()));
}

}  // namespace
}  // namespace remora::learn
