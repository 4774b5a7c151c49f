#include "store/state_effect.hpp"

#include <gtest/gtest.h>

#include "store/pooled.hpp"
#include "store/q_table.hpp"
#include "support/test_state.hpp"

namespace remora::store {
namespace {

constexpr float kMost = 99;

TEST(StateEffect, IsHowFarAStateLiesFromItsAgentAndLessWithFewOutcomes) {
  const QCell agent[] = {{0.8F, 50}, {0.6F, 40}};
  const QCell few[] = {{0.5F, 4}, {0.3F, 8}};
  EXPECT_NEAR(static_cast<double>(state_effect(few, agent, 2, kMost)), -0.3 * 12 / (12 + 12), 1e-6);
  const QCell many[] = {{0.5F, 1'000}, {}};
  EXPECT_NEAR(static_cast<double>(state_effect(many, agent, 2, kMost)), -0.3 * 99 / (99 + 12), 1e-6);
}

TEST(StateEffect, OfWhatIsNotKnownIsNothing) {
  const QCell agent[] = {{0.8F, 50}, {}};
  const QCell state[] = {{}, {0.3F, 8}};
  EXPECT_EQ(state_effect(state, agent, 2, kMost), 0);
}

TEST(StateEffect, ReadsAllVariantsOfTheTable) {
  test::TestState state;
  const Generation& generation = state.state().generation_in_force();
  const StateKey key{0, 7, 0, 0};
  EXPECT_EQ(state_effect(key.pack(), 9, kMost, generation), 0) << "never seen";
  for (const uint32_t variant : {1U, 8U}) {
    Insert inserted{};
    const uint32_t segment = variant / kRowVariants;
    Row* const row = insert_row(StateKey::with_segment(key.pack(), segment), generation, &inserted);
    update_cell(row->cells[variant % kRowVariants], 1, 0.02F);
    update_cell(own_row_to_fill(0, segment, generation)->cells[variant % kRowVariants], 0.25F, 0.02F);
  }
  EXPECT_NEAR(static_cast<double>(state_effect(key.pack(), 9, kMost, generation)), 2 * 0.75 / (2 + 12), 1e-6);
  EXPECT_NEAR(static_cast<double>(state_effect(key.pack(), 2, kMost, generation)), 0.75 / (1 + 12), 1e-6);
}

}  // namespace
}  // namespace remora::store
