// A new state takes over what an older one learned, and leaves it to the host which variants may run.
#include "snapshot/found.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/file_lock.hpp"
#include "base/heap.hpp"
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

// What a new state has too little of; the values are not taken over then.
class FoundInASmallState : public testing::Test {
 protected:
  Code found(const store::Capacities& capacities) {
    LearnedState old;
    old.fill();
    const std::string path = old.folder().file(LearnedState::path_of(old.take()));
    LearnedState fresh(capacities);
    for (uint32_t i = 0; i < names_taken_; ++i) {
      name(fresh.state(), store::Kind::kTaskType, "taken-" + std::to_string(i));
    }
    const Code code = snapshot::found_state(fresh.state(), path, kSomeTime, nullptr, problem_);
    EXPECT_EQ(fresh.generation(), base::ok(code) ? 2U : 1U);
    return code;
  }

  uint32_t names_taken_ = 0;
  store::Capacities small_ = small_capacities();
  Problem problem_;
};

TEST_F(FoundInASmallState, NeedsANameForEachCategory) {
  small_.names = 64;
  names_taken_ = 64;
  EXPECT_EQ(found(small_), Code::kFull) << problem_.text();
}

TEST_F(FoundInASmallState, NeedsAPlaceForEachAgent) {
  small_.agents = 1;
  EXPECT_EQ(found(small_), Code::kFull) << problem_.text();
  EXPECT_NE(std::string(problem_.text()).find("beta"), std::string::npos) << problem_.text();
}

TEST_F(FoundInASmallState, NeedsRoomForEachVariant) {
  small_.variant_chunks = 1;
  EXPECT_EQ(found(small_), Code::kFull) << problem_.text();
}

TEST_F(FoundInASmallState, NeedsTheLockOfWhoeverChangesNames) {
  LearnedState old;
  old.fill();
  const std::string path = old.folder().file(LearnedState::path_of(old.take()));
  LearnedState fresh;
  const auto other = open_state(fresh.folder().path());
  base::ByteLock lock;
  ASSERT_TRUE(is_ok(lock.try_lock(other->locks(), store::kStructureLock, problem_), problem_));
  EXPECT_EQ(snapshot::found_state(fresh.state(), path, kSomeTime, nullptr, problem_), Code::kBusy);
  EXPECT_EQ(store::name_count(fresh.history(), store::Kind::kAgent), 0U);
  lock.unlock();
  EXPECT_TRUE(is_ok(snapshot::found_state(fresh.state(), path, kSomeTime, nullptr, problem_), problem_));
}

TEST_F(FoundInASmallState, NeedsMemory) {
  LearnedState old;
  old.fill();
  const std::string path = old.folder().file(LearnedState::path_of(old.take()));
  LearnedState fresh;
  int64_t count = 0;
  for (Code code = Code::kMemory; code == Code::kMemory; ++count) {
    ASSERT_LT(count, 1'000);
    base::set_allocation_failure_after(count);
    code = snapshot::found_state(fresh.state(), path, kSomeTime, nullptr, problem_);
    base::set_allocation_failure_after(-1);
    EXPECT_TRUE(base::ok(code) || code == Code::kMemory) << problem_.text();
  }
  EXPECT_GT(count, 1);
  EXPECT_EQ(values_of(fresh.state()), values_of(old.state()));
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
