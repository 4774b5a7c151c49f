// Names: added under the structure lock, read without any; a writer that dies leaves half an entry.
#include <gtest/gtest.h>

#include "model/small_state.hpp"
#include "store/names.hpp"

namespace remora::model {
namespace {

using store::Kind;

class NamesModel : public testing::Test {
 protected:
  NamesModel() {
    begin_ = [this] { told_.fill(UINT32_MAX); };
  }

  Actor adder(std::string name, std::string text, uint32_t place) {
    return {std::move(name), [this, text, place] {
              Explorer::lock(0);
              base::Problem problem;
              uint32_t index = 0;
              const bool added =
                  base::ok(store::add_name(small_.history, Kind::kLabel, text, &index, problem));
              require(added, "there was room");
              Explorer::unlock(0);
              told_[place] = index;
            }};
  }
  // Whoever finds a name finds it whole.
  Actor reader(std::string text) {
    return {"reader",
            [this, text] {
              uint32_t index = 0;
              if (store::find_name(small_.history, Kind::kLabel, text, &index)) {
                require(store::name_text(small_.history, Kind::kLabel, index) == text,
                        "a number without its name");
              }
              const uint32_t count = store::name_count(small_.history, Kind::kLabel);
              for (uint32_t i = 0; i < count; ++i) {
                require(!store::name_text(small_.history, Kind::kLabel, i).empty(), "a name without text");
              }
            },
            false};
  }
  void check(std::initializer_list<std::pair<const char*, uint32_t>> names) {
    for (const auto& [text, place] : names) {
      uint32_t index = 0;
      base::Problem problem;
      const bool added = base::ok(store::add_name(small_.history, Kind::kLabel, text, &index, problem));
      require(added && store::name_text(small_.history, Kind::kLabel, index) == text, "a name is not whole");
      require(told_[place] == UINT32_MAX || told_[place] == index, "a name has two numbers");
    }
    const uint32_t count = store::name_count(small_.history, Kind::kLabel);
    for (uint32_t i = 0; i < count; ++i) {
      for (uint32_t j = 0; j < i; ++j) {
        require(store::name_text(small_.history, Kind::kLabel, i) !=
                    store::name_text(small_.history, Kind::kLabel, j),
                "a name is there twice");
      }
    }
  }

  Model other_names() {
    return {"names, two of them",
            begin_,
            {adder("first", "alpha", 0), adder("second", "beta", 1), reader("alpha")},
            [this] {
              check({{"alpha", 0}, {"beta", 1}});
            }};
  }
  Model same_name() {
    return {"names, one twice",
            begin_,
            {adder("first", "alpha", 0), adder("second", "alpha", 1), reader("alpha")},
            [this] {
              check({{"alpha", 0}, {"alpha", 1}});
            }};
  }
  Model pair() {
    return {"names, added and read", begin_, {adder("first", "alpha", 0), reader("alpha")}, [this] {
              check({{"alpha", 0}});
            }};
  }

  SmallState small_;
  std::array<uint32_t, 2> told_{};
  std::function<void()> begin_;
};

TEST_F(NamesModel, GivesEachNameOneNumberWhoeverDies) {
  EXPECT_EQ(explore(small_, other_names(), {.crash = true}).violation, "");
  EXPECT_EQ(explore(small_, same_name(), {.crash = true}).violation, "");
  EXPECT_EQ(explore(small_, pair(), {.order = Order::kRelaxed}).violation, "");
  EXPECT_EQ(explore(small_, other_names(), {.order = Order::kRelaxed, .preemptions = bound(2)}).violation,
            "");
}

TEST_F(NamesModel, BreaksWithoutItsOrder) {
  const Options relaxed{.order = Order::kRelaxed};
  EXPECT_TRUE(is_found(small_, pair(), relaxed,
                       {"an entry is indexed without release", Break::kWeaken, "name_slot",
                        model::Kind::kStore, std::memory_order_release}));
  EXPECT_TRUE(is_found(small_, pair(), relaxed,
                       {"an index is read without acquire", Break::kWeaken, "name_slot", model::Kind::kLoad,
                        std::memory_order_acquire}));
  EXPECT_TRUE(is_found(small_, pair(), relaxed,
                       {"a kind's count is published without release", Break::kWeaken, "names.kind_count",
                        model::Kind::kStore, std::memory_order_release}));
  EXPECT_TRUE(
      is_found(small_, other_names(), {.crash = true},
               {"an entry is indexed before it counts", Break::kPostpone, "names.count", model::Kind::kStore,
                std::memory_order_release, std::memory_order_relaxed, "name_slot"}));
}

}  // namespace
}  // namespace remora::model
