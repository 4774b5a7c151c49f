// Words that name what is not there: only a damaged file holds them, and opening puts them right.
#include "store/recovery.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "store/q_table.hpp"
#include "store/state.hpp"
#include "support/status.hpp"
#include "support/temp_dir.hpp"
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

TEST_F(RosterRepair, LeavesAnAgentWithAllVariantsThatThereCanBeAlone) {
  const uint32_t full = state_.add_agent("full", kMaxVariants);
  EXPECT_EQ(repair_roster(history()), 0U);
  EXPECT_FALSE(repair_fold_numbers(history()));
  VariantRecord& last = state_.variant(full, kMaxVariants - 1);
  last.statistics[1].tag.store(UINT64_MAX);
  EXPECT_TRUE(repair_fold_numbers(history()));
  EXPECT_EQ(last.statistics[1].tag.load(), 0U);
}

class ValueRepair : public testing::Test {
 protected:
  Row& row(uint32_t task_type) {
    Insert result{};
    return *insert_row(StateKey{1, task_type, 0, 0}.pack(), generation_, &result);
  }

  test::TestState state_;
  const Generation& generation_ = state_.state().generation_in_force();
};

TEST_F(ValueRepair, TakesWhatCannotBeAValueOrBelongsToNoState) {
  const uint64_t sound = QCell{-0.5F, 7}.pack();
  row(1).cells[0].store(sound);
  row(1).cells[5].store(QCell{2 * kLargestValue, 7}.pack());
  row(2).cells[3].store(0xFFFFFFFF);
  Row& nobodys = generation_.rows()[generation_.row_count() - 1];
  ASSERT_EQ(nobodys.key.load(), 0U);
  nobodys.cells[1].store(sound);
  EXPECT_EQ(scrub_values(generation_), 3U);
  EXPECT_EQ(scrub_values(generation_), 0U);
  EXPECT_EQ(row(1).cells[0].load(), sound);
  EXPECT_EQ(row(1).cells[5].load() | row(2).cells[3].load() | nobodys.cells[1].load(), 0U);
}

TEST_F(ValueRepair, CountsTheRowsThatAreThere) {
  row(1);
  row(2);
  generation_.page().rows_used.store(700);
  generation_.page().agent_rows[1].store(0);
  recount_rows(generation_);
  EXPECT_EQ(generation_.page().rows_used.load(), 2U);
  EXPECT_EQ(generation_.page().agent_rows[1].load(), 2U);
}

// Slots in the hands of processes: number 4 lives, all others are dead.
class SlotRepair : public testing::Test {
 protected:
  const History& history() const { return state_.history(); }
  void leave(uint64_t index, uint32_t owner, SlotState state) const {
    history().ledger[index].word.store(SlotWord{index + 1, owner, state}.pack());
    history().ledger[index].outcome_at.store(OutcomePlace{1, 0, OutcomePlace::kPositionMask}.pack());
  }
  SlotState state(uint64_t index) const {
    return SlotWord::unpack(history().ledger[index].word.load()).state;
  }
  ReclaimedSlots reclaim() {
    return reclaim_slots(
        history(),
        [](void* asked, uint32_t owner) {
          ++*static_cast<uint32_t*>(asked);
          return owner == 4;
        },
        &asked_);
  }

  test::TestState state_;
  uint32_t asked_ = 0;
};

TEST_F(SlotRepair, PutsBackWhatDeadProcessesHadAndAsksForEachOnce) {
  leave(0, 4, SlotState::kFilling);
  leave(1, 4, SlotState::kApplying);
  leave(2, 9, SlotState::kFilling);
  leave(3, 9, SlotState::kApplying);
  leave(4, 255, SlotState::kApplying);
  leave(5, 9, SlotState::kPending);
  leave(6, 9, SlotState::kWritten);
  const ReclaimedSlots found = reclaim();
  EXPECT_EQ(found.reclaimed, 3U);
  EXPECT_EQ(found.written, 1U);
  EXPECT_EQ(asked_, 3U);
  EXPECT_EQ(state(0), SlotState::kFilling);
  EXPECT_EQ(state(1), SlotState::kApplying);
  EXPECT_EQ(state(2), SlotState::kFree);
  EXPECT_EQ(state(3), SlotState::kPending);
  EXPECT_EQ(state(4), SlotState::kPending);
  EXPECT_EQ(state(5), SlotState::kPending);
  EXPECT_EQ(state(6), SlotState::kWritten);
}

TEST_F(SlotRepair, TellsOfOutcomesThatAreStillToBeJudged) {
  test::Outcome outcome(0, 0, true, 1);
  outcome.decision_id = decision_id(1, 0);
  leave(0, 9, SlotState::kApplying);
  append_outcome(history(), 0, 9, 1, outcome, &history().ledger[0].outcome_at);
  const ReclaimedSlots found = reclaim();
  EXPECT_EQ(found.reclaimed, 1U);
  EXPECT_EQ(found.written, 1U);
  EXPECT_EQ(state(0), SlotState::kWritten);
}

TEST(FirstOpening, CountsRowsAnewWhereMoreAreCountedThanMayBe) {
  test::TempDir folder;
  OpenRules rules;
  rules.capacities = test::small_capacities();
  std::unique_ptr<State> state;
  base::Problem problem;
  ASSERT_TRUE(test::is_ok(State::open(folder.path(), rules, &state, problem), problem));
  state->generation_in_force().page().rows_used.store(uint64_t{1} << 40);
  state.reset();
  ASSERT_TRUE(test::is_ok(State::open(folder.path(), rules, &state, problem), problem));
  EXPECT_EQ(state->generation_in_force().page().rows_used.load(), 0U);
}

}  // namespace
}  // namespace remora::store
