// Safe variants go by their agent's own thresholds, whoever computes them: a change of settings, a tick that
// rolls back.
#include "engine/host.hpp"

namespace remora::test {
namespace {

class OwnThresholds : public Host {
 protected:
  static constexpr const char* kSettings = R"({"safety": {"lookback": 40},
    "agents": [{"name": "architect", "safety": {"lookback": 3, "minimum_success_rate": 0.5}}]})";

  uint32_t safe_variant() {
    auto query = sized<remora_safety_query>();
    auto verdict = sized<remora_safety_verdict>();
    query.agent = agent;
    query.variant = 2;
    EXPECT_EQ(plugin().safety_check(handle, &query, &verdict, &error), REMORA_OK) << error.text;
    return verdict.safe_variant;
  }
};

TEST_F(OwnThresholds, HoldWhenTheSettingsChange) {
  configure(kSettings);
  teach(2, true, 5);
  tick();
  ASSERT_EQ(safe_variant(), 2U) << "five outcomes prove it by its agent's window of three";
  configure(kSettings);
  EXPECT_EQ(safe_variant(), 2U);
}

TEST_F(OwnThresholds, HoldWhenATickRollsBack) {
  configure(kSettings);
  teach(2, true, 5);
  remora_rollout_plan plan = sized<remora_rollout_plan>();
  plan.agent = agent;
  plan.treatment = 1;
  remora_id rollout = 0;
  ASSERT_EQ(plugin().rollout_start(handle, "trial", 5, &plan, &rollout, &error), REMORA_OK) << error.text;
  // Without a decision it is no outcome of the rollout, which ends by the tick that finds the variant
  // blocked.
  remora_outcome grave = sized<remora_outcome>();
  grave.agent = agent;
  grave.task_type = type;
  grave.variant = 1;
  grave.critical_error = 1;
  ASSERT_EQ(record(grave), REMORA_OK) << error.text;
  ASSERT_EQ(safe_variant(), 2U);
  tick();
  remora_rollout status = sized<remora_rollout>();
  ASSERT_EQ(plugin().rollout_status(handle, rollout, &status, &error), REMORA_OK) << error.text;
  ASSERT_EQ(status.state, uint32_t{REMORA_ROLLOUT_ROLLED_BACK});
  EXPECT_EQ(safe_variant(), 2U);
}

}  // namespace
}  // namespace remora::test
