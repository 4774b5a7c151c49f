#include "learn/join.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace remora::learn {
namespace {

float joined(Join rule, const std::vector<float>& reports) {
  float value = reports.front();
  for (uint32_t i = 1; i < reports.size(); ++i) {
    value = join(rule, value, i, reports[i]);
  }
  return value;
}

TEST(JoinTest, TakesReportsOneByOneToWhatTheyMakeTogether) {
  const std::vector<float> reports = {0.5F, -0.25F, 1.0F, 0.0F};
  EXPECT_FLOAT_EQ(joined(Join::kFirst, reports), 0.5F);
  EXPECT_FLOAT_EQ(joined(Join::kLast, reports), 0.0F);
  EXPECT_FLOAT_EQ(joined(Join::kSum, reports), 1.25F);
  EXPECT_FLOAT_EQ(joined(Join::kMean, reports), 0.3125F);
  EXPECT_FLOAT_EQ(joined(Join::kMinimum, reports), -0.25F);
  EXPECT_FLOAT_EQ(joined(Join::kMaximum, reports), 1.0F);
}

TEST(JoinTest, NoSumLeavesTheRangeOfARewardAfterAnyReport) {
  EXPECT_FLOAT_EQ(joined(Join::kSum, {1.5F, 1.5F}), 2.0F);
  EXPECT_FLOAT_EQ(joined(Join::kSum, {1.5F, 1.5F, -0.5F}), 1.5F);
  EXPECT_FLOAT_EQ(joined(Join::kSum, {-1.0F, -1.0F}), -1.0F);
}

TEST(JoinTest, OneReportIsItselfByEveryRule) {
  for (const Join rule :
       {Join::kFirst, Join::kLast, Join::kSum, Join::kMean, Join::kMinimum, Join::kMaximum}) {
    EXPECT_FLOAT_EQ(joined(rule, {0.7F}), 0.7F);
  }
}

}  // namespace
}  // namespace remora::learn
