// Taking a row for a key, and learning in it: two that insert, one that reads, one of them dying anywhere.
#include <gtest/gtest.h>

#include "model/small_state.hpp"
#include "store/q_table.hpp"
#include "store/recovery.hpp"

namespace remora::model {
namespace {

using store::Row;

class InsertModel : public testing::Test {
 protected:
  InsertModel() {
    // Two keys of one home, so that one has to make way for the other.
    first_ = store::StateKey{0, 1, 0, 0}.pack();
    for (uint32_t task = 2; second_ == 0; ++task) {
      const uint64_t key = store::StateKey{0, task, 0, 0}.pack();
      second_ = store::place_of(key, small_.generation()).front ==
                        store::place_of(first_, small_.generation()).front
                    ? key
                    : 0;
    }
  }

  Actor inserter(std::string name, uint64_t key, float target, bool may_crash = true) {
    return {std::move(name),
            [this, key, target] {
              store::Insert result{};
              Row* row = store::insert_row(key, small_.generation(), &result);
              require(row != nullptr, "there was room");
              store::update_cell(row->cells[0], target, 0.1F);
              ++acknowledged_;
            },
            may_crash};
  }
  // What a reader finds for a key is that key's own.
  Actor reader(uint64_t key, float target) {
    return {"reader",
            [this, key, target] {
              const Row* row = store::find_row(key, small_.generation());
              const uint64_t cell = row == nullptr ? 0 : row->cells[0].load(std::memory_order_relaxed);
              require(cell == 0 || store::QCell::unpack(cell).q == target, "a value of another state");
            },
            false};
  }

  uint64_t rows_of(uint64_t key) {
    uint64_t found = 0;
    for (uint64_t i = 0; i < small_.generation().row_count(); ++i) {
      found += small_.generation().rows()[i].key.load() == key ? 1 : 0;
    }
    return found;
  }
  uint32_t visits_of(uint64_t key) {
    const Row* row = store::find_row(key, small_.generation());
    return row == nullptr ? 0 : store::QCell::unpack(row->cells[0].load()).visits;
  }

  // `inserted` updates were begun of `keys` keys.
  void check(uint64_t keys, uint32_t begun) {
    require(rows_of(first_) <= 1 && rows_of(second_) <= 1, "a key has two rows");
    const uint32_t visits = visits_of(first_) + visits_of(second_);
    require(visits >= acknowledged_ && visits <= begun, "an acknowledged update was lost, or one made twice");
    store::recount_rows(small_.generation());
    require(small_.generation().page().rows_used.load() == rows_of(first_) + rows_of(second_),
            "a row uncounted");
    require(rows_of(first_) + rows_of(second_) <= keys, "a row too many");
    if (acknowledged_ == begun) {
      require(rows_of(first_) + rows_of(second_) == keys && visits == begun, "something is missing");
    }
  }

  Model same_key() {
    return {"insert, same key",
            [this] { acknowledged_ = 0; },
            {inserter("first", first_, 1), inserter("second", first_, 1), reader(first_, 1)},
            [this] { check(1, 2); }};
  }
  Model other_keys() {
    return {"insert, two keys of one home",
            [this] { acknowledged_ = 0; },
            {inserter("first", first_, 1), inserter("second", second_, 2), reader(second_, 2)},
            [this] { check(2, 2); }};
  }

  SmallState small_;
  uint64_t first_ = 0, second_ = 0;
  uint32_t acknowledged_ = 0;
};

TEST_F(InsertModel, GivesEachKeyOneRow) {
  EXPECT_EQ(explore(small_, same_key(), {.crash = true}).violation, "");
  EXPECT_EQ(explore(small_, other_keys(), {.crash = true}).violation, "");
  EXPECT_EQ(explore(small_, same_key(), {.order = Order::kRelaxed}).violation, "");
  EXPECT_EQ(explore(small_, other_keys(), {.order = Order::kRelaxed}).violation, "");
}

TEST_F(InsertModel, BreaksWithoutItsCompareExchange) {
  EXPECT_TRUE(is_found(small_, other_keys(), {},
                       {"a row is taken whoever has it", Break::kForce, "row.key", Kind::kCompareExchange,
                        std::memory_order_acq_rel}));
  EXPECT_TRUE(
      is_found(small_, same_key(), {},
               {"a cell is stored, not exchanged", Break::kForce, "row.cells", Kind::kCompareExchange}));
}

}  // namespace
}  // namespace remora::model
