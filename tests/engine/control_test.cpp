#include "engine/host.hpp"

namespace remora::test {
namespace {

class Control : public Host {
 protected:
  void set(uint32_t enabled, uint32_t learning, uint32_t mode) {
    remora_control control = sized<remora_control>();
    control.enabled = enabled;
    control.learning = learning;
    control.mode = mode;
    ASSERT_EQ(plugin().control_set(handle, &control, &error), REMORA_OK) << error.text;
  }
};

TEST_F(Control, TheKillSwitchGivesTheBaselineAndOutcomesAreStillRecorded) {
  stop_exploring();
  teach(2, true, 3);
  set(0, 1, REMORA_MODE_FULL);
  const remora_decision decision = route();
  EXPECT_EQ(decision.variant, 0U);
  EXPECT_EQ(decision.reason, REMORA_REASON_BASELINE_OFF);
  EXPECT_TRUE(decision.flags & REMORA_DECISION_CONTROL_OFF);
  EXPECT_EQ(record(decision.decision_id, false), REMORA_OK);
  EXPECT_EQ(stats().visits, 4U);
  set(1, 1, REMORA_MODE_FULL);
  EXPECT_EQ(route().variant, 2U);
}

TEST_F(Control, LearningOffKeepsOutcomesOutOfTheTable) {
  set(1, 0, REMORA_MODE_FULL);
  const remora_decision decision = route();
  EXPECT_TRUE(decision.flags & REMORA_DECISION_LEARNING_OFF);
  EXPECT_EQ(record(decision.decision_id, true), REMORA_OK);
  EXPECT_EQ(stats().visits, 0U);
  EXPECT_EQ(stats().outcomes, 1U);
}

TEST_F(Control, MonitorModeRunsTheBaselineAndShowsWhatLearningWouldDo) {
  stop_exploring();
  teach(3, true, 3);
  set(1, 1, REMORA_MODE_MONITOR);
  const remora_decision decision = route();
  EXPECT_EQ(decision.variant, 0U);
  EXPECT_EQ(decision.learned_variant, 3U);
  EXPECT_TRUE(decision.flags & REMORA_DECISION_MONITOR);
  EXPECT_EQ(decision.mode, static_cast<uint32_t>(REMORA_MODE_MONITOR));
}

TEST_F(Control, HoldsOverARestartAndSaysWhoHoldsIt) {
  set(0, 1, REMORA_MODE_FULL);
  reopen();
  remora_control control = sized<remora_control>();
  ASSERT_EQ(plugin().control_get(handle, &control, &error), REMORA_OK);
  EXPECT_EQ(control.enabled, 0U);
  EXPECT_EQ(control.source, 1U);
}

TEST_F(Control, TheConfigurationHoldsItDownToo) {
  configure(R"({"enabled": false})");
  EXPECT_TRUE(route().flags & REMORA_DECISION_CONTROL_OFF);
  remora_control control = sized<remora_control>();
  ASSERT_EQ(plugin().control_get(handle, &control, &error), REMORA_OK);
  EXPECT_EQ(control.source, 2U);
}

TEST_F(Control, TheEnvironmentHoldsItDownWhateverTheOthersSay) {
  ASSERT_EQ(plugin().close(handle, &error), REMORA_OK);
  ASSERT_EQ(setenv("REMORA_ENABLED", "false", 1), 0);
  open(REMORA_OPEN_NO_AUTO_TICK);
  unsetenv("REMORA_ENABLED");
  set(1, 1, REMORA_MODE_FULL);
  EXPECT_TRUE(route().flags & REMORA_DECISION_CONTROL_OFF);
}

TEST_F(Control, ABadConfigurationIsRefusedWholeWithItsLine) {
  const std::string json = "{\n  \"learning\": {\"epsilon\": 0.2},\n  \"safety\": {\"lookback\": 100}\n}\n";
  EXPECT_EQ(plugin().configure(handle, json.data(), json.size(), &error), REMORA_E_CONFIG);
  EXPECT_NE(std::string(error.text).find("lookback"), std::string::npos) << error.text;
  EXPECT_NEAR(route().epsilon, 0.1, 1e-6);
}

}  // namespace
}  // namespace remora::test
