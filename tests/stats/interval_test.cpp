#include "stats/interval.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace remora::stats {
namespace {

// t(0.975, 9) = 2.262157, F(0.975, 9, 19) = 2.880052, F(0.025, 9, 19) = 0.271467 (tables).
TEST(MeanInterval, IsStudents) {
  const Interval interval = mean_interval(5, 4, 10, 0.95);
  EXPECT_NEAR(interval.low, 5 - 2.262157 * 2 / std::sqrt(10), 1e-5);
  EXPECT_NEAR(interval.high, 5 + 2.262157 * 2 / std::sqrt(10), 1e-5);
}

TEST(VarianceRatioInterval, IsThatOfF) {
  const Interval interval = variance_ratio_interval(3, 10, 2, 20, 0.95);
  EXPECT_NEAR(interval.low, 1.5 / 2.880052, 1e-4);
  EXPECT_NEAR(interval.high, 1.5 / 0.271467, 1e-3);
}

TEST(Intervals, AreOpenWhereNothingCanBeSaid) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const Interval& interval : {mean_interval(5, 4, 1, 0.95), mean_interval(std::nan(""), 4, 10, 0.95),
                                   mean_interval(5, -1, 10, 0.95), mean_interval(5, 4, 10, 1)}) {
    EXPECT_EQ(interval.low, -kInfinity);
    EXPECT_EQ(interval.high, kInfinity);
  }
  for (const Interval& interval :
       {variance_ratio_interval(3, 1, 2, 20, 0.95), variance_ratio_interval(3, 10, 0, 20, 0.95),
        variance_ratio_interval(3, 10, 2, std::nan(""), 0.95)}) {
    EXPECT_EQ(interval.low, 0);
    EXPECT_EQ(interval.high, kInfinity);
  }
}

}  // namespace
}  // namespace remora::stats
