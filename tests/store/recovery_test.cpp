// Words that name what is not there: only a damaged file holds them, and opening puts them right.
#include "store/recovery.hpp"

#include <gtest/gtest.h>

#include "support/test_state.hpp"

namespace remora::store {
namespace {

class RosterRepair : public testing::Test {
 protected:
  const History& history() const { return state_.history(); }
  AgentRecord& agent() const { return history().agents[index_]; }
  ChoiceWord choice() const { return ChoiceWord::unpack(agent().choice.load()); }
  void choose(const ChoiceWord& wrong) const { agent().choice.store(wrong.pack()); }
  // A second look finds nothing: what is put right stays so.
  void expect_repaired() const {
    EXPECT_EQ(repair_roster(history()), 1U);
    EXPECT_EQ(repair_roster(history()), 0U);
  }

  test::TestState state_;
  uint32_t index_ = state_.add_agent("a", 3);
  uint32_t other_ = state_.add_agent("b", 10);
};

TEST_F(RosterRepair, LeavesWhatIsSoundAlone) {
  agent().blocked.store(2);
  agent().rollout.store(RolloutWord{.state = 1, .mode = 4, .treatment = 2, .rollout = 5}.pack());
  const uint64_t before[] = {agent().choice, agent().live, agent().blocked, agent().rollout};
  EXPECT_EQ(repair_roster(history()), 0U);
  const uint64_t after[] = {agent().choice, agent().live, agent().blocked, agent().rollout};
  EXPECT_EQ(std::vector<uint64_t>(before, before + 4), std::vector<uint64_t>(after, after + 4));
}

TEST_F(RosterRepair, CutsVariantsWithoutARecord) {
  choose({.baseline = 2, .safe = 1, .count = 40});
  agent().live.store(~0ULL);
  agent().blocked.store(~0ULL);
  expect_repaired();
  // A group of eight records belongs to the agent; of them, three were registered.
  EXPECT_EQ(choice().count, kChunkVariants);
  EXPECT_EQ(choice().baseline, 2U);
  EXPECT_EQ(choice().safe, 1U);
  EXPECT_EQ(agent().live.load(), 0xFFU);
  EXPECT_EQ(agent().blocked.load(), 0xFFU);
}

TEST_F(RosterRepair, PutsABaselineBackThatIsNoVariant) {
  choose({.baseline = 50, .safe = 60, .count = 3});
  expect_repaired();
  EXPECT_EQ(choice().baseline, 0U);
  EXPECT_EQ(choice().safe, 0U);
  EXPECT_EQ(choice().count, 3U);
}

TEST_F(RosterRepair, GivesASafeVariantThatIsNoneToTheBaseline) {
  choose({.baseline = 1, .safe = 9, .count = 3});
  expect_repaired();
  EXPECT_EQ(choice().safe, 1U);
}

TEST_F(RosterRepair, TakesLiveBitsFromVariantsThatAreNone) {
  agent().live.store(0b1111'0111);
  expect_repaired();
  EXPECT_EQ(agent().live.load(), 0b111U);
}

TEST_F(RosterRepair, TakesARolloutOffAnAgentThatCannotRunItsTreatment) {
  for (const RolloutWord& wrong : {RolloutWord{.state = 1, .mode = 4, .treatment = 33, .rollout = 5},
                                   RolloutWord{.state = 1, .mode = 4, .treatment = 1, .rollout = 200}}) {
    agent().rollout.store(wrong.pack());
    expect_repaired();
    EXPECT_EQ(agent().rollout.load(), 0U);
  }
  agent().rollout.store(RolloutWord{.state = 1, .treatment = RolloutWord::kLearned, .rollout = 5}.pack());
  EXPECT_EQ(repair_roster(history()), 0U) << "learned routing is a treatment of every agent";
}

TEST_F(RosterRepair, ChunksThatAreNoneHoldNoVariants) {
  agent().chunks[0].store(0xFFFF);
  expect_repaired();
  EXPECT_EQ(choice().count, 0U);
  EXPECT_EQ(agent().live.load(), 0U);
  EXPECT_EQ(ChoiceWord::unpack(history().agents[other_].choice.load()).count, 10U) << "another agent's";
}

}  // namespace
}  // namespace remora::store
