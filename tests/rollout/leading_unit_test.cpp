#include "rollout/leading_unit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace remora::rollout {
namespace {

// Outcomes of units in a row, beside a count of each.
struct Arm {
  void add(uint32_t unit) {
    leader = LeadingUnit::unpack(leader.with(1, unit).pack());
    ++outcomes[unit];
    ++total;
  }
  uint64_t of_most() const {
    uint64_t most = 0;
    for (const auto& [unit, count] : outcomes) {
      most = std::max(most, count);
    }
    return most;
  }
  uint64_t shared() const {
    const store::Word word = leader.pack();
    return total - surplus_of(word, 1, total);
  }

  LeadingUnit leader;
  std::map<uint32_t, uint64_t> outcomes;
  uint64_t total = 0;
};

TEST(LeadingUnit, HasNoMoreVotesThanOutcomesAndNoFewerThanItsLead) {
  std::mt19937 random(20'261'126);
  for (int round = 0; round < 200; ++round) {
    Arm arm;
    const auto units = static_cast<uint32_t>(1 + random() % 6);
    // Percent of the outcomes that unit 0 has beside its share.
    const auto chatty = static_cast<uint32_t>(random() % 100);
    for (int i = 0; i < 300; ++i) {
      arm.add(random() % 100 < chatty ? 0 : static_cast<uint32_t>(random()) % units);
      ASSERT_LE(arm.leader.votes, arm.outcomes[arm.leader.unit]);
      const uint64_t others = arm.total - arm.of_most();
      ASSERT_GE(arm.leader.votes + others, arm.of_most());
      ASSERT_LE(arm.shared(), 2 * others + 1);
      ASSERT_GE(arm.shared(), others);
    }
  }
}

TEST(LeadingUnit, TakesNothingFromUnitsThatAreAlike) {
  Arm arm;
  for (uint32_t i = 0; i < 1'000; ++i) {
    arm.add(i % 99);
    ASSERT_EQ(arm.shared(), i + 1);
  }
}

TEST(LeadingUnit, CountsAnewInEachEpoch) {
  LeadingUnit leader;
  for (int i = 0; i < 10; ++i) {
    leader = leader.with(3, 7);
  }
  EXPECT_EQ(leader.votes, 10U);
  EXPECT_EQ(surplus_of(store::Word(leader.pack()), 3, 10), 9U);
  EXPECT_EQ(surplus_of(store::Word(leader.pack()), 4, 5), 0U) << "votes of another epoch say nothing";
  leader = leader.with(4, 9);
  EXPECT_EQ(leader.epoch, 4U);
  EXPECT_EQ(leader.unit, 9U);
  EXPECT_EQ(leader.votes, 1U);
}

TEST(LeadingUnit, StaysWithinItsBits) {
  LeadingUnit leader{255, kUnitMask, kUnitMask};
  leader = LeadingUnit::unpack(leader.with(255, 0xFFFFFFFF).pack());
  EXPECT_EQ(leader.epoch, 255U);
  EXPECT_EQ(leader.unit, kUnitMask);
  EXPECT_EQ(leader.votes, kUnitMask);
  EXPECT_EQ(surplus_of(store::Word(leader.pack()), 255, 100), 100U) << "more votes than outcomes are damage";
}

}  // namespace
}  // namespace remora::rollout
