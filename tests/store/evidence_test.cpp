// Evidence fades by a share, exactly so on average, and only that of the agents it is told of.
#include "store/evidence.hpp"

#include <gtest/gtest.h>

#include "store/q_table.hpp"
#include "support/test_state.hpp"

namespace remora::store {
namespace {

class Evidence : public testing::Test {
 protected:
  Word& cell(uint32_t agent, uint32_t task_type, uint32_t variant = 0) {
    Insert result{};
    Row* row = insert_row(StateKey{agent, task_type, 0, variant / kRowVariants}.pack(), generation_, &result);
    EXPECT_NE(row, nullptr);
    return row->cells[variant % kRowVariants];
  }
  static QCell value(const Word& word) { return QCell::unpack(word.load()); }

  test::TestState state_;
  const Generation& generation_ = state_.state().generation_in_force();
};

TEST_F(Evidence, OnlyThatOfTheAgentsGivenFades) {
  for (const uint32_t agent : {0U, 1U, 2U}) {
    cell(agent, 3).store(QCell{0.5F, 100}.pack());
    cell(agent, StateKey::kParentTask, 7).store(QCell{0.25F, 40}.pack());
  }
  const float keep[] = {1.0F, 0.5F};
  discount_evidence(generation_, keep, 1);
  EXPECT_EQ(value(cell(0, 3)).visits, 100U);
  EXPECT_EQ(value(cell(1, 3)).visits, 50U);
  EXPECT_EQ(value(cell(1, StateKey::kParentTask, 7)).visits, 20U);
  EXPECT_EQ(value(cell(1, 3)).q, 0.5F) << "the value stays";
  EXPECT_EQ(value(cell(2, 3)).visits, 100U) << "behind the end";
}

TEST_F(Evidence, SmallCountsFadeExactlyOnAverage) {
  constexpr uint32_t kCells = 200;
  constexpr int kSteps = 8;
  for (uint32_t task = 0; task < kCells; ++task) {
    cell(0, task).store(QCell{1, 3}.pack());
  }
  const float keep[] = {0.917F};  // eight of these leave a half
  for (int step = 0; step < kSteps; ++step) {
    discount_evidence(generation_, keep, static_cast<uint64_t>(step));
  }
  double left = 0;
  for (uint32_t task = 0; task < kCells; ++task) {
    left += value(cell(0, task)).visits;
  }
  EXPECT_NEAR(left / kCells, 1.5, 0.25);
}

TEST_F(Evidence, NothingLeftCountsAsNeverTried) {
  cell(0, 1).store(QCell{1, 50}.pack());
  const float keep[] = {0.0F};
  discount_evidence(generation_, keep, 1);
  EXPECT_EQ(cell(0, 1).load(), 0U);
}

}  // namespace
}  // namespace remora::store
