#include "rollout/plan.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "rollout/agent_in_rollout.hpp"

namespace remora::rollout {
namespace {

using base::Code;
using test::is_ok;
using test::kHour;
using test::short_plan;
using testing::Test;

class PlanCheck : public Test {
 protected:
  // Refused, with a text that names the stage and the value.
  void expect_refused(const std::string& stage, const std::string& value) {
    EXPECT_EQ(complete(&plan_, settings_, problem_), Code::kInvalid);
    EXPECT_NE(std::string(problem_.text()).find(stage), std::string::npos) << problem_.text();
    EXPECT_NE(std::string(problem_.text()).find(value), std::string::npos) << problem_.text();
  }

  Settings settings_;
  Plan plan_ = short_plan(0, 1);
  base::Problem problem_;
};

TEST_F(PlanCheck, TakesTheDefaultStagesForNone) {
  plan_ = {};
  ASSERT_TRUE(is_ok(complete(&plan_, settings_, problem_), problem_));
  ASSERT_EQ(plan_.stage_count, 4U);
  EXPECT_EQ(plan_.stages[0].mode, static_cast<uint32_t>(Mode::kMonitor));
  EXPECT_EQ(plan_.stages[2].share_basis_points, 1'000U);
  EXPECT_EQ(plan_.stages[3].minimum_ns, 168 * kHour);
  EXPECT_EQ(plan_.stages[3].minimum_samples, 250U);
}

TEST_F(PlanCheck, FillsWhatAStageLeavesOpenFromTheStageOfItsMode) {
  settings_.stages[2].minimum_samples = 77;
  settings_.stages[2].margin = 0.02;
  plan_.stage_count = 2;
  plan_.stages[0] = {static_cast<uint32_t>(Mode::kCanary), 500, 0, 0, 0, 0, 0, {}};
  plan_.stages[1] = {static_cast<uint32_t>(Mode::kFull), 0, 0, 0, 0, 0, 0, {}};
  ASSERT_TRUE(is_ok(complete(&plan_, settings_, problem_), problem_));
  EXPECT_EQ(plan_.stages[0].minimum_samples, 77U);
  EXPECT_EQ(plan_.stages[0].margin, 0.02);
  EXPECT_EQ(plan_.stages[0].maximum_drop, 0.10);
  EXPECT_EQ(plan_.stages[1].share_basis_points, 10'000U);
  EXPECT_EQ(plan_.stages[1].minimum_samples, 250U);
}

TEST_F(PlanCheck, KeepsWhatIsSaid) {
  const Plan before = plan_;
  ASSERT_TRUE(is_ok(complete(&plan_, settings_, problem_), problem_));
  for (uint32_t i = 0; i < 4; ++i) {
    EXPECT_EQ(plan_.stages[i].minimum_samples, before.stages[i].minimum_samples);
    EXPECT_EQ(plan_.stages[i].share_basis_points, before.stages[i].share_basis_points);
    EXPECT_EQ(plan_.stages[i].minimum_ns, before.stages[i].minimum_ns);
  }
}

TEST_F(PlanCheck, RefusesMoreStagesThanThereAre) {
  plan_.stage_count = 9;
  expect_refused("9 stages", "at most 8");
}

TEST_F(PlanCheck, RefusesAnUnknownMode) {
  plan_.stages[1].mode = 5;
  expect_refused("stage 1", "mode 5");
}

TEST_F(PlanCheck, RefusesTrafficInAMonitorStage) {
  plan_.stages[0].share_basis_points = 100;
  expect_refused("stage 0", "100");
}

TEST_F(PlanCheck, RefusesACanaryWithoutOneOfItsArms) {
  plan_.stages[2].share_basis_points = 10'000;
  expect_refused("stage 2", "10000");
  plan_.stages[2].share_basis_points = 0;
  expect_refused("stage 2", "share of 0");
}

TEST_F(PlanCheck, RefusesAFullStageThatIsNot) {
  plan_.stages[3].share_basis_points = 9'000;
  expect_refused("stage 3", "9000");
}

TEST_F(PlanCheck, RefusesAShareBeyondTheWhole) {
  plan_.stages[1].share_basis_points = 10'001;
  expect_refused("stage 1", "10001");
}

TEST_F(PlanCheck, RefusesStagesOutOfOrder) {
  std::swap(plan_.stages[0], plan_.stages[1]);
  expect_refused("stage 1", "monitor");
}

TEST_F(PlanCheck, RefusesAShrinkingShare) {
  plan_.stage_count = 2;
  plan_.stages[0] = test::stage_of(Mode::kCanary, 5'000, 10);
  plan_.stages[1] = test::stage_of(Mode::kCanary, 1'000, 10);
  expect_refused("stage 1", "from 5000 to 1000");
}

TEST_F(PlanCheck, RefusesNumbersThatAreNone) {
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), -0.1, 1.5}) {
    plan_ = short_plan(0, 1);
    plan_.stages[2].maximum_drop = bad;
    expect_refused("stage 2", "maximum_drop");
  }
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), -1.0, 0.1, 2.0}) {
    plan_ = short_plan(0, 1);
    plan_.stages[2].margin = bad;
    expect_refused("stage 2", "margin");
  }
}

TEST_F(PlanCheck, RefusesTimesAndSamplesBeyondMeasure) {
  plan_.stages[1].minimum_ns = -kHour;
  expect_refused("stage 1", "-1 hours");
  plan_ = short_plan(0, 1);
  plan_.stages[1].minimum_ns = 400LL * 24 * kHour;
  expect_refused("stage 1", "9600 hours");
  plan_ = short_plan(0, 1);
  plan_.stages[1].minimum_samples = 0xFFFFFFFF;
  expect_refused("stage 1", "4294967295");
}

TEST_F(PlanCheck, AllowsAMarginThatAsksForAnImprovement) {
  plan_.stages[2].margin = -0.02;
  EXPECT_TRUE(is_ok(complete(&plan_, settings_, problem_), problem_));
}

}  // namespace
}  // namespace remora::rollout
