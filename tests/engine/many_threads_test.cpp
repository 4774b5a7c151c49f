// Many threads on one state: nothing is lost, nothing is counted twice.
#include <atomic>
#include <thread>
#include <vector>

#include "engine/host.hpp"

namespace remora::test {
namespace {

class ManyThreads : public Host {
 protected:
  ManyThreads() { ledger_slots = 1U << 18; }
};

TEST_F(ManyThreads, VisitsEqualTheOutcomesAcknowledged) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 2'000;
  std::atomic<uint64_t> acked{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      remora_task mine = task();
      for (int i = 0; i < kRounds; ++i) {
        remora_decision decision = sized<remora_decision>();
        if (plugin().route(handle, &mine, &decision, nullptr) == REMORA_OK &&
            plugin().record_result(handle, decision.decision_id, (i + t) % 2 == 0 ? 1 : 0, 1'000'000,
                                   nullptr) == REMORA_OK) {
          ++acked;
        }
      }
    });
  }
  std::thread housekeeping([&] {
    for (int i = 0; i < 20; ++i) {
      remora_tick_report report = sized<remora_tick_report>();
      static_cast<void>(plugin().tick(handle, 0, 0, &report, nullptr));
    }
  });
  for (std::thread& thread : threads) {
    thread.join();
  }
  housekeeping.join();
  EXPECT_EQ(acked, static_cast<uint64_t>(kThreads) * kRounds);
  EXPECT_EQ(stats().visits, acked);
  EXPECT_EQ(stats().outcomes, acked);
}

TEST_F(ManyThreads, OneDecisionReportedByAllIsCountedOnce) {
  constexpr int kThreads = 4;
  for (int round = 0; round < 200; ++round) {
    const uint64_t id = route().decision_id;
    std::atomic<int> recorded{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back(
          [&] { recorded += plugin().record_result(handle, id, 1, 0, nullptr) == REMORA_OK ? 1 : 0; });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
    ASSERT_EQ(recorded, 1);
  }
  EXPECT_EQ(stats().visits, 200U);
}

TEST_F(ManyThreads, EachNumberOfALaterReportCountsOnce) {
  constexpr uint32_t kThreads = 4;
  configure(R"({"safety": {"enabled": false}, "learning": {"join": "sum", "reward": {"success": 0.25}}})");
  for (int round = 0; round < 100; ++round) {
    const uint64_t id = route().decision_id;
    std::atomic<int> recorded{0};
    std::vector<std::thread> threads;
    for (uint32_t t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (uint32_t i = 0; i < 3; ++i) {
          remora_outcome outcome = sized<remora_outcome>();
          outcome.decision_id = id;
          outcome.success = 1;
          outcome.flags = (1 + (i + t) % 3) * REMORA_OUTCOME_REPORT;
          int32_t code = REMORA_E_BUSY;
          while (code == REMORA_E_BUSY) {
            code = plugin().record_outcome(handle, &outcome, nullptr, nullptr);
          }
          recorded += code == REMORA_OK ? 1 : 0;
        }
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
    ASSERT_EQ(recorded, 3);
  }
  EXPECT_EQ(stats().outcomes, 100U);
  remora_replay_request request = sized<remora_replay_request>();
  remora_replay_report report = sized<remora_replay_report>();
  ASSERT_EQ(plugin().replay(handle, &request, &report, &error), REMORA_OK) << error.text;
  EXPECT_EQ(report.outcomes, 100U);
  EXPECT_NEAR(report.error_before, 0, 1e-4) << "each value is the sum of its three reports";
}

TEST_F(ManyThreads, RestoringUnderLoadLosesNoCallAndLeavesOneGeneration) {
  teach(1, true, 5);
  remora_snapshot_info info = sized<remora_snapshot_info>();
  ASSERT_EQ(plugin().snapshot(handle, &info, &error), REMORA_OK) << error.text;
  char path[256];
  ASSERT_EQ(plugin().snapshot_path(handle, info.sequence, path, sizeof path, nullptr, &error), REMORA_OK);
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> failed{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      const remora_task mine = task();
      while (!stop) {
        remora_decision decision = sized<remora_decision>();
        failed += plugin().route(handle, &mine, &decision, nullptr) == REMORA_OK ? 0 : 1;
        const int32_t code = plugin().record_result(handle, decision.decision_id, 1, 0, nullptr);
        // A thread that was not run for a while finds its decision overwritten by the others.
        failed += code == REMORA_OK || code == REMORA_E_EXPIRED ? 0 : 1;
      }
    });
  }
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(plugin().restore(handle, path, std::strlen(path), nullptr, &error), REMORA_OK) << error.text;
    tick();
  }
  stop = true;
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(failed, 0U);
  EXPECT_GE(stats().generation, 11U);
}

TEST_F(ManyThreads, ClosingWaitsForCallsAndLaterOnesAreRefused) {
  for (int round = 0; round < 20; ++round) {
    std::atomic<bool> begun{false};
    std::thread caller([&] {
      const remora_task mine = task();
      for (;;) {
        remora_decision decision = sized<remora_decision>();
        begun = true;
        const int32_t code = plugin().route(handle, &mine, &decision, nullptr);
        if (code != REMORA_OK) {
          EXPECT_EQ(code, REMORA_E_HANDLE);
          return;
        }
      }
    });
    while (!begun) {
      std::this_thread::yield();
    }
    ASSERT_EQ(plugin().close(handle, &error), REMORA_OK) << error.text;
    caller.join();
    const uint64_t stale = handle;
    open();
    EXPECT_NE(stale, handle);
    EXPECT_EQ(plugin().close(stale, &error), REMORA_E_HANDLE);
  }
}

}  // namespace
}  // namespace remora::test
