#include "store/q_table.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <set>
#include <vector>

#include "support/test_state.hpp"

namespace remora::store {
namespace {

using test::small_capacities;
using test::TestState;

class QTable : public testing::Test {
 protected:
  static uint64_t key(uint32_t agent, uint32_t task_type) { return StateKey{agent, task_type, 0, 0}.pack(); }

  Row* insert(uint64_t packed) {
    Insert result{};
    return insert_row(packed, generation(), &result);
  }
  const Generation& generation() { return state_.state().generation_in_force(); }

  TestState state_;
};

TEST_F(QTable, FindsWhatWasInsertedAndNothingElse) {
  EXPECT_EQ(find_row(key(1, 1), generation()), nullptr);
  Insert result{};
  Row* row = insert_row(key(1, 1), generation(), &result);
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(result, Insert::kInserted);
  EXPECT_EQ(find_row(key(1, 1), generation()), row);
  EXPECT_EQ(insert_row(key(1, 1), generation(), &result), row);
  EXPECT_EQ(result, Insert::kFound);
  EXPECT_EQ(find_row(key(1, 2), generation()), nullptr);
  EXPECT_EQ(find_row(key(2, 1), generation()), nullptr);
  EXPECT_EQ(find_row(StateKey::with_segment(key(1, 1), 1), generation()), nullptr);
}

TEST_F(QTable, KeepsManyStatesApart) {
  std::set<Row*> rows;
  for (uint32_t agent = 0; agent < 10; ++agent) {
    for (uint32_t task_type = 0; task_type < 40; ++task_type) {
      Row* row = insert(key(agent, task_type));
      ASSERT_NE(row, nullptr);
      ASSERT_TRUE(rows.insert(row).second) << "two states share a row";
    }
  }
  for (uint32_t agent = 0; agent < 10; ++agent) {
    for (uint32_t task_type = 0; task_type < 40; ++task_type) {
      const Row* row = find_row(key(agent, task_type), generation());
      ASSERT_NE(row, nullptr);
      ASSERT_EQ(row->key.load(), key(agent, task_type));
    }
  }
}

TEST_F(QTable, TheFirstStatesLieInFrontAndLaterOnesBehind) {
  const auto in_front = [this](const Row* row) { return row < generation().main_rows(); };
  const auto front = static_cast<uint64_t>(generation().main_rows() - generation().rows());
  ASSERT_EQ(front, front_rows_of(generation().main_mask() + 1));
  uint64_t near = 0;
  for (uint32_t i = 0; i < front / 8; ++i) {
    near += in_front(insert(key(i % 1'000, i / 1'000))) ? 1U : 0U;
  }
  EXPECT_GE(near, front / 8 - front / 64) << "only three states of one pair can come in each other's way";
  for (uint32_t i = 0; i < small_capacities().states / 2; ++i) {
    insert(key(i % 1'000, i / 1'000));
  }
  uint64_t behind = 0;
  for (uint32_t i = 0; i < small_capacities().states / 2; ++i) {
    const Row* row = find_row(key(i % 1'000, i / 1'000), generation());
    ASSERT_NE(row, nullptr);
    behind += in_front(row) ? 0U : 1U;
  }
  EXPECT_GT(behind, 0U);
}

TEST_F(QTable, WhoeverSkipsUntouchedSpansMeetsEveryRow) {
  std::set<const Row*> rows;
  for (uint32_t i = 0; i < 300; ++i) {
    rows.insert(insert(key(i % 7, i)));
  }
  std::set<const Row*> met;
  for (uint64_t i = generation().skip_untouched(0); i < generation().row_count();
       i = generation().skip_untouched(i + 1)) {
    const Row& row = generation().rows()[i];
    if (row.key.load(std::memory_order_relaxed) != 0) {
      met.insert(&row);
    }
  }
  EXPECT_EQ(met, rows);
}

TEST_F(QTable, AFullTableTakesNoNewStateAndKeepsTheOld) {
  // By many agents, each far below its own share.
  uint32_t inserted = 0;
  Insert result = Insert::kInserted;
  for (uint32_t i = 0; i < 4 * small_capacities().states; ++i) {
    Row* row = insert_row(key(i % 1'000, i / 1'000), generation(), &result);
    if (row == nullptr) {
      break;
    }
    ++inserted;
  }
  EXPECT_EQ(result, Insert::kTableFull);
  EXPECT_EQ(inserted, small_capacities().states);
  EXPECT_FALSE(has_room(2'000, generation()));
  EXPECT_NE(find_row(key(0, 0), generation()), nullptr);
  EXPECT_NE(insert(key(0, 0)), nullptr) << "a state that is there needs no room";
}

TEST_F(QTable, OneAgentCannotTakeTheWholeTable) {
  Insert result = Insert::kInserted;
  uint32_t inserted = 0;
  while (inserted < 2 * small_capacities().states &&
         insert_row(key(3, inserted), generation(), &result) != nullptr) {
    ++inserted;
  }
  EXPECT_EQ(result, Insert::kQuota);
  EXPECT_LT(inserted, small_capacities().states);
  EXPECT_FALSE(has_room(3, generation()));
  EXPECT_TRUE(has_room(4, generation()));
  EXPECT_NE(insert(key(4, 0)), nullptr);
}

// Rows are probed for so far and no farther.
TEST_F(QTable, AStateWhoseNeighbourhoodIsTakenHasNoRow) {
  const uint64_t mine = key(0, 0);
  for (uint64_t i = 0; i < generation().row_count(); ++i) {
    generation().rows()[i].key.store(key(1, 1));
  }
  EXPECT_EQ(find_row(mine, generation()), nullptr);
  Insert result = Insert::kInserted;
  EXPECT_EQ(insert_row(mine, generation(), &result), nullptr);
  EXPECT_EQ(result, Insert::kTableFull);
  const Place place = place_of(mine, generation());
  generation().main_rows()[(place.home + kProbeLimit) & generation().main_mask()].key.store(0);
  EXPECT_EQ(insert_row(mine, generation(), &result), nullptr);
  generation().main_rows()[(place.home + kProbeLimit - 1) & generation().main_mask()].key.store(0);
  EXPECT_NE(insert_row(mine, generation(), &result), nullptr);
  EXPECT_EQ(result, Insert::kInserted);
}

TEST_F(QTable, TheBestValueIsThatOfTheVariantsAskedFor) {
  const auto learn = [&](uint32_t variant, float q, uint32_t visits) {
    Row* const row = insert(StateKey::with_segment(key(0, 0), variant / kRowVariants));
    row->cells[variant % kRowVariants].store(QCell{q, visits}.pack());
  };
  EXPECT_EQ(best_value(key(0, 0), 8, ~0ULL, generation()), 0.0F) << "never seen";
  learn(1, -0.5F, 3);
  EXPECT_EQ(best_value(key(0, 0), 8, ~0ULL, generation()), -0.5F);
  learn(7, 0.75F, 1);
  EXPECT_EQ(best_value(key(0, 0), 8, ~0ULL, generation()), 0.75F);
  EXPECT_EQ(best_value(key(0, 0), 7, ~0ULL, generation()), -0.5F) << "not among the first";
  EXPECT_EQ(best_value(key(0, 0), 8, 0b0111'1111, generation()), -0.5F) << "masked";
  learn(2, 2 * kLargestValue, 5);
  EXPECT_EQ(best_value(key(0, 0), 8, ~0ULL, generation()), 0.75F) << "out of range";
}

TEST(QCellUpdate, AveragesTheFirstTargetsAndThenFollowsByTheStep) {
  Word cell{0};
  const float targets[] = {1.0F, 0.0F, 0.5F, 1.0F};
  float sum = 0;
  for (uint32_t i = 0; i < 4; ++i) {
    sum += targets[i];
    const CellUpdate update = update_cell(cell, targets[i], 0.1F);
    EXPECT_EQ(update.visits, i + 1);
    EXPECT_FLOAT_EQ(update.after, sum / static_cast<float>(i + 1));
    EXPECT_EQ(QCell::unpack(cell.load()).q, update.after);
  }
  cell = QCell{0.5F, 1'000}.pack();
  EXPECT_FLOAT_EQ(update_cell(cell, 1.0F, 0.1F).after, 0.55F);
}

TEST(QCellUpdate, TellsWhatWasThereBefore) {
  Word cell{QCell{0.25F, 7}.pack()};
  const CellUpdate update = update_cell(cell, 1.0F, 0.5F);
  EXPECT_EQ(update.before, 0.25F);
  EXPECT_EQ(update.visits, 8U);
  EXPECT_EQ(QCell::unpack(cell.load()).visits, 8U);
}

// The nth target is replaced after all of them were learned, by what it has in the value.
TEST(QCellUpdate, IsPutRightAsIfAWrongTargetHadBeenRightAtOnce) {
  for (const float step : {0.02F, 0.1F, 0.3F, 1.0F}) {
    for (const uint32_t count : {1U, 5U, 20U, 120U}) {
      for (uint32_t wrong = 1; wrong <= count; wrong += 3) {
        Word with{0};
        Word without{0};
        for (uint32_t n = 1; n <= count; ++n) {
          const float target = static_cast<float>(n * 7 % 5) / 5;
          update_cell(with, n == wrong ? target - 0.75F : target, step);
          update_cell(without, target, step);
        }
        const CellUpdate put_right = correct_cell(with, 0.75F, wrong, step);
        EXPECT_EQ(put_right.visits, count);
        EXPECT_NEAR(QCell::unpack(with.load()).q, QCell::unpack(without.load()).q, 1e-5)
            << "step " << step << ", target " << wrong << " of " << count;
      }
    }
  }
}

TEST(QCellUpdate, WhatWasNeverLearnedIsNotPutRight) {
  Word cell{0};
  correct_cell(cell, 1, 1, 0.1F);
  EXPECT_EQ(cell.load(), 0U);
}

TEST(QCellUpdate, WhatWasNeverLearnedIsNotMoved) {
  Word cell{0};
  EXPECT_EQ(move_cell(cell, 1, 0.5F).visits, 0U);
  EXPECT_EQ(cell.load(), 0U);
  cell = QCell{0.5F, 9}.pack();
  EXPECT_EQ(move_cell(cell, 1, 0.5F).after, 0.75F);
  EXPECT_EQ(QCell::unpack(cell.load()).visits, 9U);
}

TEST(QCellUpdate, WhatIsOutOfRangeIsLearnedAnew) {
  for (const float damaged : {2 * kLargestValue, -std::numeric_limits<float>::infinity(),
                              std::numeric_limits<float>::quiet_NaN()}) {
    Word cell{QCell{damaged, 1'000}.pack()};
    const CellUpdate update = update_cell(cell, 0.25F, 0.1F);
    EXPECT_EQ(update.after, 0.25F);
    EXPECT_EQ(update.visits, 1U);
  }
}

TEST(QCellUpdate, CountsNoFartherThanItsWordHolds) {
  Word cell{QCell{0, UINT32_MAX}.pack()};
  EXPECT_EQ(update_cell(cell, 1, 0.25F).visits, UINT32_MAX);
  EXPECT_EQ(QCell::unpack(cell.load()).q, 0.25F);
}

TEST(QCellUpdate, NeverLeavesTheRangeOfItsTargets) {
  Word cell{0};
  for (int i = 0; i < 10'000; ++i) {
    const float after = update_cell(cell, i % 2 == 0 ? -1.0F : 2.0F, 1.0F / 3).after;
    ASSERT_GE(after, -1.0F);
    ASSERT_LE(after, 2.0F);
  }
}

}  // namespace
}  // namespace remora::store
