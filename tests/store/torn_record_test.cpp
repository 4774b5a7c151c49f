// What a power loss leaves of a record that was being written: every part may be there or still zero. A
// record that is not whole is dropped, with all that hangs on it; the others stay.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "store/power_loss.hpp"
#include "store/q_table.hpp"
#include "support/status.hpp"
#include "support/test_state.hpp"

namespace remora::store {
namespace {

class TornRecord : public testing::Test {
 protected:
  const History& history() const { return state_.history(); }
  uint32_t variants() const { return ChoiceWord::unpack(state_.agent(agent_).choice.load()).count; }
  void repair() const { repair_after_power_loss(history()); }

  test::TestState state_;
  uint32_t agent_ = state_.add_agent("a", 3);
};

TEST_F(TornRecord, OfNothingLeavesAll) {
  repair();
  EXPECT_EQ(variants(), 3U);
  EXPECT_EQ(agent_count(history()), 1U);
}

TEST_F(TornRecord, OfAVariantTakesThoseBehindIt) {
  state_.variant(agent_, 1).identity.store(0);
  repair();
  EXPECT_EQ(variants(), 1U);
}

TEST_F(TornRecord, OfAVariantsNameTakesIt) {
  state_.variant(agent_, 2).name[1] = '\0';
  repair();
  EXPECT_EQ(variants(), 2U);
  state_.variant(agent_, 1).name_size.store(0);
  repair();
  EXPECT_EQ(variants(), 1U);
  state_.variant(agent_, 0).name_size.store(kMaxNameBytes + 1);
  repair();
  EXPECT_EQ(variants(), 0U);
}

TEST_F(TornRecord, OfTheRoomForVariantsTakesThoseThatWereThere) {
  state_.agent(agent_).chunks[0].store(0);
  repair();
  EXPECT_EQ(variants(), 0U);
}

TEST_F(TornRecord, OfAnAgentsCategoryTakesTheAgentsWords) {
  state_.agent(agent_).identity.store(uint64_t{200} << 32 | 1);
  repair();
  EXPECT_EQ(state_.agent(agent_).choice.load(), 0U);
  EXPECT_EQ(state_.agent(agent_).live.load(), 0U);
}

struct Tear {
  const char* what;
  std::function<void(RolloutRecord&)> change;
};

class TornPlan : public testing::TestWithParam<Tear> {
 protected:
  void SetUp() override {
    base::Problem problem;
    ASSERT_TRUE(test::is_ok(add_name(state_.history(), Kind::kRollout, "plan", &number_, problem), problem));
    RolloutRecord& plan = record();
    plan.state.store(RolloutStateWord{.stage = 1, .state = 1}.pack());
    plan.started_ns = 1;
    plan.stage_count = 2;
    for (StagePlan& stage : plan.stages) {
      stage = {};
      stage.mode = 1;
      stage.share_basis_points = 10'000;
      stage.minimum_samples = 1;
      stage.maximum_drop = 0.5;
    }
    plan.identity.store(uint64_t{agent_} << 32 | (number_ + 1));
  }
  RolloutRecord& record() const { return state_.history().rollouts[number_]; }

  test::TestState state_;
  uint32_t agent_ = state_.add_agent("a", 2);
  uint32_t number_ = 0;
};

TEST_P(TornPlan, IsTakenBackAndMayBeStartedAgain) {
  repair_after_power_loss(state_.history());
  ASSERT_NE(record().identity.load(), 0U) << "a whole one stays";
  GetParam().change(record());
  repair_after_power_loss(state_.history());
  EXPECT_EQ(record().identity.load(), 0U);
}

// What was learned for states whose agent or task type has no name any more: the next that gets the number is
// another.
class UnnamedStates : public TornRecord {
 protected:
  Word& cell(uint32_t agent, uint32_t task_type) {
    Insert result{};
    Row* const row = insert_row(StateKey{agent, task_type, 0, 0}.pack(), generation_, &result);
    EXPECT_NE(row, nullptr);
    return row->cells[2];
  }
  uint32_t add_task_type(std::string_view name) {
    base::Problem problem;
    uint32_t index = 0;
    EXPECT_TRUE(test::is_ok(add_name(history(), Kind::kTaskType, name, &index, problem), problem));
    return index;
  }

  const Generation& generation_ = state_.state().generation_in_force();
};

TEST_F(UnnamedStates, LoseTheirValues) {
  const uint32_t known = add_task_type("known");
  const uint64_t value = QCell{0.5F, 3}.pack();
  for (const uint32_t agent : {agent_, agent_ + 1}) {
    for (const uint32_t task_type : {known, known + 1, StateKey::kParentTask}) {
      cell(agent, task_type).store(value);
    }
  }
  forget_unnamed(history(), generation_);
  EXPECT_EQ(cell(agent_, known).load(), value);
  EXPECT_EQ(cell(agent_, StateKey::kParentTask).load(), value) << "the agent over all its tasks";
  EXPECT_EQ(cell(agent_, known + 1).load(), 0U);
  for (const uint32_t task_type : {known, known + 1, StateKey::kParentTask}) {
    EXPECT_EQ(cell(agent_ + 1, task_type).load(), 0U);
  }
}

TEST_F(TornPlan, WithoutANameIsTakenBack) {
  NameEntry& name = state_.history().names[state_.history().names_head->count.load() - 1];
  ASSERT_EQ(std::string_view(name.text, name.size), "plan");
  name.text[0] = '\0';
  repair_after_power_loss(state_.history());
  EXPECT_EQ(record().identity.load(), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    All, TornPlan,
    testing::Values(
        Tear{"Number", [](RolloutRecord& r) { r.identity.store(r.identity.load() + 1); }},
        Tear{"Agent", [](RolloutRecord& r) { r.identity.store(r.identity.load() | uint64_t{9} << 32); }},
        Tear{"Start", [](RolloutRecord& r) { r.started_ns = 0; }},
        Tear{"NoStages", [](RolloutRecord& r) { r.stage_count = 0; }},
        Tear{"ManyStages", [](RolloutRecord& r) { r.stage_count = kMaxStages + 1; }},
        Tear{"Stage",
             [](RolloutRecord& r) { r.state.store(RolloutStateWord{.stage = 2, .state = 1}.pack()); }},
        Tear{"NoState",
             [](RolloutRecord& r) { r.state.store(RolloutStateWord{.stage = 0, .state = 0}.pack()); }},
        Tear{"State",
             [](RolloutRecord& r) { r.state.store(RolloutStateWord{.stage = 0, .state = 5}.pack()); }},
        Tear{"NoMode", [](RolloutRecord& r) { r.stages[1].mode = 0; }},
        Tear{"Mode", [](RolloutRecord& r) { r.stages[1].mode = 5; }},
        Tear{"Share", [](RolloutRecord& r) { r.stages[0].share_basis_points = 10'001; }},
        Tear{"Samples", [](RolloutRecord& r) { r.stages[1].minimum_samples = 0; }},
        Tear{"Drop", [](RolloutRecord& r) { r.stages[1].maximum_drop = 0; }},
        Tear{"Margin", [](RolloutRecord& r) { r.stages[1].margin = std::nan(""); }}),
    [](const auto& instance) { return instance.param.what; });

}  // namespace
}  // namespace remora::store
