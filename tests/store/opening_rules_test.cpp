// What opening refuses before a file is made, and what it makes of a state without its values.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
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

TEST_F(OpeningRules, WhereNoOlderGenerationIsEitherAnEmptyOneServes) {
  make();
  std::filesystem::rename(folder_.file("generation-00000001.rmap"), folder_.file("away"));
  ASSERT_TRUE(test::is_ok(open(), problem_));
  ASSERT_EQ(state_->generation_in_force().number(), 2U);
  state_.reset();
  std::filesystem::remove(folder_.file("generation-00000002.rmap"));
  ASSERT_TRUE(test::is_ok(open(), problem_));
  EXPECT_EQ(state_->generation_in_force().number(), 3U);
  EXPECT_EQ(state_->lost_generation(), 2U);
}

TEST_F(OpeningRules, AHistoryThatStatesAnotherSizeIsRefusedAndLeftAsItIs) {
  make();
  std::string bytes = folder_.read("history.rmap");
  Identity identity;
  std::memcpy(&identity, bytes.data(), sizeof identity);
  identity.file_size += kPage;
  identity.checksum = identity_checksum(identity);
  std::memcpy(bytes.data(), &identity, sizeof identity);
  folder_.write("history.rmap", bytes);
  EXPECT_EQ(open(), Code::kDamaged);
  EXPECT_NE(std::string(problem_.text()).find("where its capacities need"), std::string::npos)
      << problem_.text();
  EXPECT_EQ(folder_.read("history.rmap"), bytes);
}

TEST_F(OpeningRules, AReaderHasNoPlaceAndNothingToSync) {
  make();
  rules_.read_only = true;
  ASSERT_TRUE(test::is_ok(open(), problem_));
  const std::string before = folder_.read("history.rmap");
  EXPECT_TRUE(test::is_ok(state_->sync(problem_), problem_));
  EXPECT_TRUE(test::is_ok(state_->after_fork(problem_), problem_));
  EXPECT_EQ(state_->process_count(), 0U);
  state_.reset();
  EXPECT_EQ(folder_.read("history.rmap"), before) << "nor does it call the files clean";
}

TEST_F(OpeningRules, AGenerationThatNobodyCanMapTakesNothingFromThoseWhoHaveTheOneBefore) {
  ASSERT_TRUE(test::is_ok(open(), problem_));
  ASSERT_TRUE(test::is_ok(
      Generation::create(state_->directory(), state_->history(), 2, rules_.capacities.states, problem_),
      problem_));
  ASSERT_TRUE(test::is_ok(state_->switch_generation(2, problem_), problem_));
  state_->history().control->line.generation.store(9);
  state_->retire_generations();
  EXPECT_EQ(state_->generation_in_force().number(), 2U);
  EXPECT_TRUE(folder_.has("generation-00000002.rmap"));
  state_->history().control->line.generation.store(2);
}

// Live files that lie in memory, for a folder of the number of one that is gone.
class MemoryBackedOpening : public OpeningRules {
 protected:
  void SetUp() override {
    if (access("/dev/shm", W_OK) != 0) {
      GTEST_SKIP() << "no memory-backed file system";
    }
    OpeningRules::SetUp();
    rules_.memory_backed = true;
  }
  void TearDown() override { std::filesystem::remove_all(live_); }
  // Opens once, and ends with the live folder known.
  void find_live() {
    ASSERT_TRUE(test::is_ok(open(), problem_));
    live_ = state_->live_directory().path();
    state_.reset();
  }

  std::string live_;
};

TEST_F(MemoryBackedOpening, TakesNothingButItsOwnFilesFromTheFolderOfOneThatIsGone) {
  find_live();
  std::filesystem::remove(folder_.file("live-in-memory"));
  std::ofstream(live_ + "/notes") << "somebody's";
  ASSERT_TRUE(test::is_ok(open(), problem_));
  EXPECT_TRUE(state_->created());
  EXPECT_TRUE(std::filesystem::exists(live_ + "/notes"));
}

TEST_F(MemoryBackedOpening, IsAnErrorWhereALiveFileOfAnotherStaysInTheWay) {
  find_live();
  std::filesystem::remove(folder_.file("live-in-memory"));
  std::filesystem::remove(live_ + "/history.rmap");
  std::filesystem::create_directories(live_ + "/history.rmap/x");
  EXPECT_FALSE(ok(open()));
  EXPECT_NE(std::string(problem_.text()).find("memory-backed storage"), std::string::npos) << problem_.text();
  EXPECT_FALSE(folder_.has("live-in-memory"));
}

TEST_F(MemoryBackedOpening, AReaderMakesNeitherMarkNorFolder) {
  find_live();
  std::filesystem::remove_all(live_);
  rules_.read_only = true;
  EXPECT_FALSE(ok(open())) << "marked, and gone since, as after a reboot";
  EXPECT_NE(std::string(problem_.text()).find("memory-backed storage"), std::string::npos) << problem_.text();
  std::filesystem::remove(folder_.file("live-in-memory"));
  EXPECT_EQ(open(), Code::kNotFound);
  EXPECT_FALSE(folder_.has("live-in-memory"));
  EXPECT_FALSE(std::filesystem::exists(live_));
}

TEST_F(OpeningRules, AGenerationThatIsNotThereIsNotSwitchedTo) {
  ASSERT_TRUE(test::is_ok(open(), problem_));
  EXPECT_EQ(state_->switch_generation(4, problem_), Code::kNotFound);
  EXPECT_EQ(state_->generation_in_force().number(), 1U);
}

}  // namespace
}  // namespace remora::store
