#include <gtest/gtest.h>

#include <cmath>

#include "learn/beliefs.hpp"
#include "learn/policy.hpp"

namespace remora::learn {
namespace {

using test::beliefs_of;

// Arms 1, 1, 1, 2, 2, 3, 3, 3, 3, 3 with rewards 0, 0, 1, 0, 0, 0, 0, 1, 1, 1 and alpha 1: the documented
// case of MABWiser (Strong, Kleynhans and Kadioglu 2019).
TEST(Ucb1, IndexIsThatOfAPublishedCase) {
  EXPECT_NEAR(ucb1_index(1.0 / 3, 3, 10, 1), 1.5723073962832794, 1e-12);
  EXPECT_NEAR(ucb1_index(0, 2, 10, 1), 1.5174271293851465, 1e-12);
  EXPECT_NEAR(ucb1_index(3.0 / 5, 5, 10, 1), 1.5597051824376162, 1e-12);
}

TEST(Ucb1, TakesTheHighestIndex) {
  Settings settings;
  settings.policy = Policy::kUcb1;
  settings.ucb_width = 1;
  const Beliefs beliefs = beliefs_of({{1.0F / 3, 1.0F / 3}, {0, 1.0F / 2}, {3.0F / 5, 1.0F / 5}});
  EXPECT_EQ(choose(settings, beliefs, 0b111, 1).variant, 0U);
  EXPECT_TRUE(choose(settings, beliefs, 0b111, 1).explored) << "the third has the higher mean";
  settings.ucb_width = 0;
  EXPECT_EQ(choose(settings, beliefs, 0b111, 1).variant, 2U);
}

TEST(Ucb1, CountsTheOutcomesOfTheEligibleAlone) {
  Settings settings;
  settings.policy = Policy::kUcb1;
  settings.ucb_width = 1;
  // With the third's outcomes in the total the first would have the higher index.
  const Beliefs beliefs = beliefs_of({{0.5F, 1.0F / 2}, {0.9F, 1.0F / 4}, {0.9F, 1.0F / 1000}});
  ASSERT_GT(ucb1_index(0.5, 2, 1006, 1), ucb1_index(0.9, 4, 1006, 1));
  ASSERT_LT(ucb1_index(0.5, 2, 6, 1), ucb1_index(0.9, 4, 6, 1));
  EXPECT_EQ(choose(settings, beliefs, 0b011, 1).variant, 1U);
}

}  // namespace
}  // namespace remora::learn
