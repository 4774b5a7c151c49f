// A directory with too little room for what a snapshot holds: the restore is refused, and what was learned
// there stays.
#include <gtest/gtest.h>

#include <memory>

#include "base/file_lock.hpp"
#include "snapshot/learned_state.hpp"
#include "snapshot/restore.hpp"

namespace remora::test {
namespace {

using base::Code;
using base::Problem;

std::string take_of(LearnedState& here) { return here.folder().file(LearnedState::path_of(here.take())); }

class NoRoom : public testing::Test {
 protected:
  // A directory with the agents of LearnedState::fill, whose variants may stand in another order.
  LearnedState& there(const store::Capacities& capacities, bool same_order = true) {
    there_ = std::make_unique<LearnedState>(capacities);
    if (same_order) {
      add_agent(there_->state(), "alpha", {"fast", "careful", "cheap"});
      add_agent(there_->state(), "beta", {"v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7"});
    } else {
      add_agent(there_->state(), "alpha", {"careful", "fast", "cheap"});
      add_agent(there_->state(), "beta", {"v7", "v6", "v5", "v4", "v3", "v2", "v1", "v0"});
    }
    return *there_;
  }
  Code restore(const std::string& path) {
    problem_.clear();
    return snapshot::restore(there_->state(), path, kSomeTime, nullptr, problem_);
  }
  void expect_full(const std::string& path, const char* says) {
    EXPECT_EQ(restore(path), Code::kFull);
    EXPECT_NE(std::string(problem_.text()).find(says), std::string::npos) << problem_.text();
    EXPECT_EQ(there_->generation(), 1U);
    EXPECT_FALSE(there_->folder().has("generation-00000002.rmap"));
  }
  void take_names(uint32_t count) {
    for (uint32_t i = 0; i < count; ++i) {
      name(there_->state(), store::Kind::kTaskType, "taken-" + std::to_string(i));
    }
  }
  void take_contexts() {
    for (uint32_t label = 1'000; label < 2'000; ++label) {
      const uint32_t one[] = {label};
      store::context_of(there_->history(), one);
    }
  }

  std::unique_ptr<LearnedState> there_;
  Problem problem_;
};

TEST_F(NoRoom, ForTheStatesOfOneAgent) {
  store::Capacities large = small_capacities();
  large.states = 1'024;
  LearnedState here(large);
  here.fill();
  for (uint32_t task = 0; task < 70; ++task) {
    const uint32_t type = name(here.state(), store::Kind::kTaskType, "task-" + std::to_string(task));
    here.learn_value({here.alpha(), type, 0, 0}, 0, {1.0F, 1, 1});
  }
  const std::string path = take_of(here);
  for (const bool same_order : {true, false}) {
    there(small_capacities(), same_order);
    expect_full(path, "more than the 64 states that one agent may have");
  }
}

// Values whose variants have other numbers here come to stand in more rows than there.
TEST_F(NoRoom, ForRowsThatOtherVariantNumbersPullApart) {
  store::Capacities large = small_capacities();
  large.names = 1'024;
  LearnedState here(large);
  constexpr uint32_t kAgents = 9;
  for (uint32_t a = 0; a < kAgents; ++a) {
    const uint32_t agent =
        add_agent(here.state(), "agent-" + std::to_string(a), {"0", "1", "2", "3", "4", "5", "6"});
    for (uint32_t task = 0; task < 28; ++task) {
      const uint32_t type = name(here.state(), store::Kind::kTaskType, "task-" + std::to_string(task));
      here.learn_value({agent, type, 0, 0}, 0, {1.0F, 1, 1});
      here.learn_value({agent, type, 0, 0}, 1, {0.5F, 1, 1});
    }
  }
  there_ = std::make_unique<LearnedState>(large);
  for (uint32_t a = 0; a < kAgents; ++a) {
    add_agent(there_->state(), "agent-" + std::to_string(a), {"6", "5", "4", "3", "2", "0", "1"});
  }
  expect_full(take_of(here), "the table here is full");
}

TEST_F(NoRoom, ForLabels) {
  LearnedState here;
  here.fill();
  there(small_capacities());
  // The last eighth of all names is kept for others than labels.
  const uint32_t left = 256 - 256 / 8 - static_cast<uint32_t>(there_->history().names_head->count.load());
  take_names(left - 1);
  expect_full(take_of(here), "\"size=large\"");
  EXPECT_EQ(store::name_count(there_->history(), store::Kind::kLabel), 1U);
}

TEST_F(NoRoom, ForNamesWhereEveryOneIsTaken) {
  LearnedState here;
  here.fill();
  const std::string path = take_of(here);
  there(small_capacities());
  take_names(256 - static_cast<uint32_t>(there_->history().names_head->count.load()));
  expect_full(path, "only half of the 0 free names");
}

TEST_F(NoRoom, ForALabelSet) {
  LearnedState here;
  here.fill();
  there(small_capacities());
  take_contexts();
  expect_full(take_of(here), "all 64 places for sets of labels are used");
}

TEST_F(NoRoom, ForAttemptsOfVariantsThatHaveOtherNumbers) {
  LearnedState here;
  here.fill();
  here.fill_attempts();
  const std::string path = take_of(here);
  there(small_capacities(), false);
  // Where the sets have their places as they are in the file, and nothing else has.
  label_set(there_->state(), {"lang=python", "size=large"});
  label_set(there_->state(), {"lang=python"}, {2, 0b101});
  take_contexts();
  expect_full(path, "no room for the attempts of agent 0");
}

TEST_F(NoRoom, IsNeededForNoNameThatNoStateUses) {
  LearnedState here;
  here.fill();
  label_set(here.state(), {"never=used"});
  name(here.state(), store::Kind::kTaskType, "never-used");
  const std::string path = take_of(here);
  there(small_capacities());
  EXPECT_TRUE(is_ok(restore(path), problem_));
  uint32_t index = 0;
  EXPECT_FALSE(store::find_name(there_->history(), store::Kind::kLabel, "never=used", &index));
  EXPECT_FALSE(store::find_name(there_->history(), store::Kind::kTaskType, "never-used", &index));
  EXPECT_EQ(values_of(there_->state()), values_of(here.state()));
}

TEST_F(NoRoom, WhileAnotherProcessChangesNames) {
  LearnedState here;
  here.fill();
  const std::string path = take_of(here);
  there(small_capacities());
  const auto other = open_state(there_->folder().path());
  base::ByteLock lock;
  ASSERT_TRUE(is_ok(lock.try_lock(other->locks(), store::kStructureLock, problem_), problem_));
  EXPECT_EQ(restore(path), Code::kBusy);
  EXPECT_EQ(there_->generation(), 1U);
  lock.unlock();
  EXPECT_TRUE(is_ok(restore(path), problem_));
}

}  // namespace
}  // namespace remora::test
