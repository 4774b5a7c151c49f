// What an agent saw itself is kept apart from what its parents make of it, also by a process that dies.
#include "store/pooled.hpp"

#include <gtest/gtest.h>

#include "support/test_state.hpp"

namespace remora::store {
namespace {

class PooledRows : public testing::Test {
 protected:
  QCell read_by_route(uint32_t variant) const {
    const Row* row =
        find_row(StateKey{0, StateKey::kParentTask, 0, variant / kRowVariants}.pack(), generation_);
    return row == nullptr ? QCell{} : QCell::unpack(row->cells[variant % kRowVariants].load());
  }
  uint64_t rows() const { return generation_.page().rows_used.load(); }

  test::TestState state_;
  const Generation& generation_ = state_.state().generation_in_force();
};

TEST_F(PooledRows, AsLongAsNobodyElseHasASayThereIsOneRow) {
  update_cell(own_row_to_fill(0, 0, generation_)->cells[2], 1, 0.1F);
  const QCell cells[] = {{}, {}, {1, 1}};
  set_pooled(0, 0, cells, generation_);
  EXPECT_EQ(rows(), 1U);
  EXPECT_EQ(read_by_route(2).visits, 1U);
  EXPECT_EQ(own_cell(0, 2, generation_).visits, 1U);
}

TEST_F(PooledRows, OwnValuesStayAndGrowBesideThePooledOnes) {
  update_cell(own_row_to_fill(0, 0, generation_)->cells[2], 1, 0.1F);
  const QCell pooled[] = {{0.75F, 4}, {}, {0.9F, 6}};
  set_pooled(0, 0, pooled, generation_);
  EXPECT_EQ(read_by_route(0).visits, 4U);
  EXPECT_EQ(read_by_route(2).q, 0.9F);
  EXPECT_EQ(own_cell(0, 0, generation_).visits, 0U);
  EXPECT_EQ(own_cell(0, 2, generation_).q, 1);
  update_cell(own_row_to_fill(0, 0, generation_)->cells[2], 0, 0.1F);
  EXPECT_EQ(own_cell(0, 2, generation_).visits, 2U);
  EXPECT_EQ(read_by_route(2).visits, 6U);
  const QCell own_again[] = {{}, {}, {0.5F, 2}};
  set_pooled(0, 0, own_again, generation_);
  EXPECT_EQ(read_by_route(0).visits, 0U);
  EXPECT_EQ(read_by_route(2).visits, 2U);
}

TEST_F(PooledRows, AnAgentWithoutOutcomesGetsItsParents) {
  const QCell pooled[] = {{0.75F, 4}};
  set_pooled(0, 1, pooled, generation_);
  EXPECT_EQ(read_by_route(6).visits, 4U);
  EXPECT_EQ(own_cell(0, 6, generation_).visits, 0U);
}

TEST_F(PooledRows, AnOwnRowThatWasNeverStampedIsFilledAnew) {
  update_cell(own_row_to_fill(0, 0, generation_)->cells[0], 1, 0.1F);
  Insert result{};
  Row* half =
      insert_row(StateKey{0, StateKey::kParentTask, StateKey::kOwnContext, 0}.pack(), generation_, &result);
  ASSERT_NE(half, nullptr);
  EXPECT_EQ(own_cell(0, 0, generation_).visits, 1U) << "its maker died before it was whole";
  const QCell pooled[] = {{0.75F, 4}};
  set_pooled(0, 0, pooled, generation_);
  EXPECT_EQ(own_cell(0, 0, generation_).visits, 1U);
  EXPECT_EQ(read_by_route(0).visits, 4U);
}

TEST_F(PooledRows, WithoutRoomForTheSecondOfTwoNothingIsSaidOfAnAgentWithoutOutcomes) {
  generation_.page().rows_used.store(generation_.state_limit() - 1);
  const QCell pooled[] = {{0.75F, 4}};
  set_pooled(0, 0, pooled, generation_);
  EXPECT_EQ(read_by_route(0).visits, 0U);
  EXPECT_EQ(own_cell(0, 0, generation_).visits, 0U);
  EXPECT_EQ(rows(), generation_.state_limit());
}

TEST_F(PooledRows, OfLaterAttemptsLieApart) {
  constexpr uint32_t kContext = 9;
  Row* const row = attempts_row_to_fill(0, kContext, 1, generation_);
  ASSERT_NE(row, nullptr);
  update_cell(row->cells[1], 0.5F, 0.1F);
  EXPECT_EQ(attempts_row_to_fill(0, kContext, 1, generation_), row);
  EXPECT_EQ(attempts_cell(0, kContext, 7, generation_).q, 0.5F);
  EXPECT_EQ(attempts_cell(0, kContext, 1, generation_).visits, 0U);
  EXPECT_EQ(own_cell(0, 7, generation_).visits, 0U);
}

TEST_F(PooledRows, WithoutRoomForBothTheAgentsOwnStay) {
  update_cell(own_row_to_fill(0, 0, generation_)->cells[0], 1, 0.1F);
  generation_.page().rows_used.store(generation_.state_limit());
  const QCell pooled[] = {{0.75F, 4}};
  set_pooled(0, 0, pooled, generation_);
  EXPECT_EQ(read_by_route(0).visits, 1U);
}

}  // namespace
}  // namespace remora::store
