#include "stats/normal.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace remora::stats {
namespace {

TEST(NormalTest, QuantilesAreThoseOfTheTables) {
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-14);
  EXPECT_NEAR(normal_quantile(0.95), 1.644853626951473, 1e-14);
  EXPECT_NEAR(normal_quantile(0.8), 0.8416212335729143, 1e-14);
  EXPECT_EQ(normal_quantile(0.5), 0);
  EXPECT_NEAR(z_two_sided(0.95), 1.959963984540054, 1e-14);
  EXPECT_NEAR(z_two_sided(0.99), 2.575829303548901, 1e-13);
  EXPECT_NEAR(z_one_sided(0.95), 1.644853626951473, 1e-14);
}

TEST(NormalTest, TailsAreThoseOfTheTables) {
  EXPECT_NEAR(normal_cdf(1.96), 0.9750021048517795, 1e-15);
  EXPECT_NEAR(normal_cdf(-1), 0.15865525393145707, 1e-15);
  EXPECT_NEAR(normal_upper_tail(10) / 7.619853024160527e-24, 1, 1e-12);
  EXPECT_EQ(normal_cdf(0), 0.5);
}

TEST(NormalTest, QuantileAndDistributionUndoEachOther) {
  for (double p = 0.001; p < 1; p += 0.001) {
    ASSERT_NEAR(normal_cdf(normal_quantile(p)), p, 1e-13);
  }
}

TEST(NormalTest, EveryInputHasAResult) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(normal_quantile(0), -kInfinity);
  EXPECT_EQ(normal_quantile(1), kInfinity);
  for (const double bad : {-0.1, 1.1, kNaN, kInfinity, -kInfinity}) {
    EXPECT_TRUE(std::isnan(normal_quantile(bad))) << bad;
    EXPECT_TRUE(std::isnan(z_two_sided(bad))) << bad;
    EXPECT_TRUE(std::isnan(z_one_sided(bad))) << bad;
  }
  EXPECT_EQ(normal_cdf(kInfinity), 1);
  EXPECT_EQ(normal_cdf(-kInfinity), 0);
  EXPECT_EQ(normal_upper_tail(1e300), 0);
  EXPECT_TRUE(std::isnan(normal_cdf(kNaN)));
}

}  // namespace
}  // namespace remora::stats
