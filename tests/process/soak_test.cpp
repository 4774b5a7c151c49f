// Eight processes at everything that hosts do, with housekeeping's time running sixty times as fast: nothing
// of what they hold may grow. REMORA_SOAK_SECONDS of it (4 without), REMORA_SEED for its load.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "abi/plugin.hpp"
#include "support/child_process.hpp"
#include "support/environment.hpp"
#include "support/temp_dir.hpp"

namespace remora::test {
namespace {

using abi_test::plugin;
using abi_test::sized;

constexpr int kWorkers = 8;
constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kPace = 60;  // seconds of housekeeping's time for each that passes
constexpr long kPageKib = 4;
#ifdef REMORA_ADDRESS_SANITIZER
constexpr long kMayGrowKib = 1'048'576;  // the sanitizer keeps what was given back
#else
constexpr long kMayGrowKib = 1'024;
#endif

int64_t clock_ns(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<int64_t>(now.tv_sec) * kSecond + now.tv_nsec;
}

// Durations in order of magnitude: bucket i up to 2^i nanoseconds.
struct Durations {
  std::atomic<uint64_t> buckets[64] = {};

  void add(int64_t ns) { ++buckets[ns <= 1 ? 0 : 64 - __builtin_clzll(static_cast<uint64_t>(ns - 1))]; }
  // The bucket's upper end.
  int64_t quantile(double share) const {
    uint64_t total = 0;
    for (const auto& bucket : buckets) {
      total += bucket;
    }
    uint64_t below = 0;
    for (int i = 0; i < 63; ++i) {
      below += buckets[i];
      if (static_cast<double>(below) >= share * static_cast<double>(total)) {
        return int64_t{1} << i;
      }
    }
    return INT64_MAX;
  }
};

// Shared with the workers.
struct Board {
  std::atomic<uint32_t> stop{0};
  std::atomic<uint64_t> acknowledged{0};
  std::atomic<uint64_t> snapshots{0};
  std::atomic<uint64_t> restores{0};
  std::atomic<uint32_t> half{0};  // which half of the time it is
  Durations took[2];
};

// What a process holds.
struct Holdings {
  long resident_kib = 0;
  long descriptors = 0;
};

Holdings holdings_of(pid_t pid) {
  const std::string folder = "/proc/" + std::to_string(pid);
  Holdings held;
  long pages = 0, shared = 0;
  std::ifstream(folder + "/statm") >> pages >> held.resident_kib >> shared;
  // Pages of the mapped files are the machine's page cache, not the process's.
  held.resident_kib = (held.resident_kib - shared) * kPageKib;
  std::error_code ignored;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder + "/fd", ignored)) {
    ++held.descriptors;
  }
  return held;
}

class Soak : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(plugin().library, nullptr);
    void* shared = mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    board = new (shared) Board;
  }
  void TearDown() override { munmap(board, sizeof(Board)); }

  uint64_t open() {
    remora_options options = abi_test::small_options();
    options.flags = REMORA_OPEN_NO_AUTO_TICK | REMORA_OPEN_NO_ENVIRONMENT;
    options.ledger_slots = 65'536;
    uint64_t handle = 0;
    EXPECT_EQ(plugin().open(path.data(), path.size(), &options, &handle, &error), REMORA_OK) << error.text;
    return handle;
  }

  // One host: decides and records with pauses, now and then one of the rarer calls.
  int work(int worker, uint64_t seed) {
    const uint64_t handle = open();
    std::mt19937_64 random(seed + static_cast<uint64_t>(worker));
    const int64_t began = clock_ns(CLOCK_MONOTONIC);
    const int64_t wall = clock_ns(CLOCK_REALTIME);
    while (board->stop == 0) {
      for (int i = 0; i < 50; ++i) {
        if (!decide(handle, random)) {
          return 1;
        }
      }
      const int64_t now_ns = wall + (clock_ns(CLOCK_MONOTONIC) - began) * kPace;
      if (!operate(handle, worker, now_ns, random)) {
        return 1;
      }
      usleep(static_cast<useconds_t>(2'000 + random() % 6'000));
    }
    return plugin().close(handle, &error) == REMORA_OK ? 0 : 1;
  }

  bool decide(uint64_t handle, std::mt19937_64& random) {
    const std::string type = "type-" + std::to_string(random() % 40);
    auto decision = sized<remora_decision>();
    const int64_t begin = clock_ns(CLOCK_MONOTONIC);
    int32_t code = plugin().route_named(handle, "agent", type.c_str(), random(), &decision, &error);
    if (code == REMORA_OK) {
      code = plugin().record_result(handle, decision.decision_id, random() % 10 < 8 ? 1 : 0,
                                    static_cast<int64_t>(random() % kSecond), &error);
    }
    board->took[board->half].add(clock_ns(CLOCK_MONOTONIC) - begin);
    if (code != REMORA_OK) {
      std::fprintf(stderr, "soak: %d %s\n", code, error.text);
      return false;
    }
    ++board->acknowledged;
    return true;
  }

  bool operate(uint64_t handle, int worker, int64_t now_ns, std::mt19937_64& random) {
    auto report = sized<remora_tick_report>();
    int32_t code = plugin().tick(handle, now_ns, 0, &report, &error);
    board->snapshots += report.snapshots;
    char text[4096];
    uint64_t needed = 0;
    if (code == REMORA_OK && random() % 8 == 0) {
      plugin().metrics_text(handle, text, sizeof text, &needed, nullptr);
      plugin().log_drain(handle, text, sizeof text, &needed, nullptr);
    }
    if (code == REMORA_OK && worker == 0 && random() % 100 == 0) {
      code = restore(handle);
    }
    if (code != REMORA_OK) {
      std::fprintf(stderr, "soak: %d %s\n", code, error.text);
    }
    return code == REMORA_OK;
  }

  int32_t restore(uint64_t handle) {
    auto info = sized<remora_snapshot_info>();
    char file[512];
    uint64_t needed = 0;
    int32_t code = plugin().snapshot(handle, &info, &error);
    if (code == REMORA_OK) {
      code = plugin().snapshot_path(handle, info.sequence, file, sizeof file, &needed, &error);
    }
    if (code == REMORA_OK) {
      code = plugin().restore(handle, file, needed - 1, nullptr, &error);
    }
    board->restores += code == REMORA_OK ? 1U : 0U;
    return code;
  }

  uint64_t history_bytes() const {
    uint64_t sum = 0;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      const std::string name = entry.path().filename().string();
      sum += name.ends_with(".rmap") && name.find("history") != std::string::npos ? entry.file_size() : 0;
    }
    return sum;
  }

  TempDir folder{std::filesystem::exists("/dev/shm") ? "/dev/shm" : "/tmp"};
  std::string path = folder.path() + "/state";
  Board* board = nullptr;
  remora_error error = REMORA_ERROR_INIT;
};

TEST_F(Soak, NothingGrowsWhileEightProcessesWork) {
  const uint64_t seed = printed_seed();
  const auto seconds = static_cast<int64_t>(number_from("REMORA_SOAK_SECONDS", 4));
  const uint64_t handle = open();
  remora_id agent = 0;
  ASSERT_EQ(plugin().agent_define(handle, "agent", "one,two,three", &agent, &error), REMORA_OK) << error.text;
  for (int i = 0; i < 40; ++i) {
    const std::string type = "type-" + std::to_string(i);
    remora_id id = 0;
    ASSERT_EQ(plugin().intern(handle, REMORA_KIND_TASK_TYPE, type.data(), type.size(), &id, &error),
              REMORA_OK);
  }
  const uint64_t bytes = history_bytes();
  std::vector<std::unique_ptr<Child>> workers;
  for (int i = 0; i < kWorkers; ++i) {
    workers.push_back(std::make_unique<Child>([&] { return work(i, seed); }));
  }
  const auto wait = [&](int64_t time_ns) {
    const int64_t until = clock_ns(CLOCK_MONOTONIC) + time_ns;
    while (clock_ns(CLOCK_MONOTONIC) < until) {
      usleep(10'000);
    }
  };
  // A quarter to warm up: buffers, the first snapshot, the first restore.
  wait(seconds * kSecond / 4);
  std::vector<Holdings> before;
  for (const auto& worker : workers) {
    before.push_back(holdings_of(worker->pid()));
  }
  wait(seconds * kSecond * 3 / 8);
  board->half = 1;
  wait(seconds * kSecond * 3 / 8);
  long most_grown = 0;
  for (int i = 0; i < kWorkers; ++i) {
    const Holdings after = holdings_of(workers[static_cast<size_t>(i)]->pid());
    const Holdings& first = before[static_cast<size_t>(i)];
    most_grown = std::max(most_grown, after.resident_kib - first.resident_kib);
    // One or two are open for a moment while housekeeping writes.
    EXPECT_LE(after.descriptors, first.descriptors + 3) << "worker " << i;
  }
  EXPECT_LE(most_grown, kMayGrowKib) << "KiB";
  board->stop = 1;
  for (const auto& worker : workers) {
    EXPECT_EQ(worker->wait(), 0);
  }
  EXPECT_EQ(history_bytes(), bytes);
  auto stats = sized<remora_stats>();
  ASSERT_EQ(plugin().stats_get(handle, &stats, &error), REMORA_OK) << error.text;
  EXPECT_EQ(stats.outcomes, board->acknowledged.load());
  EXPECT_EQ(stats.pending, 0U);
  EXPECT_EQ(plugin().close(handle, &error), REMORA_OK) << error.text;
  std::printf(
      "%lld s, %llu outcomes, %llu snapshots of the schedule, %llu restores; most grown %ld KiB; "
      "route and record p99 up to %lld ns, then %lld ns\n",
      static_cast<long long>(seconds), static_cast<unsigned long long>(board->acknowledged.load()),
      static_cast<unsigned long long>(board->snapshots.load()),
      static_cast<unsigned long long>(board->restores.load()), most_grown,
      static_cast<long long>(board->took[0].quantile(0.99)),
      static_cast<long long>(board->took[1].quantile(0.99)));
}

}  // namespace
}  // namespace remora::test
