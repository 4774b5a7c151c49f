#include "rollout/verdict.hpp"

#include <gtest/gtest.h>

#include "rollout/agent_in_rollout.hpp"

namespace remora::rollout {
namespace {

using test::kHour;
using test::stage_of;

class StageVerdict : public testing::Test {
 protected:
  Verdict judged(const stats::Count& treatment, const stats::Count& baseline,
                 int64_t elapsed_ns = 100 * kHour) {
    evidence_.treatment = treatment;
    evidence_.baseline = baseline;
    evidence_.elapsed_ns = elapsed_ns;
    return judge(stage_, evidence_, rules_);
  }
  void expect(Action action, Reason reason, const Verdict& verdict) {
    EXPECT_EQ(verdict.action, action);
    EXPECT_EQ(verdict.reason, reason);
  }

  Rules rules_ = Rules::of({});
  store::StagePlan stage_ = stage_of(Mode::kCanary, 1'000, 100, 48 * kHour);
  Evidence evidence_;
};

TEST_F(StageVerdict, HoldsUntilTheTimeIsOver) {
  expect(Action::kHold, Reason::kTooEarly, judged({90, 100}, {90, 100}, 48 * kHour - 1));
  expect(Action::kAdvance, Reason::kPassed, judged({90, 100}, {90, 100}, 48 * kHour));
}

TEST_F(StageVerdict, HoldsUntilBothArmsHaveTheirSamples) {
  const Verdict verdict = judged({80, 90}, {63, 70});
  expect(Action::kHold, Reason::kTooFew, verdict);
  EXPECT_EQ(verdict.samples_needed, 30U) << "of the arm that lacks most";
  expect(Action::kHold, Reason::kTooFew, judged({}, {}));
}

TEST_F(StageVerdict, HoldsWhileOneUnitHasTooManyOfTheSamples) {
  const auto judged_shared = [this](uint64_t treatment, uint64_t baseline) {
    evidence_.treatment_surplus = 1'000 - treatment;
    evidence_.baseline_surplus = 1'000 - baseline;
    return judged({900, 1'000}, {900, 1'000});
  };
  expect(Action::kHold, Reason::kOneUnit, judged_shared(99, 1'000));
  expect(Action::kHold, Reason::kOneUnit, judged_shared(1'000, 70));
  EXPECT_EQ(judged_shared(80, 70).samples_needed, 30U) << "of the arm that lacks most";
  expect(Action::kAdvance, Reason::kPassed, judged_shared(100, 100));
  stage_.mode = static_cast<uint32_t>(Mode::kFull);
  expect(Action::kAdvance, Reason::kPassed, judged_shared(100, 0));
  stage_.mode = static_cast<uint32_t>(Mode::kMonitor);
  expect(Action::kAdvance, Reason::kPassed, judged_shared(0, 100));
  expect(Action::kHold, Reason::kOneUnit, judged_shared(100, 0));
  rules_.settings.one_unit_may_advance = true;
  expect(Action::kAdvance, Reason::kPassed, judged_shared(0, 0));
}

TEST_F(StageVerdict, RollsBackWhoeverTheSamplesAreOf) {
  evidence_.treatment_surplus = evidence_.baseline_surplus = 99;
  expect(Action::kRollBack, Reason::kSuccessDrop, judged({10, 100}, {90, 100}));
}

TEST_F(StageVerdict, HoldsATreatmentWorseThanTheMarginAllows) {
  expect(Action::kAdvance, Reason::kPassed, judged({75, 100}, {80, 100}));
  expect(Action::kHold, Reason::kBelowMargin, judged({74, 100}, {80, 100}));
}

TEST_F(StageVerdict, RollsBackBeyondTheMaximumDropOnceThereAreSamplesEnough) {
  expect(Action::kHold, Reason::kBelowMargin, judged({70, 100}, {80, 100}));
  expect(Action::kRollBack, Reason::kSuccessDrop, judged({69, 100}, {80, 100}));
  expect(Action::kRollBack, Reason::kSuccessDrop, judged({69, 100}, {80, 100}, 0));
}

TEST_F(StageVerdict, AsksForTheIntervalWhileSamplesAreFew) {
  expect(Action::kHold, Reason::kTooFew, judged({13, 20}, {16, 20}));  // 15 points, but noise
  expect(Action::kRollBack, Reason::kSuccessDrop, judged({1, 20}, {19, 20}));
  expect(Action::kHold, Reason::kTooFew, judged({0, 19}, {1'000, 1'000}));
}

TEST_F(StageVerdict, AsksForMoreCertaintyTheEarlierItLooks) {
  // The same rates, 20 points apart: certain enough at 90 of 100 samples, not yet at 40.
  expect(Action::kHold, Reason::kTooFew, judged({24, 40}, {32, 40}));
  expect(Action::kRollBack, Reason::kSuccessDrop, judged({54, 90}, {72, 90}));
  stage_.minimum_samples = 40;
  expect(Action::kRollBack, Reason::kSuccessDrop, judged({24, 40}, {32, 40}));
}

TEST_F(StageVerdict, GivesTheIntervalOfTheDifference) {
  const Verdict verdict = judged({56, 70}, {48, 80});
  // Newcombe 1998, example (a): 56/70 - 48/80, method 10.
  EXPECT_NEAR(verdict.difference.difference, 0.2, 1e-9);
  EXPECT_NEAR(verdict.difference.low, 0.0524, 1e-4);
  EXPECT_NEAR(verdict.difference.high, 0.3339, 1e-4);
  EXPECT_EQ(judged({5, 10}, {}).difference.difference, 0) << "no difference without a baseline";
}

TEST_F(StageVerdict, RollsBackAtOnceForWhatMustNotHappen) {
  evidence_.treatment_blocked = true;
  expect(Action::kRollBack, Reason::kBlocked, judged({}, {}, 0));
  evidence_.safety_violation = true;
  expect(Action::kRollBack, Reason::kSafetyViolation, judged({}, {}, 0));
  evidence_.critical_error = true;
  expect(Action::kRollBack, Reason::kCriticalError, judged({}, {}, 0));
}

TEST_F(StageVerdict, AsksAMonitorStageForItsBaselineAlone) {
  stage_ = stage_of(Mode::kMonitor, 0, 50, kHour);
  expect(Action::kAdvance, Reason::kPassed, judged({}, {30, 50}));
  const Verdict verdict = judged({}, {30, 49});
  expect(Action::kHold, Reason::kTooFew, verdict);
  EXPECT_EQ(verdict.samples_needed, 1U);
}

TEST_F(StageVerdict, HoldsAFullStageAgainstTheLastControlArm) {
  stage_ = stage_of(Mode::kFull, 10'000, 100, kHour);
  expect(Action::kAdvance, Reason::kPassed, judged({80, 100}, {80, 100}));
  expect(Action::kHold, Reason::kBelowMargin, judged({72, 100}, {80, 100}));
  expect(Action::kRollBack, Reason::kSuccessDrop, judged({60, 100}, {80, 100}));
  expect(Action::kAdvance, Reason::kPassed, judged({80, 100}, {40, 50}));
}

TEST_F(StageVerdict, JudgesAFullStageWithoutABaselineByTimeAndSamples) {
  stage_ = stage_of(Mode::kFull, 10'000, 100, kHour);
  expect(Action::kAdvance, Reason::kPassed, judged({10, 100}, {}));
  expect(Action::kAdvance, Reason::kPassed, judged({10, 100}, {19, 19}));  // too few to say anything
}

TEST_F(StageVerdict, TakesTenPointsForTenPoints) {
  for (uint64_t n = 100; n <= 1'000; n += 100) {
    for (uint64_t base = n / 10; base <= n; base += n / 10) {
      EXPECT_NE(judged({base - n / 10, n}, {base, n}).action, Action::kRollBack) << base << " of " << n;
    }
  }
}

}  // namespace
}  // namespace remora::rollout
