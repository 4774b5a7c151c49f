#include "learn/schedule.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace remora::learn {
namespace {

std::vector<float> after(const Schedule& schedule, float epsilon, const std::vector<uint64_t>& outcomes) {
  std::vector<float> sequence;
  for (const uint64_t n : outcomes) {
    sequence.push_back(epsilon_of(schedule, epsilon, {n, 0}));
  }
  return sequence;
}

void expect_sequence(const std::vector<float>& got, const std::vector<float>& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i) {
    EXPECT_FLOAT_EQ(got[i], expected[i]) << "at " << i;
  }
}

TEST(Schedule, ConstantStaysWhereItIs) {
  expect_sequence(after({}, 0.1F, {0, 1, 1'000'000'000'000}), {0.1F, 0.1F, 0.1F});
}

TEST(Schedule, ExponentialFallsWithEachOutcomeToTheMinimum) {
  Schedule schedule;
  schedule.kind = ScheduleKind::kExponential;
  schedule.decay = 0.5F;
  schedule.minimum = 0.1F;
  expect_sequence(after(schedule, 1, {0, 1, 2, 3, 4, 5, UINT64_MAX}),
                  {1, 0.5F, 0.25F, 0.125F, 0.1F, 0.1F, 0.1F});
}

// The schedule of agentic learners: from 0.2 by 0.995 an outcome, to 0.05.
TEST(Schedule, ExponentialIsThatOfAKnownSequence) {
  Schedule schedule;
  schedule.kind = ScheduleKind::kExponential;
  schedule.decay = 0.995F;
  schedule.minimum = 0.05F;
  const std::vector<float> got = after(schedule, 0.2F, {1, 10, 100, 276, 277});
  EXPECT_NEAR(got[0], 0.199, 1e-6);
  EXPECT_NEAR(got[1], 0.190222, 1e-6);
  EXPECT_NEAR(got[2], 0.121154, 1e-6);
  EXPECT_NEAR(got[3], 0.050142, 1e-6);
  EXPECT_FLOAT_EQ(got[4], 0.05F);
}

TEST(Schedule, StepFallsAtOnceEverySoManyOutcomes) {
  Schedule schedule;
  schedule.kind = ScheduleKind::kStep;
  schedule.decay = 0.5F;
  schedule.step_outcomes = 3;
  schedule.minimum = 0.05F;
  expect_sequence(after(schedule, 0.4F, {0, 1, 2, 3, 5, 6, 9, 12}),
                  {0.4F, 0.4F, 0.4F, 0.2F, 0.2F, 0.1F, 0.05F, 0.05F});
}

TEST(Schedule, RewardLowersEpsilonWhereTheRisingThresholdIsReached) {
  Schedule schedule;
  schedule.kind = ScheduleKind::kReward;
  schedule.minimum = 0.1F;
  schedule.reward_threshold = 0.5F;
  schedule.reward_increment = 0.25F;
  schedule.epsilon_decrement = 0.25F;
  ScheduleProgress progress;
  std::vector<float> sequence;
  for (const double mean : {0.4, 0.5, 0.6, 0.8, 0.9, 1.0, 1.2, 1.25}) {
    progress.lowered += lowers(schedule, mean, progress) ? 1 : 0;
    sequence.push_back(epsilon_of(schedule, 1, progress));
  }
  expect_sequence(sequence, {1, 0.75F, 0.75F, 0.5F, 0.5F, 0.25F, 0.25F, 0.1F});
}

TEST(Schedule, AMinimumAboveEpsilonRaisesNothing) {
  Schedule schedule;
  schedule.kind = ScheduleKind::kExponential;
  schedule.minimum = 0.5F;
  expect_sequence(after(schedule, 0.2F, {0, 100}), {0.2F, 0.2F});
}

}  // namespace
}  // namespace remora::learn
