// Several processes move the same learned values at once. Each writes down what it saw of every update; the
// histories together must read as if one update had been made after another: each version of a cell once and
// without a gap, none before one that had ended when it began, and every value to the bit what the same
// updates give one by one.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <vector>

#include "campaign/host.hpp"
#include "support/child_process.hpp"
#include "support/environment.hpp"
#include "support/temp_dir.hpp"

namespace remora::campaign {
namespace {

constexpr uint32_t kProcesses = 4;
constexpr uint32_t kTasks = 16;
constexpr uint32_t kVariants = 4;
constexpr uint32_t kCells = kTasks * kVariants;
constexpr uint64_t kRound = 1'000'000;  // updates between two checks: what of the history is in memory
constexpr float kLearningRate = 0.02F;  // the configuration's default

// What a process saw of one update.
struct Update {
  int64_t begin_ns, end_ns;
  float target, before, after;
  uint32_t visits;  // after it
  uint32_t cell;
};

struct Board {
  std::atomic<uint32_t> ready{0};
  std::atomic<uint32_t> refused{0};
  std::atomic<uint64_t> round{0};  // that may be run
  std::atomic<uint32_t> done{0};   // processes that are through with it
};

int64_t clock_ns() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);  // one clock for all processes
  return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}

template <class Type>
Type* shared_memory(size_t count) {
  void* memory =
      mmap(nullptr, count * sizeof(Type), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    throw std::runtime_error("no memory for the history");
  }
  return static_cast<Type*>(memory);
}

class Linearizability : public testing::Test {
 protected:
  static constexpr uint64_t kShare = kRound / kProcesses;

  // One process: its share of every round, by names.
  int work(uint32_t number, uint64_t seed, uint64_t rounds) {
    Host host(state_);
    std::mt19937_64 random(seed + number);
    const remora_id agent = host.define(kWorker, kVariantNames);
    remora_id tasks[kTasks];
    for (uint32_t t = 0; t < kTasks; ++t) {
      tasks[t] = host.intern(REMORA_KIND_TASK_TYPE, "task-" + std::to_string(t));
    }
    ++board_->ready;
    for (uint64_t round = 0; round < rounds; ++round) {
      while (board_->round.load() <= round) {
        usleep(100);
      }
      for (uint64_t i = 0; i < kShare; ++i) {
        const auto cell = static_cast<uint32_t>(random() % kCells);
        auto outcome = sized<remora_outcome>();
        auto reward = sized<remora_reward>();
        outcome.agent = agent;
        outcome.task_type = tasks[cell / kVariants];
        outcome.variant = cell % kVariants;
        outcome.success = random() % 2;
        outcome.flags = REMORA_OUTCOME_HAS_QUALITY;
        outcome.quality = static_cast<double>(random() % 1'000) / 999;
        Update& update = history_[number * kShare + i];
        update.begin_ns = clock_ns();
        const int32_t code = plugin().record_outcome(host.handle(), &outcome, &reward, host.error());
        update.end_ns = clock_ns();
        update.target = static_cast<float>(reward.target);
        update.before = static_cast<float>(reward.q_before);
        update.after = static_cast<float>(reward.q_after);
        update.visits = reward.visits;
        update.cell = cell;
        board_->refused += code != REMORA_OK || (reward.flags & 1) == 0 ? 1U : 0U;
      }
      ++board_->done;
    }
    host.close();
    return 0;
  }

  // Puts a round's updates in the order of their versions and replays them on `values`.
  void check_round() {
    std::vector<const Update*> by_cell[kCells];
    for (uint64_t i = 0; i < kRound; ++i) {
      by_cell[history_[i].cell].push_back(&history_[i]);
    }
    for (uint32_t c = 0; c < kCells; ++c) {
      auto& updates = by_cell[c];
      std::sort(updates.begin(), updates.end(),
                [](const Update* a, const Update* b) { return a->visits < b->visits; });
      int64_t latest_begin = 0;
      for (const Update* update : updates) {
        // The rule of docs/learning.md, written down a second time.
        CellState& cell = values_[c];
        const float step = std::max(kLearningRate, 1.0F / (static_cast<float>(cell.visits) + 1.0F));
        const float q = std::clamp(cell.q + step * (update->target - cell.q), -1e6F, 1e6F);
        gaps_ += update->visits != cell.visits + 1 ? 1U : 0U;
        inversions_ += update->end_ns < latest_begin ? 1U : 0U;
        inexact_ += update->before != cell.q || update->after != q ? 1U : 0U;
        latest_begin = std::max(latest_begin, update->begin_ns);
        cell = {q, cell.visits + 1};
      }
    }
  }

  // What the state holds in the end, against the replay.
  uint32_t cells_that_differ(Host& host) {
    uint32_t differ = kCells;
    const Cells cells = host.cells();
    for (uint32_t c = 0; c < kCells; ++c) {
      const CellName name{host.define(kWorker, kVariantNames),
                          host.intern(REMORA_KIND_TASK_TYPE, "task-" + std::to_string(c / kVariants)),
                          c % kVariants};
      const auto found = cells.find(name);
      differ -= found != cells.end() && static_cast<float>(found->second.q) == values_[c].q &&
                        found->second.visits == values_[c].visits
                    ? 1U
                    : 0U;
    }
    return differ;
  }

  struct CellState {
    float q = 0;
    uint32_t visits = 0;
  };

  static constexpr const char* kWorker = "agent";
  static constexpr const char* kVariantNames = "one,two,three,four";
  test::TempDir folder_;
  std::string state_ = folder_.file("state");
  Board* board_ = new (shared_memory<Board>(1)) Board;
  Update* history_ = shared_memory<Update>(kRound);
  CellState values_[kCells];
  uint64_t gaps_ = 0, inversions_ = 0, inexact_ = 0;
};

TEST_F(Linearizability, OfUpdatesByFourProcesses) {
  const uint64_t rounds = (test::number_from("REMORA_UPDATES", 10'000'000) + kRound - 1) / kRound;
  const uint64_t seed = test::printed_seed();
  Host host(state_);
  host.define(kWorker, kVariantNames);
  std::vector<std::unique_ptr<test::Child>> processes;
  for (uint32_t p = 0; p < kProcesses; ++p) {
    processes.push_back(std::make_unique<test::Child>([=, this] { return work(p, seed, rounds); }));
  }
  for (uint64_t round = 0; round < rounds; ++round) {
    while (board_->ready != kProcesses) {
      usleep(100);
    }
    board_->round = round + 1;
    while (board_->done != kProcesses * (round + 1)) {
      usleep(200);
    }
    check_round();
  }
  for (const auto& process : processes) {
    EXPECT_EQ(process->wait(), 0);
  }
  EXPECT_EQ(board_->refused, 0U);
  EXPECT_EQ(gaps_, 0U);
  EXPECT_EQ(inversions_, 0U);
  EXPECT_EQ(inexact_, 0U);
  const uint32_t differ = cells_that_differ(host);
  EXPECT_EQ(differ, 0U);
  std::printf(
      "%llu updates by %u processes: %llu version gaps, %llu real-time inversions, %llu inexact "
      "steps, %u of %u cells bit-exact\n",
      static_cast<unsigned long long>(rounds * kRound), kProcesses, static_cast<unsigned long long>(gaps_),
      static_cast<unsigned long long>(inversions_), static_cast<unsigned long long>(inexact_),
      kCells - differ, kCells);
}

}  // namespace
}  // namespace remora::campaign
