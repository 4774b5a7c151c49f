// A snapshot taken while everybody goes on learning is sound, and holds values that were really there.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "snapshot/mutation.hpp"
#include "snapshot/restore.hpp"

namespace remora::test {
namespace {

using base::Problem;

constexpr uint32_t kTasks = 1'500;
constexpr uint32_t kWriters = 2;

// Every cell says of itself how it came to be: its value is a function of its visits. A cell of two halves
// would show.
uint64_t cell_of(uint32_t visits) { return store::QCell{static_cast<float>(visits) * 0.25F, visits}.pack(); }

class Writers : public testing::Test {
 protected:
  Writers() : learned_(capacities()) {
    agent_ = add_agent(learned_.state(), "alpha", {"a", "b", "c", "d", "e", "f", "g", "h"});
    for (uint32_t task = 0; task < kTasks; ++task) {
      name(learned_.state(), store::Kind::kTaskType, "task-" + std::to_string(task));
    }
  }

  static store::Capacities capacities() {
    store::Capacities capacities = small_capacities();
    capacities.states = 16'384;
    capacities.names = 4'096;
    return capacities;
  }

  void write_until(const std::atomic<bool>& over, uint32_t number) {
    uint64_t random = number + 1;
    while (!over.load(std::memory_order_relaxed)) {
      const store::State::Inside inside(learned_.state(), base::thread_context().number);
      for (int i = 0; i < 100; ++i) {
        random = random * 6'364'136'223'846'793'005ULL + 1'442'695'040'888'963'407ULL;
        const auto task = static_cast<uint32_t>((random >> 33) % kTasks);
        const auto variant = static_cast<uint32_t>((random >> 50) % 8);
        store::Insert result{};
        store::Row* row = store::insert_row(store::StateKey{agent_, task, 0, variant / 6}.pack(),
                                            inside.generation(), &result);
        store::Word& cell = row->cells[variant % 6];
        uint64_t seen = cell.load();
        while (!cell.compare_exchange_weak(seen, cell_of(store::QCell::unpack(seen).visits + 1))) {
        }
      }
    }
  }

  // Names come up meanwhile, too.
  void name_until(const std::atomic<bool>& over) {
    for (int i = 0; i < 400 && !over.load(std::memory_order_relaxed); ++i) {
      base::ByteLock lock;
      Problem problem;
      if (!base::ok(lock.lock_for(learned_.state().locks(), store::kStructureLock, base::kNanosPerSecond,
                                  problem))) {
        continue;
      }
      const std::string text = "late-" + std::to_string(i);
      const uint32_t late =
          add_agent(learned_.state(), "agent-" + std::to_string(i % 10), {"x", "v" + std::to_string(i % 7)});
      const uint32_t task = name(learned_.state(), store::Kind::kTaskType, text);
      learned_.learn_value({late, task, label_set(learned_.state(), {text}), 0}, 0, {0.25F, 1, 1});
    }
  }

  LearnedState learned_;
  uint32_t agent_ = 0;
};

TEST_F(Writers, SnapshotsTakenMeanwhileAreSound) {
  std::atomic<bool> over{false};
  std::vector<std::thread> threads;
  for (uint32_t number = 0; number < kWriters; ++number) {
    threads.emplace_back([this, &over, number] { write_until(over, number); });
  }
  threads.emplace_back([this, &over] { name_until(over); });
  uint64_t visits_before = 0;
  for (int round = 0; round < 25; ++round) {
    const snapshot::Info info = learned_.take();
    const Bytes bytes(learned_.folder().read(LearnedState::path_of(info)));
    snapshot::Contents contents;
    Problem problem;
    ASSERT_TRUE(is_ok(snapshot::verify(bytes.all(), learned_.history(), &contents, problem), problem));
    expect_harmless(contents, learned_.history());
    for (const auto& chunk : contents.chunks) {
      for (const remora_snapshot::Row& row : chunk) {
        const remora_snapshot::Cell* cells[6];
        snapshot::cells_of(row, cells);
        for (const auto* cell : cells) {
          ASSERT_EQ(cell->q_value(), static_cast<float>(cell->visits()) * 0.25F);
        }
      }
    }
    ASSERT_GE(info.visits, visits_before);
    visits_before = info.visits;
  }
  over.store(true);
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_GT(visits_before, 0u);
}

TEST_F(Writers, RestoringMeanwhileLeavesEveryValueWhole) {
  const std::string path = LearnedState::path_of(learned_.take());
  std::atomic<bool> over{false};
  std::vector<std::thread> threads;
  for (uint32_t number = 0; number < kWriters; ++number) {
    threads.emplace_back([this, &over, number] { write_until(over, number); });
  }
  for (int round = 0; round < 6; ++round) {
    Problem problem;
    ASSERT_TRUE(is_ok(snapshot::restore(learned_.state(), path, kSomeTime, nullptr, problem), problem));
  }
  over.store(true);
  for (std::thread& thread : threads) {
    thread.join();
  }
  for (const auto& [key, value] : values_of(learned_.state())) {
    ASSERT_EQ(value.q, static_cast<float>(value.visits) * 0.25F) << key;
  }
}

}  // namespace
}  // namespace remora::test
