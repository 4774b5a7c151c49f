// A process that is killed while it writes or restores a snapshot leaves a directory that all others can use.
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "snapshot/learned_state.hpp"
#include "snapshot/restore.hpp"
#include "snapshot/retention.hpp"
#include "support/child_process.hpp"
#include "support/environment.hpp"

namespace remora::test {
namespace {

using base::Code;
using base::Problem;

constexpr int kKills = 60;

class Kill : public testing::Test {
 protected:
  Kill() {
    store::Capacities capacities = small_capacities();
    capacities.states = 4'096;
    const auto state = open_state(folder_.path(), capacities);
    const uint32_t agent = add_agent(*state, "alpha", {"a", "b"});
    const store::State::Inside inside(*state, 0);
    for (uint32_t task = 0; task < 200; ++task) {
      name(*state, store::Kind::kTaskType, "task-" + std::to_string(task));
      learn(*state, inside.generation(), {agent, task, 0, 0}, 0, {1.0F, task + 1, task});
    }
    take(*state);
    first_ = values_of(*state);
    learn(*state, inside.generation(), {agent, 0, 0, 0}, 1, {2.0F, 1, 1});
    take(*state);
    second_ = values_of(*state);
  }

  static Code take(store::State& state) {
    const store::State::Inside inside(state, 0);
    Problem problem;
    return snapshot::write_snapshot(state, inside.generation(), snapshot::Kind::kManual, kSomeTime, nullptr,
                                    problem);
  }

  // Runs `work` again and again in a process that is killed at some time, at most `longest_ns` later.
  template <typename Work>
  void kill_during(int64_t longest_ns, Work work) {
    const Signal ready;
    Child child([&] {
      const auto state = open_state(folder_.path());
      ready.send();
      for (;;) {
        work(*state);
      }
      return 0;
    });
    ready.receive();
    base::sleep_ns(std::uniform_int_distribution<int64_t>(0, longest_ns)(random_));
    child.kill();
  }

  void expect_usable() {
    const auto state = open_state(folder_.path());
    ASSERT_NE(state, nullptr);
    base::Vector<snapshot::Info> infos;
    Problem problem;
    ASSERT_TRUE(is_ok(snapshot::list_snapshots(*state, &infos, problem), problem));
    size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.file("snapshots"))) {
      files += entry.path().extension() == ".rsnap" ? 1 : 0;
    }
    EXPECT_EQ(infos.size(), files) << "a file that has its name is complete";
    for (const snapshot::Info& info : infos) {
      EXPECT_TRUE(
          is_ok(snapshot::verify_file(*state, LearnedState::path_of(info), nullptr, problem), problem));
    }
    const Values values = values_of(*state);
    EXPECT_TRUE(values == first_ || values == second_);
    EXPECT_EQ(take(*state), Code::kOk);
    snapshot::Settings few;
    few.keep_manual = 1'000;
    few.keep_restore = 1;
    EXPECT_TRUE(is_ok(snapshot::apply_retention(*state, few, nullptr, problem), problem));
  }

  TempDir folder_;
  Values first_, second_;
  std::mt19937_64 random_{printed_seed()};
};

TEST_F(Kill, WhileWritingLeavesOnlyCompleteSnapshots) {
  for (int i = 0; i < kKills; ++i) {
    kill_during(12 * base::kNanosPerMillisecond, [](store::State& state) { take(state); });
    expect_usable();
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder_.file("snapshots"))) {
    EXPECT_EQ(entry.path().extension(), ".rsnap") << "leftovers are gone";
  }
}

TEST_F(Kill, WhileRestoringLeavesTheOldValuesOrTheNew) {
  for (int i = 0; i < kKills; ++i) {
    kill_during(40 * base::kNanosPerMillisecond, [](store::State& state) {
      Problem problem;
      static_cast<void>(
          snapshot::restore(state, "snapshots/000000000001-manual.rsnap", kSomeTime, nullptr, problem));
      static_cast<void>(
          snapshot::restore(state, "snapshots/000000000002-manual.rsnap", kSomeTime, nullptr, problem));
      state.retire_generations();
    });
    expect_usable();
    if (HasFailure()) {
      FAIL() << "after kill " << i;
    }
  }
  // Whatever was left half built is used by nobody, and goes with the next switches.
  const auto state = open_state(folder_.path());
  for (int i = 0; i < 3; ++i) {
    Problem problem;
    ASSERT_TRUE(
        is_ok(snapshot::restore(*state, "snapshots/000000000001-manual.rsnap", kSomeTime, nullptr, problem),
              problem));
    state->retire_generations();
  }
  int generations = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
    generations +=
        entry.path().filename().string().starts_with("generation-") && entry.path().extension() == ".rmap"
            ? 1
            : 0;
  }
  EXPECT_LE(generations, 2);
}

}  // namespace
}  // namespace remora::test
