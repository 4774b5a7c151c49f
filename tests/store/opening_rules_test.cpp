// What opening refuses before a file is made, and what it makes of a state without its values.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "store/state.hpp"
#include "support/status.hpp"
#include "support/test_state.hpp"

namespace remora::store {
namespace {

using base::Code;
using base::Problem;

class OpeningRules : public testing::Test {
 protected:
  Code open() { return State::open(folder_.path(), rules_, &state_, problem_); }
  void make() {
    ASSERT_TRUE(test::is_ok(open(), problem_));
    state_.reset();
  }
  void SetUp() override { rules_.capacities = test::small_capacities(); }

  test::TempDir folder_;
  OpenRules rules_;
  std::unique_ptr<State> state_;
  Problem problem_;
};

TEST_F(OpeningRules, CapacitiesHaveRanges) {
  const std::function<void(Capacities&)> wrong[] = {
      [](Capacities& c) { c.states = 63; },
      [](Capacities& c) { c.states = (1ULL << 28) + 1; },
      [](Capacities& c) { c.ledger_slots = 1'025; },
      [](Capacities& c) { c.names = 63; },
      [](Capacities& c) { c.contexts = 96; },
      [](Capacities& c) { c.agents = 0; },
      [](Capacities& c) { c.rollouts = 256; },
      [](Capacities& c) { c.events = 65; },
      [](Capacities& c) { c.lanes = 3; },
      [](Capacities& c) { c.lane_slots = 128; },
  };
  for (const auto& change : wrong) {
    rules_.capacities = test::small_capacities();
    change(rules_.capacities);
    EXPECT_EQ(open(), Code::kInvalid);
    EXPECT_NE(std::string(problem_.text()).find("capacity"), std::string::npos) << problem_.text();
    EXPECT_FALSE(folder_.has("history.rmap"));
  }
}

TEST_F(OpeningRules, WhatMustExistIsNotMade) {
  rules_.must_exist = true;
  EXPECT_EQ(open(), Code::kNotFound);
  rules_.must_exist = false;
  rules_.read_only = true;
  EXPECT_EQ(open(), Code::kNotFound);
  EXPECT_FALSE(folder_.has("history.rmap"));
}

TEST_F(OpeningRules, AReaderIsToldWhenTheValuesAreGone) {
  make();
  std::filesystem::remove(folder_.file("generation-00000001.rmap"));
  rules_.read_only = true;
  EXPECT_EQ(open(), Code::kNotFound);
  rules_.read_only = false;
  ASSERT_TRUE(test::is_ok(open(), problem_));
  EXPECT_EQ(state_->generation_in_force().number(), 2U) << "an empty one, under a number that was never used";
}

TEST_F(OpeningRules, TheNewestGenerationThatIsWholeServes) {
  make();
  for (const char* damaged : {"generation-00000005.rmap", "generation-00000007.rmap"}) {
    folder_.write(damaged, "nothing");
  }
  ASSERT_TRUE(test::is_ok(open(), problem_));
  state_->history().control->line.generation.store(9);  // one that is not there
  state_.reset();
  ASSERT_TRUE(test::is_ok(open(), problem_));
  EXPECT_EQ(state_->generation_in_force().number(), 1U);
}

TEST_F(OpeningRules, AReaderWaitsForTheFirstGeneration) {
  make();
  ASSERT_TRUE(test::is_ok(open(), problem_));
  state_->history().control->line.generation.store(0);  // died before it was named
  state_.reset();
  rules_.read_only = true;
  EXPECT_EQ(open(), Code::kDamaged);
  rules_.read_only = false;
  EXPECT_TRUE(test::is_ok(open(), problem_));
}

TEST_F(OpeningRules, AGenerationThatIsNotThereIsNotSwitchedTo) {
  ASSERT_TRUE(test::is_ok(open(), problem_));
  EXPECT_EQ(state_->switch_generation(4, problem_), Code::kNotFound);
  EXPECT_EQ(state_->generation_in_force().number(), 1U);
}

}  // namespace
}  // namespace remora::store
