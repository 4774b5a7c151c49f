// What a good configuration says arrives in the settings, and what it does not say keeps its default.
#include "config/parse.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#ifdef REMORA_ADDRESS_SANITIZER
#include <sanitizer/lsan_interface.h>
#endif

#include <locale>
#include <string>

namespace remora::config {
namespace {

using base::Code;
using ::testing::HasSubstr;

Settings parsed(std::string_view json) {
  Settings settings;
  base::Problem problem;
  EXPECT_EQ(parse(json, "remora.json", &settings, problem), Code::kOk) << problem.text();
  return settings;
}

TEST(Parse, EmptyObjectGivesTheDefaults) {
  const Settings settings = parsed("{}");
  EXPECT_TRUE(settings.control.enabled);
  EXPECT_TRUE(settings.control.learning);
  EXPECT_FALSE(settings.control.monitor);
  EXPECT_EQ(settings.learning.learning_rate, 0.02F);
  EXPECT_EQ(settings.safety.lookback, 10U);
  EXPECT_EQ(settings.rollout.stage_count, 4U);
  EXPECT_EQ(settings.state.capacities.states, 131'072U);
  EXPECT_EQ(settings.event_log.max_bytes, 8U << 20);
  EXPECT_TRUE(settings.agents.empty());
}

TEST(Parse, ControlKeys) {
  const Settings settings =
      parsed(R"({"enabled": false, "mode": "monitor", "learning": {"enabled": false}})");
  EXPECT_FALSE(settings.control.enabled);
  EXPECT_TRUE(settings.control.monitor);
  EXPECT_FALSE(settings.control.learning);
}

TEST(Parse, LearningKeys) {
  const Settings settings = parsed(R"({"learning": {
    "policy": "softmax", "learning_rate": 1, "discount": 0, "epsilon": 0.25,
    "target": "expected_sarsa", "cascade": {"enabled": true, "exclude_tried": true, "discount": 0.5},
    "deadline": {"seconds": 1.5, "counts_as": "abandoned"}, "join": "min", "join_window_seconds": 2.5, "ucb_width": 1.5, "spread": 0.75, "temperature": 2,
    "pooling": {"enabled": false, "weight": 3, "prior": -1, "prior_weight": 2},
    "schedule": {"kind": "reward", "minimum": 0.125, "decay": 0.5, "step_outcomes": 7, "reward_threshold": 1,
                 "reward_increment": 0.25, "epsilon_decrement": 0.375},
    "reward": {"success": 2, "quality": -1.5, "time": 0, "error": -10, "cost": -0.25, "tokens": -0.75, "tokens_scale": 500,
               "time_scale_seconds": 1.5, "error_scale": 7, "cost_scale_micros": 123}}})");
  EXPECT_EQ(settings.learning.policy, learn::Policy::kSoftmax);
  EXPECT_EQ(settings.learning.target, learn::Target::kExpectedSarsa);
  EXPECT_TRUE(settings.learning.cascade.enabled);
  EXPECT_TRUE(settings.learning.cascade.exclude_tried);
  EXPECT_EQ(settings.learning.cascade.discount, 0.5F);
  EXPECT_EQ(settings.learning.deadline.after_ns, 1'500'000'000);
  EXPECT_EQ(settings.learning.deadline.counts_as, learn::Overdue::kAbandoned);
  EXPECT_EQ(settings.learning.join, learn::Join::kMinimum);
  EXPECT_EQ(settings.learning.join_window_ns, 2'500'000'000);
  EXPECT_EQ(settings.learning.ucb_width, 1.5F);
  EXPECT_EQ(settings.learning.spread, 0.75F);
  EXPECT_EQ(settings.learning.temperature, 2.0F);
  EXPECT_FALSE(settings.learning.pooling.enabled);
  EXPECT_EQ(settings.learning.pooling.weight, 3.0F);
  EXPECT_EQ(settings.learning.pooling.prior, -1.0F);
  EXPECT_EQ(settings.learning.pooling.prior_weight, 2.0F);
  EXPECT_EQ(settings.learning.schedule.kind, learn::ScheduleKind::kReward);
  EXPECT_EQ(settings.learning.schedule.minimum, 0.125F);
  EXPECT_EQ(settings.learning.schedule.decay, 0.5F);
  EXPECT_EQ(settings.learning.schedule.step_outcomes, 7U);
  EXPECT_EQ(settings.learning.schedule.reward_threshold, 1.0F);
  EXPECT_EQ(settings.learning.schedule.reward_increment, 0.25F);
  EXPECT_EQ(settings.learning.schedule.epsilon_decrement, 0.375F);
  EXPECT_EQ(settings.learning.learning_rate, 1.0F);
  EXPECT_EQ(settings.learning.discount, 0.0F);
  EXPECT_EQ(settings.learning.epsilon, 0.25F);
  EXPECT_EQ(settings.learning.reward.success, 2.0F);
  EXPECT_EQ(settings.learning.reward.quality, -1.5F);
  EXPECT_EQ(settings.learning.reward.time, 0.0F);
  EXPECT_EQ(settings.learning.reward.error, -10.0F);
  EXPECT_EQ(settings.learning.reward.cost, -0.25F);
  EXPECT_EQ(settings.learning.reward.tokens, -0.75F);
  EXPECT_EQ(settings.learning.reward.tokens_scale, 500.0F);
  EXPECT_EQ(settings.learning.reward.time_scale_ns, 1'500'000'000);
  EXPECT_EQ(settings.learning.reward.error_scale, 7.0F);
  EXPECT_EQ(settings.learning.reward.cost_scale_micros, 123);
}

TEST(Parse, HowStronglyStatesLeanHangsOnCascadesUnlessItIsSaid) {
  const auto weight = [](const std::string& fleet, const std::string& agent) {
    const Settings settings =
        parsed(R"({"learning": )" + fleet + R"(, "agents": [{"name": "a", "learning": )" + agent + "}]}");
    return settings_of(settings, "", "a").learning.pooling.weight;
  };
  const std::string cascade = R"("cascade": {"enabled": true})";
  EXPECT_EQ(weight("{}", "{}"), 12.0F);
  EXPECT_EQ(weight("{" + cascade + "}", "{}"), 50.0F);
  EXPECT_EQ(weight("{}", "{" + cascade + "}"), 50.0F);
  EXPECT_EQ(weight("{" + cascade + "}", R"({"cascade": {"enabled": false}})"), 12.0F);
  EXPECT_EQ(weight("{" + cascade + R"(, "pooling": {"weight": 12}})", "{}"), 12.0F);
  EXPECT_EQ(weight(R"({"pooling": {"weight": 30}})", "{" + cascade + "}"), 30.0F);
}

TEST(Parse, SafetyKeys) {
  const Settings settings = parsed(R"({"safety": {
    "enabled": false, "lookback": 64, "minimum_success_rate": 0.75, "require_interval": false, "confidence": 0.5,
    "block_on_critical_error": false, "block_on_safety_violation": false, "probation_minutes": 0.5}})");
  EXPECT_FALSE(settings.safety.enabled);
  EXPECT_EQ(settings.safety.lookback, 64U);
  EXPECT_EQ(settings.safety.minimum_success_rate, 0.75F);
  EXPECT_FALSE(settings.safety.require_interval);
  EXPECT_EQ(settings.safety.confidence, 0.5F);
  EXPECT_FALSE(settings.safety.block_on_critical_error);
  EXPECT_FALSE(settings.safety.block_on_safety_violation);
  EXPECT_EQ(settings.safety.probation_ns, 30'000'000'000);
}

TEST(Parse, RolloutKeysAndStages) {
  const Settings settings =
      parsed(R"({"rollout": {"automatic": false, "rollback_samples": 5, "confidence": 0.99,
    "one_unit_may_advance": true, "stages": [{"mode": "monitor"},
               {"mode": "canary", "share_percent": 12.5, "minimum_hours": 0.5, "minimum_samples": 7,
                "margin": -0.02, "maximum_drop": 0.2},
               {"mode": "full"}]}})");
  EXPECT_FALSE(settings.rollout.automatic);
  EXPECT_EQ(settings.rollout.rollback_samples, 5U);
  EXPECT_EQ(settings.rollout.confidence, 0.99F);
  EXPECT_TRUE(settings.rollout.one_unit_may_advance);
  ASSERT_EQ(settings.rollout.stage_count, 3U);
  const store::StagePlan* stages = settings.rollout.stages;
  EXPECT_EQ(stages[0].mode, 1U);
  EXPECT_EQ(stages[0].share_basis_points, 0U);
  EXPECT_EQ(stages[1].mode, 3U);
  EXPECT_EQ(stages[1].share_basis_points, 1'250U);
  EXPECT_EQ(stages[1].minimum_ns, 1'800'000'000'000);
  EXPECT_EQ(stages[1].minimum_samples, 7U);
  EXPECT_EQ(stages[1].margin, -0.02);
  EXPECT_EQ(stages[1].maximum_drop, 0.2);
  EXPECT_EQ(stages[2].mode, 4U);
  EXPECT_EQ(stages[2].share_basis_points, 10'000U);
  EXPECT_EQ(stages[2].minimum_samples, 250U)
      << "what a stage leaves out is as in the default stage of its mode";
}

TEST(Parse, AStageLastsUpTo366Days) {
  const Settings settings = parsed(
      R"({"rollout": {"stages": [{"mode": "full", "minimum_hours": 8784, "minimum_samples": 200000000}]}})");
  EXPECT_EQ(settings.rollout.stages[0].minimum_ns, 366LL * 24 * 3'600 * 1'000'000'000);
  EXPECT_EQ(settings.rollout.stages[0].minimum_samples, 200'000'000U);
}

TEST(Parse, SnapshotKeys) {
  const Settings settings =
      parsed(R"({"snapshots": {"interval_minutes": 15, "keep_hourly": 3, "keep_daily": 0,
    "keep_manual": 4, "keep_stage": 5, "keep_restore": 6}})");
  EXPECT_EQ(settings.snapshots.interval_ns, 900'000'000'000);
  EXPECT_EQ(settings.snapshots.keep_hourly, 3U);
  EXPECT_EQ(settings.snapshots.keep_daily, 0U);
  EXPECT_EQ(settings.snapshots.keep_manual, 4U);
  EXPECT_EQ(settings.snapshots.keep_stage, 5U);
  EXPECT_EQ(settings.snapshots.keep_restore, 6U);
  EXPECT_EQ(parsed(R"({"snapshots": {"interval_minutes": 0}})").snapshots.interval_ns, 0);
}

TEST(Parse, StateKeys) {
  const Settings settings =
      parsed(R"({"state": {"states": 64, "ledger_slots": 1024, "names": 65, "label_sets": 128,
    "agents": 3, "variant_groups": 4, "rollouts": 5, "events": 256, "outcome_lanes": 2, "outcome_lane_slots": 512,
    "durability": "memory", "sync_interval_ms": 250}})");
  const store::Capacities& sizes = settings.state.capacities;
  EXPECT_EQ(sizes.states, 64U);
  EXPECT_EQ(sizes.ledger_slots, 1'024U);
  EXPECT_EQ(sizes.names, 65U);
  EXPECT_EQ(sizes.contexts, 128U);
  EXPECT_EQ(sizes.agents, 3U);
  EXPECT_EQ(sizes.variant_chunks, 4U);
  EXPECT_EQ(sizes.rollouts, 5U);
  EXPECT_EQ(sizes.events, 256U);
  EXPECT_EQ(sizes.lanes, 2U);
  EXPECT_EQ(sizes.lane_slots, 512U);
  EXPECT_TRUE(settings.state.memory_backed);
  EXPECT_EQ(settings.state.sync_interval_ns, 250'000'000);
  EXPECT_EQ(parsed(R"({"state": {"sync_interval_ms": 0}})").state.sync_interval_ns, 0);
}

TEST(Parse, ClassifierRules) {
  const Settings settings =
      parsed(R"({"classifier": {"use_default_rules": false, "minimum_score": 2, "rules": [
    {"task_type": "billing", "keywords": ["invoice", "VAT"], "file_patterns": ["*.inv"], "weight": 1.5},
    {"task_type": "tax", "keywords": ["tax"]}]}})");
  EXPECT_FALSE(settings.classifier.use_default_rules);
  EXPECT_EQ(settings.classifier.settings.minimum_score, 2.0F);
  ASSERT_EQ(settings.classifier.rules.size(), 2U);
  EXPECT_EQ(settings.classifier.rules[0].task_type, "billing");
  EXPECT_THAT(settings.classifier.rules[0].keywords, ::testing::ElementsAre("invoice", "VAT"));
  EXPECT_THAT(settings.classifier.rules[0].file_patterns, ::testing::ElementsAre("*.inv"));
  EXPECT_EQ(settings.classifier.rules[0].weight, 1.5F);
  EXPECT_EQ(settings.classifier.rules[1].weight, 1.0F);
}

TEST(Parse, LogKeys) {
  const Settings settings = parsed(R"({"log": {"level": "debug", "file": true, "max_bytes": 4096, "files": 1},
    "event_log": {"file": false, "max_bytes": 5000, "files": 9}})");
  EXPECT_EQ(settings.log.level, LogLevel::kDebug);
  EXPECT_TRUE(settings.log.file.enabled);
  EXPECT_EQ(settings.log.file.max_bytes, 4'096U);
  EXPECT_EQ(settings.log.file.files, 1U);
  EXPECT_FALSE(settings.event_log.enabled);
  EXPECT_EQ(settings.event_log.max_bytes, 5'000U);
  EXPECT_EQ(settings.event_log.files, 9U);
}

TEST(Parse, AgentsWithVariants) {
  const Settings settings =
      parsed(R"({"agents": [{"name": "backend-architect", "category": "design", "variants": [
    {"name": "v1", "tier": 2, "cost_micros": 40000},
    {"name": "größer", "baseline": true},
    {"name": "old", "retired": true}]}]})");
  ASSERT_EQ(settings.agents.size(), 1U);
  const Agent& agent = settings.agents[0];
  EXPECT_EQ(agent.name, "backend-architect");
  EXPECT_EQ(agent.category, "design");
  ASSERT_EQ(agent.variants.size(), 3U);
  EXPECT_EQ(agent.variants[0].properties.tier, 2U);
  EXPECT_EQ(agent.variants[0].properties.cost_micros, 40'000);
  EXPECT_FALSE(agent.variants[0].properties.baseline);
  EXPECT_EQ(agent.variants[1].name, "größer");
  EXPECT_TRUE(agent.variants[1].properties.baseline);
  EXPECT_TRUE(agent.variants[2].properties.retired);
}

TEST(Parse, OverridesGoFromFleetOverCategoryToAgent) {
  const Settings settings = parsed(R"({
    "learning": {"epsilon": 0.2, "reward": {"quality": 0.6}}, "safety": {"lookback": 20},
    "categories": [{"name": "testing", "learning": {"epsilon": 0.3, "reward": {"cost": -1}},
                    "safety": {"minimum_success_rate": 0.9, "lookback": 30}}],
    "agents": [{"name": "fuzzer", "category": "testing", "learning": {"epsilon": 0.4}, "safety": {"lookback": 40}}]})");
  const AgentSettings fleet = settings_of(settings, "design", "architect");
  EXPECT_EQ(fleet.learning.epsilon, 0.2F);
  EXPECT_EQ(fleet.learning.reward.quality, 0.6F);
  EXPECT_EQ(fleet.safety.lookback, 20U);

  const AgentSettings category = settings_of(settings, "testing", "runner");
  EXPECT_EQ(category.learning.epsilon, 0.3F);
  EXPECT_EQ(category.learning.reward.cost, -1.0F);
  EXPECT_EQ(category.learning.reward.quality, 0.6F);
  EXPECT_EQ(category.safety.minimum_success_rate, 0.9F);
  EXPECT_EQ(category.safety.lookback, 30U);

  const AgentSettings agent = settings_of(settings, "testing", "fuzzer");
  EXPECT_EQ(agent.learning.epsilon, 0.4F);
  EXPECT_EQ(agent.learning.reward.cost, -1.0F);
  EXPECT_EQ(agent.safety.minimum_success_rate, 0.9F);
  EXPECT_EQ(agent.safety.lookback, 40U);
}

TEST(Parse, EveryNameOfAPolicyAndAScheduleIsKnown) {
  const auto policy = [](const std::string& name) {
    return parsed(R"({"learning": {"policy": ")" + name + R"("}})").learning.policy;
  };
  EXPECT_EQ(policy("epsilon_greedy"), learn::Policy::kEpsilonGreedy);
  EXPECT_EQ(policy("ucb1"), learn::Policy::kUcb1);
  EXPECT_EQ(policy("thompson"), learn::Policy::kThompson);
  EXPECT_EQ(policy("thompson_beta"), learn::Policy::kThompsonBeta);
  EXPECT_EQ(policy("softmax"), learn::Policy::kSoftmax);
  const auto kind = [](const std::string& name) {
    return parsed(R"({"learning": {"schedule": {"kind": ")" + name + R"("}}})").learning.schedule.kind;
  };
  EXPECT_EQ(kind("constant"), learn::ScheduleKind::kConstant);
  EXPECT_EQ(kind("exponential"), learn::ScheduleKind::kExponential);
  EXPECT_EQ(kind("step"), learn::ScheduleKind::kStep);
  EXPECT_EQ(kind("reward"), learn::ScheduleKind::kReward);
}

TEST(Parse, ChoosingIsOverriddenKeyByKey) {
  const Settings settings = parsed(R"({
    "learning": {"policy": "ucb1", "ucb_width": 1, "pooling": {"weight": 5}},
    "categories": [{"name": "testing", "learning": {"policy": "softmax", "schedule": {"kind": "step"}}}],
    "agents": [{"name": "fuzzer", "category": "testing", "learning": {"pooling": {"prior": 2}}}]})");
  EXPECT_EQ(settings_of(settings, "design", "architect").learning.policy, learn::Policy::kUcb1);
  const learn::Settings agent = settings_of(settings, "testing", "fuzzer").learning;
  EXPECT_EQ(agent.policy, learn::Policy::kSoftmax);
  EXPECT_EQ(agent.ucb_width, 1.0F);
  EXPECT_EQ(agent.pooling.weight, 5.0F);
  EXPECT_EQ(agent.pooling.prior, 2.0F);
  EXPECT_EQ(agent.schedule.kind, learn::ScheduleKind::kStep);
}

TEST(Parse, NullIsAsIfTheKeyWereNotThere) {
  const Settings settings = parsed(
      R"({"enabled": null, "mode": null, "safety": null, "learning": {"epsilon": null, "reward": null}, "agents": null})");
  EXPECT_TRUE(settings.control.enabled);
  EXPECT_EQ(settings.learning.epsilon, 0.1F);
}

TEST(Parse, CommentsTrailingCommasAndByteOrderMarkAreAllowed) {
  const Settings settings = parsed(
      "\xEF\xBB\xBF// heading\n{ /* a\nb */ \"$schema\": \"https://example.org/config.fbs\",\n"
      "  \"safety\": {\"lookback\": 11,}, // why\n  \"agents\": [{\"name\": \"a\"},],\n}\n/* end */ // end");
  EXPECT_EQ(settings.safety.lookback, 11U);
  EXPECT_EQ(settings.agents.size(), 1U);
}

TEST(Parse, KeysInAnyOrderAndEscapedText) {
  const Settings settings = parsed(
      R"({"agents": [{"variants": [{"retired": false, "name": "tab\u00e9 \"x\" \ud83d\ude00"}], "name": "a\/b"}]})");
  EXPECT_EQ(settings.agents[0].name, "a/b");
  EXPECT_EQ(settings.agents[0].variants[0].name, "tabé \"x\" 😀");
}

TEST(Parse, AnErrorLeavesTheSettingsAsTheyWere) {
  Settings settings = parsed(R"({"safety": {"lookback": 33}, "agents": [{"name": "kept"}]})");
  base::Problem problem;
  EXPECT_EQ(
      parse(R"({"safety": {"lookback": 34}, "agents": [{"name": ""}]})", "remora.json", &settings, problem),
      Code::kConfig);
  EXPECT_EQ(settings.safety.lookback, 33U);
  ASSERT_EQ(settings.agents.size(), 1U);
  EXPECT_EQ(settings.agents[0].name, "kept");
}

std::string with_a_thousand_agents() {
  std::string json = "{\"agents\": [";
  for (int i = 0; i < 1'000; ++i) {
    json += (i == 0 ? "" : ",\n") + std::string("{\"name\": \"agent-") + std::to_string(i) +
            "\", \"variants\": [{\"name\": \"a\"}, {\"name\": \"b\", \"baseline\": true}]}";
  }
  return json + "]}";
}

TEST(Parse, ManyAgentsAreReadInOneGo) {
  const Settings settings = parsed(with_a_thousand_agents());
  ASSERT_EQ(settings.agents.size(), 1'000U);
  EXPECT_EQ(settings.agents[999].name, "agent-999");
  EXPECT_EQ(settings.agents[999].variants[1].name, "b");
}

TEST(Parse, TheHostsDecimalCommaDoesNotMatter) {
  const char* previous = std::setlocale(LC_ALL, nullptr);
  const std::string saved = previous == nullptr ? "C" : previous;
  for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "C.UTF-8"}) {
    if (std::setlocale(LC_ALL, name) != nullptr) {
      EXPECT_EQ(parsed(R"({"learning": {"epsilon": 0.25}})").learning.epsilon, 0.25F) << name;
    }
  }
  std::setlocale(LC_ALL, saved.c_str());
}

class GroupedDigits : public std::numpunct<char> {
 protected:
  char do_thousands_sep() const override { return ','; }
  std::string do_grouping() const override { return "\3"; }
};

TEST(Parse, AGlobalLocaleThatGroupsDigitsDoesNotMatter) {
  const std::locale before = std::locale::global(std::locale(std::locale::classic(), new GroupedDigits));
  const Settings settings = parsed(with_a_thousand_agents());  // at offsets beyond "1,024"
  std::locale::global(before);
  ASSERT_EQ(settings.agents.size(), 1'000U);
  EXPECT_EQ(settings.agents[999].name, "agent-999");
}

TEST(Parse, NoMemoryIsAnErrorAndLosesNothing) {
#ifdef REMORA_ADDRESS_SANITIZER
  const __lsan::ScopedDisabler left_behind;  // the parser is, when memory runs out amid reading
#endif
  Settings settings = parsed(R"({"safety": {"lookback": 33}})");
  base::Problem problem;
  for (int64_t allowed = 0; allowed < 40; ++allowed) {
    base::set_allocation_failure_after(allowed);
    const Code code = parse(R"({"agents": [{"name": "a", "variants": [{"name": "b"}]}]})", "remora.json",
                            &settings, problem);
    base::set_allocation_failure_after(-1);
    if (code == Code::kOk) {
      return;
    }
    ASSERT_EQ(code, Code::kMemory) << problem.text();
    ASSERT_EQ(settings.safety.lookback, 33U);
  }
  FAIL() << "the parser should succeed in the end";
}

}  // namespace
}  // namespace remora::config
