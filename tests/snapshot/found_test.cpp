// A new state takes over what an older one learned, and leaves it to the host which variants may run.
#include "snapshot/found.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "snapshot/learned_state.hpp"
#include "snapshot/restore.hpp"

namespace remora::test {
namespace {

using base::Code;
using base::Problem;
using snapshot::Info;

TEST(FoundState, BringsBackValuesWithTheNamesThatTheyNeed) {
  LearnedState old;
  old.fill();
  const std::string path = old.folder().file(LearnedState::path_of(old.take()));
  LearnedState fresh;
  Info restored;
  Problem problem;
  ASSERT_TRUE(is_ok(snapshot::found_state(fresh.state(), path, kSomeTime, &restored, problem), problem));
  EXPECT_EQ(restored.rows, LearnedState::kRows);
  EXPECT_EQ(values_of(fresh.state()), values_of(old.state()));
  EXPECT_FALSE(fresh.folder().has("snapshots/000000000001-restore.rsnap"));
}

TEST(FoundState, VariantsAreRetiredUntilTheHostRegistersThem) {
  LearnedState old;
  old.fill();
  const std::string path = old.folder().file(LearnedState::path_of(old.take()));
  LearnedState fresh;
  Problem problem;
  ASSERT_TRUE(is_ok(snapshot::found_state(fresh.state(), path, kSomeTime, nullptr, problem), problem));
  uint32_t alpha = 0;
  ASSERT_TRUE(store::find_name(fresh.history(), store::Kind::kAgent, "alpha", &alpha));
  EXPECT_EQ(store::find_agent(fresh.history(), alpha)->live.load(), 0u);
  EXPECT_EQ(add_agent(fresh.state(), "alpha", {"careful"}), alpha);
  EXPECT_EQ(store::find_agent(fresh.history(), alpha)->live.load(), 2u);
}

TEST(FoundState, LeavesVariantsOfTheHostAsTheyAre) {
  LearnedState old;
  old.fill();
  const std::string path = old.folder().file(LearnedState::path_of(old.take()));
  LearnedState fresh;
  const uint32_t alpha = add_agent(fresh.state(), "alpha", {"cheap"});
  Problem problem;
  ASSERT_TRUE(is_ok(snapshot::found_state(fresh.state(), path, kSomeTime, nullptr, problem), problem));
  EXPECT_EQ(store::find_agent(fresh.history(), alpha)->live.load(), 1u);
  EXPECT_EQ(values_of(fresh.state()).size(), 6u);
}

TEST(FoundState, ADamagedFileAddsNoNames) {
  LearnedState old;
  old.fill();
  const std::string path = LearnedState::path_of(old.take());
  std::string bytes = old.folder().read(path);
  bytes[bytes.size() / 2] ^= 1;
  LearnedState fresh;
  fresh.folder().write("damaged.rsnap", bytes);
  Problem problem;
  EXPECT_EQ(snapshot::found_state(fresh.state(), "damaged.rsnap", kSomeTime, nullptr, problem),
            Code::kDamaged);
  EXPECT_EQ(store::name_count(fresh.history(), store::Kind::kAgent), 0u);
  EXPECT_EQ(fresh.generation(), 1u);
}

TEST(FoundState, AfterARestoreTheNewestSnapshotOfMemoryBackedStorageHoldsWhatWasRestored) {
  const TempDir folder;
  store::OpenRules rules;
  rules.capacities = small_capacities();
  rules.memory_backed = true;
  std::unique_ptr<store::State> state;
  Problem problem;
  ASSERT_TRUE(is_ok(store::State::open(folder.path(), rules, &state, problem), problem));
  const std::string live(state->live_directory().path());
  Info first;
  {
    const store::State::Inside inside(*state, 0);
    ASSERT_TRUE(is_ok(snapshot::write_snapshot(*state, inside.generation(), snapshot::Kind::kManual,
                                               kSomeTime, &first, problem),
                      problem));
  }
  ASSERT_TRUE(
      is_ok(snapshot::restore(*state, LearnedState::path_of(first), kSomeTime, nullptr, problem), problem));
  Info newest;
  ASSERT_TRUE(
      is_ok(snapshot::verify_file(*state, "snapshots/000000000003-hourly.rsnap", &newest, problem), problem));
  EXPECT_EQ(newest.generation, 2u);
  state.reset();
  std::filesystem::remove_all(live);
}

}  // namespace
}  // namespace remora::test
