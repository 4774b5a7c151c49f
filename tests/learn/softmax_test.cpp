#include <gtest/gtest.h>

#include <cmath>

#include "learn/beliefs.hpp"
#include "learn/policy.hpp"

namespace remora::learn {
namespace {

using test::beliefs_of;
using test::count;
using test::Counts;

TEST(Softmax, WeighsByTheExponentialOfTheMean) {
  Settings settings;
  settings.policy = Policy::kSoftmax;
  settings.temperature = 0.2F;
  const Counts counts = count(settings, beliefs_of({{0.5F, 1}, {0.3F, 1}, {0.7F, 1}}), 0b111);
  const double total = std::exp(-1.0) + std::exp(-2.0) + 1;
  EXPECT_NEAR(counts.propensity[0], std::exp(-1.0) / total, 1e-4);
  EXPECT_NEAR(counts.propensity[1], std::exp(-2.0) / total, 1e-4);
  EXPECT_NEAR(counts.propensity[2], 1 / total, 1e-4);
}

TEST(Softmax, GivesNoVariantUp) {
  Settings settings;
  settings.policy = Policy::kSoftmax;
  settings.temperature = 0.001F;
  EXPECT_NEAR(count(settings, beliefs_of({{0, 1}, {1, 1}}), 0b11).propensity[0], std::exp(-10.4), 1e-6);
}

}  // namespace
}  // namespace remora::learn
