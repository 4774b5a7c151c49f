// Values lean on the category's and the fleet's: what is explained, what it is good for, and what it must not
// do.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "engine/host.hpp"

namespace remora::test {
namespace {

constexpr uint64_t kSeed = 90'210;

class Parents : public Host {
 protected:
  void SetUp() override {
    Host::SetUp();
    settings("{}");
  }
  void settings(const std::string& pooling) {
    configure(R"({"safety": {"enabled": false}, "learning": {"pooling": )" + pooling + "}}");
  }

  remora_id define(const std::string& name, const std::string& category,
                   const std::vector<std::string>& variants = {"small", "large"}, uint32_t tier = 0) {
    remora_id id = 0;
    const remora_id group = intern(REMORA_KIND_CATEGORY, category);
    EXPECT_EQ(plugin().agent_register(handle, name.data(), name.size(), group, &id, &error), REMORA_OK)
        << error.text;
    for (const std::string& variant : variants) {
      remora_variant properties = sized<remora_variant>();
      properties.agent = id;
      properties.tier = tier;
      EXPECT_EQ(plugin().variant_register(handle, variant.data(), variant.size(), &properties, &error),
                REMORA_OK)
          << error.text;
    }
    return id;
  }
  void teach_of(remora_id of, uint32_t variant, bool success, int times) {
    agent = of;
    teach(variant, success, times);
  }
  remora_belief explain(remora_id of, uint32_t variant) {
    remora_belief belief = sized<remora_belief>();
    belief.agent = of;
    belief.task_type = type;
    belief.variant = variant;
    EXPECT_EQ(plugin().explain(handle, &belief, &error), REMORA_OK) << error.text;
    const double weights = belief.state_weight + belief.agent_weight + belief.category_weight +
                           belief.fleet_weight + belief.prior_weight;
    EXPECT_NEAR(weights, 1, 1e-12);
    EXPECT_NEAR(belief.mean,
                belief.state_weight * belief.state_value + belief.agent_weight * belief.agent_value +
                    belief.category_weight * belief.category_value +
                    belief.fleet_weight * belief.fleet_value + belief.prior_weight * belief.prior_value,
                1e-5);
    return belief;
  }
};

TEST_F(Parents, ABeliefIsExplainedUpToTheFleet) {
  const remora_id known = define("known", "testing");
  const remora_id far = define("far", "security");
  const remora_id fresh = define("fresh", "testing");
  teach_of(known, 0, true, 8);
  teach_of(far, 0, false, 6);
  tick();
  const remora_belief belief = explain(fresh, 0);
  EXPECT_EQ(belief.agent_visits, 0U);
  EXPECT_EQ(belief.agent_weight, 0);
  EXPECT_EQ(belief.category_visits, 8U);
  EXPECT_NEAR(belief.category_value, 1, 1e-6);
  EXPECT_EQ(belief.fleet_visits, 6U);
  EXPECT_NEAR(belief.fleet_value, 0, 1e-6);
  EXPECT_NEAR(belief.category_weight, 4.0 / 7, 1e-9) << "8 x 8 / 16 of 4 + 2 + 1 outcomes";
  EXPECT_NEAR(belief.fleet_weight, 2.0 / 7, 1e-9) << "3 x 6 / 9";
  EXPECT_NEAR(belief.prior_weight, 1.0 / 7, 1e-9);
  EXPECT_EQ(explain(fresh, 1).category_weight, 0) << "nobody tried that one";
  const remora_belief own = explain(known, 0);
  EXPECT_EQ(own.agent_visits, 8U);
  EXPECT_EQ(own.category_visits, 0U) << "its own outcomes are not its category's as well";
  EXPECT_EQ(own.fleet_visits, 6U);
}

TEST_F(Parents, VariantsAreTheSameByNameAndTier) {
  const remora_id known = define("known", "testing", {"small", "large"}, 2);
  const remora_id turned = define("turned", "testing", {"large", "other"}, 2);
  const remora_id another_tier = define("another", "testing", {"small", "large"}, 3);
  teach_of(known, 1, true, 20);
  tick();
  EXPECT_EQ(explain(turned, 0).category_visits, 20U) << "whatever its number";
  EXPECT_EQ(explain(turned, 1).category_visits, 0U);
  EXPECT_EQ(explain(another_tier, 1).category_visits, 0U);
}

TEST_F(Parents, WeightsOfZeroLeaveEachAgentToItself) {
  const remora_id known = define("known", "testing");
  const remora_id fresh = define("fresh", "testing");
  teach_of(known, 0, true, 20);
  tick();
  EXPECT_GT(explain(fresh, 0).category_weight, 0.5);
  settings(R"({"category_weight": 0, "fleet_weight": 0})");
  tick();
  EXPECT_EQ(explain(fresh, 0).category_weight, 0);
  EXPECT_NEAR(explain(fresh, 0).mean, 0.75, 1e-6) << "in force at the next tick, without new outcomes";
  EXPECT_EQ(explain(known, 0).agent_visits, 20U);
}

TEST_F(Parents, ARestoreBringsBackWhatTheAgentSawItself) {
  const remora_id known = define("known", "testing");
  const remora_id other = define("other", "testing");
  teach_of(known, 0, true, 20);
  teach_of(other, 0, false, 10);
  tick();
  const remora_belief before = explain(other, 0);
  remora_snapshot_info info = sized<remora_snapshot_info>();
  ASSERT_EQ(plugin().snapshot(handle, &info, &error), REMORA_OK) << error.text;
  teach_of(other, 0, true, 50);
  tick();
  EXPECT_EQ(explain(other, 0).agent_visits, 60U);
  char path[512] = "";
  uint64_t needed = 0;
  ASSERT_EQ(plugin().snapshot_path(handle, info.sequence, path, sizeof path, &needed, &error), REMORA_OK);
  ASSERT_EQ(plugin().restore(handle, path, std::strlen(path), &info, &error), REMORA_OK) << error.text;
  tick();
  const remora_belief after = explain(other, 0);
  EXPECT_EQ(after.agent_visits, 10U);
  EXPECT_NEAR(after.mean, before.mean, 1e-5);
  EXPECT_NEAR(after.category_weight, before.category_weight, 1e-9);
}

// Ten agents whose variants are alike, as those of one category are, and an eleventh that is new.
TEST_F(Parents, ANewAgentStartsBetterThanFromThePrior) {
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  constexpr int kTasks = 40;
  constexpr int kNewAgents = 12;
  const double rates[] = {0.35, 0.5, 0.85, 0.6};
  double reward[2] = {};
  for (const int with : {0, 1}) {
    settings(with == 1 ? "{}" : R"({"category_weight": 0, "fleet_weight": 0})");
    std::mt19937_64 random(kSeed);
    std::normal_distribution<double> differs(0, 0.07);
    std::uniform_real_distribution<double> share;
    const std::string category = with == 1 ? "leaning" : "alone";
    const std::vector<std::string> variants = {category + "-a", category + "-b", category + "-c",
                                               category + "-d"};
    const auto work = [&](remora_id of, int tasks) {
      double own[4];
      for (int v = 0; v < 4; ++v) {
        own[v] = rates[v] + differs(random);
      }
      double sum = 0;
      agent = of;
      for (int i = 0; i < tasks; ++i) {
        remora_task t = task();
        t.draw = random();
        const remora_decision d = route(t);
        const bool success = share(random) < own[d.variant];
        EXPECT_EQ(record(d.decision_id, success), REMORA_OK);
        sum += success ? 1.0 / tasks : 0;
        if (i % 4 == 3) {
          tick();
        }
      }
      return sum;
    };
    for (int a = 0; a < 5; ++a) {
      work(define(category + std::to_string(a), category, variants), 100);
    }
    for (int a = 0; a < kNewAgents; ++a) {
      const remora_id fresh = define(category + "-new" + std::to_string(a), category, variants);
      tick();
      reward[with] += work(fresh, kTasks) / kNewAgents;
    }
  }
  std::printf("first %d tasks of a new agent: %.3f with its category, %.3f alone\n", kTasks, reward[1],
              reward[0]);
  EXPECT_GT(reward[1], reward[0] + 0.03);
}

}  // namespace
}  // namespace remora::test
