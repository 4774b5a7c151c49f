#include "learn/arithmetic.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace remora::learn {
namespace {

TEST(Arithmetic, ExponentialIsWithinItsError) {
  for (float x = -80; x <= 80; x += 0.0137F) {
    ASSERT_NEAR(static_cast<double>(exponential(base::all_lanes(x))[2]) / std::exp(static_cast<double>(x)), 1,
                6e-5)
        << x;
  }
}

TEST(Arithmetic, InverseRootIsWithinItsError) {
  for (float x = 1e-12F; x < 1e12F; x *= 1.01F) {
    ASSERT_NEAR(static_cast<double>(inverse_root(base::all_lanes(x))[1]) * std::sqrt(static_cast<double>(x)),
                1, 0.0018)
        << x;
  }
}

}  // namespace
}  // namespace remora::learn
