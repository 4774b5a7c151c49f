// Several processes record into one state while one after another is killed. The oracle lies outside their
// reach and is asked after every kill.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <optional>
#include <random>

#include "abi/plugin.hpp"
#include "base/clock.hpp"
#include "base/file_lock.hpp"
#include "base/file_mapping.hpp"
#include "process/storm.hpp"
#include "process/storm_oracle.hpp"
#include "store/file_names.hpp"
#include "store/history.hpp"
#include "store/history_file.hpp"
#include "store/words.hpp"
#include "support/child_process.hpp"
#include "support/environment.hpp"
#include "support/temp_dir.hpp"

namespace remora::test {
namespace {

// Kills know no disk: the page cache keeps what a dead process stored, on either kind of file.
std::filesystem::path storm_parent() {
  return access("/dev/shm", W_OK) == 0 ? "/dev/shm" : std::filesystem::temp_directory_path();
}

class KillStorm : public testing::Test {
 protected:
  void SetUp() override {
    board_ = map_board(board_path_, true);
    remora_options options = abi_test::small_options();
    options.states = 256;
    options.ledger_slots = 1U << 16;
    options.flags = REMORA_OPEN_NO_AUTO_TICK | REMORA_OPEN_NO_ENVIRONMENT;
    ASSERT_EQ(plugin().open(state_.data(), state_.size(), &options, &handle_, &error_), REMORA_OK)
        << error_.text;
    ASSERT_EQ(plugin().agent_define(handle_, "storm-agent", "one,two,three,four", nullptr, &error_),
              REMORA_OK);
    oracle_.emplace(handle_, *board_);
  }
  void TearDown() override {
    EXPECT_EQ(plugin().close(handle_, &error_), REMORA_OK) << error_.text;
    munmap(board_, sizeof(StormBoard));
  }

  static constexpr uint32_t kMostDying = 4;

  // Every second worker, program and library, is of the build in REMORA_OTHER_BUILD (such as that of another
  // compiler): two builds of one layout share the state.
  void start(uint32_t worker) {
    const bool other = other_build_ != nullptr && worker % 2 == 1;
    const std::string program =
        other ? other_build_ + std::string("/tests/storm_worker") : REMORA_STORM_WORKER;
    const std::string library =
        other ? other_build_ + std::string("/lib/libremora.so.1") : REMORA_LIBRARY_PATH;
    workers_[worker] = std::make_unique<Child>([&] {
      const std::string number = std::to_string(worker);
      execl(program.c_str(), "storm_worker", library.c_str(), state_.c_str(), board_path_.c_str(),
            number.c_str(), nullptr);
      return 126;
    });
  }

  void kill_one(std::mt19937_64& random) {
    auto victim = static_cast<uint32_t>(random() % kStormWorkers);
    const bool any = random() % 4 == 0;  // whichever, so that opening is hit too; else one that records
    for (uint32_t tried = 1; dying_[victim] || (!any && StormOracle::begun(board_->slots[victim]) == 0);
         ++tried) {
      victim = (victim + 1) % kStormWorkers;
      if (tried % kStormWorkers == 0) {
        usleep(200);
        ASSERT_NO_FATAL_FAILURE(succeed_the_dead(kMostDying));
      }
    }
    recording_ += StormOracle::begun(board_->slots[victim]) != 0 ? 1 : 0;
    killed_ns_[victim] = storm_now();
    ASSERT_EQ(::kill(workers_[victim]->pid(), SIGKILL), 0);
    setpriority(PRIO_PROCESS, static_cast<id_t>(workers_[victim]->pid()), 0);
    dying_[victim] = true;
  }

  // Asks the oracle for each that is dead and starts another in its place, until no more than so many are
  // dying.
  void succeed_the_dead(uint32_t left) {
    for (uint32_t dying = kStormWorkers; dying > left;) {
      dying = 0;
      for (uint32_t w = 0; w < kStormWorkers; ++w) {
        if (dying_[w] && workers_[w]->has_ended()) {
          oracle_->take_down_call(w, workers_[w]->pid(), killed_ns_[w]);
          ASSERT_EQ(workers_[w]->wait(), -SIGKILL);
          dying_[w] = false;
          ASSERT_NO_FATAL_FAILURE(oracle_->bury(w));
          ASSERT_NO_FATAL_FAILURE(oracle_->check_the_living());
          start(w);
        }
        dying += dying_[w] ? 1U : 0U;
      }
      if (dying > left) {
        usleep(200);
      }
    }
  }

  // Also that each ends the call that it is in: nobody is killed meanwhile, so calls that hang are timed.
  void wait_until_all_record() {
    for (uint32_t w = 0; w < kStormWorkers; ++w) {
      const StormSlot& slot = board_->slots[w];
      ASSERT_TRUE(comes_true([&] { return StormOracle::begun(slot) != 0; })) << "a worker does not come up";
      const int64_t began = slot.call_began_ns;
      ASSERT_TRUE(comes_true([&] { return began == 0 || slot.call_began_ns != began; }))
          << kStormCallNames[static_cast<uint32_t>(slot.call.load())] << " does not return";
    }
  }

  template <class Condition>
  static bool comes_true(const Condition& condition) {
    for (int i = 0; i < 60'000 && !condition(); ++i) {
      usleep(1'000);
    }
    return condition();
  }

  // Slots in the hands of a dead process once each of the dead has a successor.
  uint64_t stuck_slots() {
    base::Directory directory;
    base::Mapping mapping;
    base::LockFile locks;
    base::Problem problem;
    const base::DirectoryRules rules{
        .create = false, .allow_shared = false, .allow_network = false, .read_only = false};
    EXPECT_TRUE(base::ok(base::Directory::open(state_, rules, &directory, problem)) &&
                base::ok(store::map_history_file(directory, true, &mapping, problem)) &&
                base::ok(locks.open(directory, store::kLockFile, problem)))
        << problem.text();
    const store::History history = store::History::view(mapping);
    uint64_t stuck = 0;
    for (uint32_t i = 0; i < history.capacities.ledger_slots; ++i) {
      const auto word = store::SlotWord::unpack(history.ledger[i].word.load());
      const bool held = word.state == store::SlotState::kFilling || word.state == store::SlotState::kApplying;
      stuck += held && !locks.is_held_by_other(store::kLivenessLock + word.owner) ? 1U : 0U;
    }
    return stuck;
  }

  const char* const other_build_ = std::getenv("REMORA_OTHER_BUILD");
  TempDir folder_{storm_parent()};
  std::string state_ = folder_.file("state"), board_path_ = folder_.file("board");
  StormBoard* board_ = nullptr;
  std::unique_ptr<Child> workers_[kStormWorkers];
  bool dying_[kStormWorkers] = {};
  int64_t killed_ns_[kStormWorkers] = {};
  uint64_t handle_ = 0;
  std::optional<StormOracle> oracle_;
  uint64_t stuck_ = 0;
  uint64_t recording_ = 0;  // kills of a worker that had begun to record
  remora_error error_ = REMORA_ERROR_INIT;
};

TEST_F(KillStorm, LosesNoAcknowledgedOutcomeAndAppliesNoneTwice) {
  const auto kills = static_cast<uint32_t>(number_from("REMORA_STORM_KILLS", 300));
  std::mt19937_64 random(printed_seed());
  for (uint32_t w = 0; w < kStormWorkers; ++w) {
    start(w);
  }
  ASSERT_NO_FATAL_FAILURE(wait_until_all_record());
  const int64_t begin = base::monotonic_ns();
  for (uint32_t kill = 0; kill < kills; ++kill) {
    usleep(static_cast<useconds_t>(random() % 2'000));
    ASSERT_NO_FATAL_FAILURE(kill_one(random));
    // The next is killed while the last are dying: dying takes its turn on a processor, too.
    ASSERT_NO_FATAL_FAILURE(succeed_the_dead(kMostDying));
    if (kill % 100 == 99) {
      ASSERT_NO_FATAL_FAILURE(succeed_the_dead(0));
      ASSERT_NO_FATAL_FAILURE(wait_until_all_record());
      stuck_ += stuck_slots();
    }
  }
  ASSERT_NO_FATAL_FAILURE(succeed_the_dead(0));
  const double seconds = static_cast<double>(base::monotonic_ns() - begin) * 1e-9;
  board_->stop = 1;
  for (uint32_t w = 0; w < kStormWorkers; ++w) {
    EXPECT_EQ(workers_[w]->wait(), 0);
    ASSERT_NO_FATAL_FAILURE(oracle_->bury(w));
    EXPECT_EQ(board_->slots[w].last_error, 0);
  }
  stuck_ += stuck_slots();
  EXPECT_EQ(stuck_, 0U);
  remora_tick_report report = sized<remora_tick_report>();
  EXPECT_EQ(plugin().tick(handle_, 0, 0, &report, &error_), REMORA_OK) << error_.text;
  std::printf("%u kills (%llu amid recording) in %.1f s (%.0f/s), ", kills,
              StormOracle::as_printed(recording_), seconds, kills / seconds);
  std::printf("%llu stuck slots, ", StormOracle::as_printed(stuck_));
  oracle_->sum_up_outcomes();
  oracle_->sum_up_calls();
}

}  // namespace
}  // namespace remora::test
