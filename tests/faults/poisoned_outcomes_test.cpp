// One source reports 10,000 outcomes that are not true: what it cannot reach by that.
#include <time.h>

#include <vector>

#include "engine/host.hpp"

namespace remora::test {
namespace {

constexpr int kLies = 10'000;
constexpr int64_t kHour = 3'600'000'000'000;
constexpr uint32_t kTreatment = 1;

class Poisoned : public Host {
 protected:
  void SetUp() override {
    Host::SetUp();
    ASSERT_EQ(plugin().agent_define(handle, "victim", "a,b,c", &victim, &error), REMORA_OK) << error.text;
  }

  // A first stage that needs 50 outcomes in each arm that it has, and an hour; a canary's share is half.
  remora_id start_trial(uint32_t mode) {
    auto plan = sized<remora_rollout_plan>();
    plan.agent = agent;
    plan.treatment = kTreatment;
    plan.stage_count = mode == REMORA_MODE_FULL ? 1 : 2;
    for (remora_rollout_stage* stage : {&plan.stages[0], &plan.stages[1]}) {
      stage->minimum_samples = 50;
      stage->minimum_ns = kHour;
      stage->mode = REMORA_MODE_FULL;
      stage->share_basis_points = 10'000;
    }
    plan.stages[0].mode = mode;
    plan.stages[0].share_basis_points = mode == REMORA_MODE_CANARY    ? 5'000
                                        : mode == REMORA_MODE_MONITOR ? 0
                                                                      : 10'000;
    remora_id rollout = 0;
    EXPECT_EQ(plugin().rollout_start(handle, "trial", 5, &plan, &rollout, &error), REMORA_OK) << error.text;
    return rollout;
  }
  remora_id start_canary() { return start_trial(REMORA_MODE_CANARY); }

  // The unit's tasks succeed, and so do their shadow runs.
  void praise(uint64_t unit_key, int times) {
    remora_task of_unit = task();
    of_unit.unit_key = unit_key;
    for (int i = 0; i < times; ++i) {
      const remora_decision decision = route(of_unit);
      ASSERT_EQ(record(decision.decision_id, true), REMORA_OK) << error.text;
      if (decision.shadow_decision_id != 0) {
        ASSERT_EQ(record(decision.shadow_decision_id, true), REMORA_OK) << error.text;
      }
    }
  }
  // The first `count` keys from `from` on that are in the canary, or that are not.
  std::vector<uint64_t> units(bool in, size_t count, uint64_t from = 1) {
    std::vector<uint64_t> found;
    for (uint64_t key = from; found.size() < count && key < from + 1'000; ++key) {
      auto query = sized<remora_gate_query>();
      auto gate = sized<remora_gate>();
      query.agent = agent;
      query.unit_key = key;
      EXPECT_EQ(plugin().rollout_gate(handle, &query, &gate, &error), REMORA_OK) << error.text;
      if ((gate.in != 0) == in) {
        found.push_back(key);
      }
    }
    EXPECT_EQ(found.size(), count);
    return found;
  }
  remora_rollout status(remora_id rollout) {
    auto s = sized<remora_rollout>();
    EXPECT_EQ(plugin().rollout_status(handle, rollout, &s, &error), REMORA_OK) << error.text;
    return s;
  }
  void pass_hours(int64_t hours) {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    tick(static_cast<int64_t>(now.tv_sec) * 1'000'000'000 + hours * kHour);
  }

  // All that is known of an agent, as bytes.
  std::vector<unsigned char> known_of(remora_id whose) {
    std::vector<unsigned char> bytes;
    const auto keep = [&bytes](const auto& value) {
      const auto* begin = reinterpret_cast<const unsigned char*>(&value);
      bytes.insert(bytes.end(), begin, begin + sizeof value);
    };
    uint64_t cursor = 0;
    for (uint32_t count = 1; count != 0;) {
      std::vector<remora_q_cell> cells(64, sized<remora_q_cell>());
      EXPECT_EQ(plugin().q_cells(handle, &cursor, cells.data(), sizeof cells[0], 64, &count), REMORA_OK);
      for (uint32_t i = 0; i < count; ++i) {
        if (cells[i].agent == whose) {
          keep(cells[i]);
        }
      }
    }
    EXPECT_FALSE(bytes.empty());
    auto facts = sized<remora_agent>();
    facts.agent = whose;
    EXPECT_EQ(plugin().agent_info(handle, &facts, &error), REMORA_OK) << error.text;
    keep(facts);
    for (uint32_t v = 0; v < facts.variant_count; ++v) {
      auto variant = sized<remora_variant>();
      auto query = sized<remora_safety_query>();
      auto verdict = sized<remora_safety_verdict>();
      variant.agent = query.agent = whose;
      variant.variant = query.variant = v;
      EXPECT_EQ(plugin().variant_info(handle, &variant, &error), REMORA_OK) << error.text;
      EXPECT_EQ(plugin().safety_check(handle, &query, &verdict, &error), REMORA_OK) << error.text;
      keep(variant);
      keep(verdict);
    }
    return bytes;
  }

  remora_id victim = 0;
};

TEST_F(Poisoned, OutcomesLeaveOtherAgentsAsTheyAre) {
  auto honest = sized<remora_outcome>();
  honest.agent = victim;
  honest.task_type = type;
  for (int i = 0; i < 60; ++i) {
    honest.variant = static_cast<uint32_t>(i % 3);
    honest.success = i % 4 != 0 ? 1 : 0;
    ASSERT_EQ(record(honest), REMORA_OK) << error.text;
  }
  tick();
  const std::vector<unsigned char> before = known_of(victim);
  auto lie = sized<remora_outcome>();
  lie.flags = REMORA_OUTCOME_HAS_QUALITY;
  for (int i = 0; i < kLies; ++i) {
    const bool praise = i % 2 == 0;
    lie.success = praise ? 1 : 0;
    lie.quality = praise ? 1 : 0;
    lie.critical_error = i % 1'000 == 999 ? 1 : 0;
    lie.decision_id = i % 4 < 2 ? route().decision_id : 0;
    lie.agent = agent;
    lie.task_type = type;
    lie.variant = praise ? 3 : 2;
    ASSERT_EQ(record(lie), REMORA_OK) << error.text;
  }
  tick();
  EXPECT_EQ(known_of(victim), before);
}

// What is reported without a decision was not decided by the rollout.
TEST_F(Poisoned, OutcomesWithoutADecisionMoveNoRollout) {
  const remora_id rollout = start_canary();
  teach(kTreatment, true, kLies);
  teach(0, true, kLies);
  pass_hours(2);
  const remora_rollout s = status(rollout);
  EXPECT_EQ(s.stage, 0U);
  EXPECT_EQ(s.treatment_count + s.baseline_count, 0U);
  EXPECT_EQ(s.reason, REMORA_ROLLOUT_TOO_FEW);
}

TEST_F(Poisoned, OneDecisionCountsOnceInARollout) {
  const remora_id rollout = start_canary();
  const uint64_t id = route().decision_id;
  for (int i = 0; i < kLies; ++i) {
    EXPECT_EQ(record(id, true), i == 0 ? REMORA_OK : REMORA_E_ALREADY_RECORDED);
  }
  const remora_rollout s = status(rollout);
  EXPECT_EQ(s.treatment_count + s.baseline_count, 1U);
}

// Whichever arm a unit is in, the other one stays empty.
TEST_F(Poisoned, OneUnitFillsOneArmOfACanary) {
  const remora_id rollout = start_canary();
  praise(7, kLies);
  pass_hours(2);
  const remora_rollout s = status(rollout);
  EXPECT_EQ(s.treatment_count + s.baseline_count, static_cast<uint32_t>(kLies));
  EXPECT_TRUE(s.treatment_count == 0 || s.baseline_count == 0);
  EXPECT_EQ(s.stage, 0U);
  EXPECT_EQ(s.reason, REMORA_ROLLOUT_TOO_FEW);
}

TEST_F(Poisoned, AUnitInEachArmPromotesNoCanaryBeforeOthersBroughtHalf) {
  const remora_id rollout = start_canary();
  for (const bool in : {true, false}) {
    for (const uint64_t unit : units(in, 1)) {
      praise(unit, kLies);
    }
  }
  pass_hours(2);
  remora_rollout s = status(rollout);
  EXPECT_EQ(s.treatment_count, static_cast<uint32_t>(kLies));
  EXPECT_EQ(s.baseline_count, static_cast<uint32_t>(kLies));
  EXPECT_EQ(s.stage, 0U);
  EXPECT_EQ(s.reason, REMORA_ROLLOUT_ONE_UNIT);
  for (const bool in : {true, false}) {
    for (const uint64_t unit : units(in, 24, 1'000)) {
      praise(unit, 1);
    }
  }
  pass_hours(2);
  EXPECT_EQ(status(rollout).stage, 0U);
  EXPECT_GE(status(rollout).samples_needed, 1U);
  for (const bool in : {true, false}) {
    for (const uint64_t unit : units(in, 1, 2'000)) {
      praise(unit, 1);
    }
  }
  pass_hours(2);
  EXPECT_EQ(status(rollout).stage, 1U);
}

class PoisonedStage : public Poisoned, public testing::WithParamInterface<uint32_t> {};

TEST_P(PoisonedStage, IsPromotedByNoUnitAlone) {
  const remora_id rollout = start_trial(GetParam());
  praise(7, kLies);
  pass_hours(2);
  const remora_rollout s = status(rollout);
  EXPECT_EQ(s.stage, 0U);
  EXPECT_EQ(s.state, static_cast<uint32_t>(REMORA_ROLLOUT_RUNNING));
  EXPECT_EQ(s.reason, GetParam() == REMORA_MODE_CANARY ? REMORA_ROLLOUT_TOO_FEW : REMORA_ROLLOUT_ONE_UNIT);
}

TEST_P(PoisonedStage, IsPromotedByUnitsThatAreAtIt) {
  const remora_id rollout = start_trial(GetParam());
  for (uint64_t unit = 1; unit <= 200; ++unit) {
    praise(unit, 1);
  }
  pass_hours(2);
  const remora_rollout s = status(rollout);
  EXPECT_TRUE(s.stage == 1 || s.state == REMORA_ROLLOUT_COMPLETE);
}

TEST_P(PoisonedStage, IsPromotedByOneUnitWhereTheConfigurationLetsIt) {
  configure(R"({"rollout": {"one_unit_may_advance": true}})");
  const remora_id rollout = start_trial(GetParam());
  praise(7, 200);
  pass_hours(2);
  const remora_rollout s = status(rollout);
  EXPECT_EQ(s.stage == 1 || s.state == REMORA_ROLLOUT_COMPLETE, GetParam() != REMORA_MODE_CANARY);
}

INSTANTIATE_TEST_SUITE_P(Mode, PoisonedStage,
                         testing::Values(REMORA_MODE_MONITOR, REMORA_MODE_SHADOW, REMORA_MODE_CANARY,
                                         REMORA_MODE_FULL));

// A time that outcomes claim is not the time that has passed.
TEST_F(Poisoned, OutcomesOfTheFutureShortenNoStage) {
  const remora_id rollout = start_canary();
  auto lie = sized<remora_outcome>();
  lie.success = 1;
  lie.now_ns = 4'000'000'000'000'000'000;  // 2096
  for (int i = 0; i < kLies; ++i) {
    lie.decision_id = route().decision_id;
    ASSERT_EQ(record(lie), REMORA_OK) << error.text;
  }
  tick();
  const remora_rollout s = status(rollout);
  EXPECT_GE(s.treatment_count, 50U);
  EXPECT_GE(s.baseline_count, 50U);
  EXPECT_EQ(s.stage, 0U);
  EXPECT_EQ(s.reason, REMORA_ROLLOUT_TOO_EARLY);
}

// False failures block variants, which is the safe side; but one stays that may run.
TEST_F(Poisoned, FailuresLeaveAVariantThatMayRun) {
  for (uint32_t variant = 0; variant < 4; ++variant) {
    teach(variant, false, kLies / 4);
  }
  tick();
  auto facts = sized<remora_agent>();
  facts.agent = agent;
  ASSERT_EQ(plugin().agent_info(handle, &facts, &error), REMORA_OK) << error.text;
  EXPECT_NE(facts.blocked_variants, 0U);
  const remora_decision decision = route();
  EXPECT_EQ(facts.blocked_variants >> decision.variant & 1, 0U);
}

}  // namespace
}  // namespace remora::test
