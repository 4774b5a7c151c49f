// Housekeeping that rides on recording: an agent waits for that call, so it does not wait for the disk.
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>
#include <vector>

#include "engine/host.hpp"
#include "support/child_process.hpp"
#include "support/failing_system_call.hpp"

namespace remora::test {
namespace {

class RecorderTicks : public Host {
 protected:
  // In a child of its own, because the system calls fail for good: opens, has `fail` break something, records
  // for as long as two syncs take, and counts the events of failed syncs.
  template <typename Fail>
  static int failed_syncs(const Fail& fail, bool host_ticks) {
    const abi_test::Folder own;
    const std::string path = own.path() + "/state";
    remora_options options = abi_test::small_options();
    options.flags = REMORA_OPEN_NO_ENVIRONMENT;
    if (host_ticks) {
      options.flags |= REMORA_OPEN_NO_AUTO_TICK;
    }
    options.sync_interval_ns = 1;
    uint64_t state = 0;
    remora_id agent = 0;
    if (plugin().open(path.data(), path.size(), &options, &state, nullptr) != REMORA_OK ||
        plugin().agent_define(state, "a", "x,y", &agent, nullptr) != REMORA_OK) {
      return 100;
    }
    fail();
    for (int i = 0; i < 4; ++i) {
      remora_outcome outcome = sized<remora_outcome>();
      outcome.agent = agent;
      outcome.success = 1;
      if (plugin().record_outcome(state, &outcome, nullptr, nullptr) != REMORA_OK) {
        return 101;
      }
      if (host_ticks) {
        plugin().tick(state, 0, 0, nullptr, nullptr);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
    }
    std::vector<remora_event> events(64, sized<remora_event>());
    uint64_t cursor = 0;
    uint32_t count = 0;
    if (plugin().events(state, &cursor, events.data(), 0, 64, &count) != REMORA_OK) {
      return 102;
    }
    int failed = 0;
    for (uint32_t i = 0; i < count; ++i) {
      failed += events[i].kind == REMORA_EVENT_SYNC_FAILED ? 1 : 0;
    }
    return failed;
  }
};

bool kernel_syncs_in_the_background() {
  uint64_t context = 0;
  const bool can = syscall(SYS_io_setup, 1, &context) == 0;
  if (can) {
    syscall(SYS_io_destroy, context);
  }
  return can;
}

TEST_F(RecorderTicks, LeaveTheWaitForTheDiskToTheKernel) {
  if (!kernel_syncs_in_the_background()) {
    GTEST_SKIP() << "not on this kernel";
  }
  Child recorder([] { return failed_syncs([] { make_fail(SYS_msync, EIO); }, false); });
  EXPECT_EQ(recorder.wait(), 0) << "a recording call waited for a sync";
}

TEST_F(RecorderTicks, WaitWhereTheKernelDoesNotDoThat) {
  Child recorder([] {
    return failed_syncs(
        [] {
          make_fail(SYS_io_setup, ENOSYS);
          make_fail(SYS_msync, EIO);
        },
        false);
  });
  EXPECT_EQ(recorder.wait(), 1) << "a failing disk is told once";
}

// Far more than the lanes hold, sooner than a tick is due: by call, by batch, and on several threads.
class Flood : public Host {
 protected:
  void SetUp() override {
    Host::SetUp();
    ASSERT_EQ(plugin().close(handle, &error), REMORA_OK) << error.text;
    open(REMORA_OPEN_NO_ENVIRONMENT);
  }
  remora_outcome outcome() const {
    remora_outcome o = sized<remora_outcome>();
    o.agent = agent;
    o.task_type = type;
    o.variant = 1;
    o.success = 1;
    return o;
  }
  uint64_t metric(const std::string& name) {
    std::string text(1 << 20, '\0');
    uint64_t needed = 0;
    EXPECT_EQ(plugin().metrics_text(handle, text.data(), text.size(), &needed, &error), REMORA_OK)
        << error.text;
    const size_t at = text.find("\n" + name + " ");
    return at == std::string::npos ? UINT64_MAX : std::stoull(text.substr(at + name.size() + 2));
  }
  uint64_t outcomes_counted() {
    tick();
    remora_variant variant = sized<remora_variant>();
    variant.agent = agent;
    variant.variant = 1;
    EXPECT_EQ(plugin().variant_info(handle, &variant, &error), REMORA_OK) << error.text;
    return variant.outcomes;
  }
};

TEST_F(Flood, OfCallsIsCountedWhole) {
  constexpr int kOutcomes = 60'000;
  teach(1, true, kOutcomes);
  EXPECT_EQ(outcomes_counted(), kOutcomes);
}

TEST_F(Flood, OfBatchesIsCountedWhole) {
  constexpr uint64_t kBatch = 5'000;
  const std::vector<remora_outcome> outcomes(kBatch, outcome());
  for (int i = 0; i < 12; ++i) {
    remora_batch batch = sized<remora_batch>();
    batch.count = kBatch;
    ASSERT_EQ(plugin().record_outcome_batch(handle, outcomes.data(), nullptr, &batch, &error), REMORA_OK)
        << error.text;
  }
  EXPECT_EQ(outcomes_counted(), 12 * kBatch);
}

// One that folds may have to wait for a processor, and others overtake it meanwhile.
TEST_F(Flood, OfSeveralThreadsIsCountedOrItIsSaidHowManyWereNot) {
  constexpr uint64_t kThreads = 4;
  constexpr uint64_t kOutcomes = 20'000;
  std::vector<std::thread> threads;
  for (uint64_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([this] {
      const remora_outcome one = outcome();
      for (uint64_t done = 0; done < kOutcomes; ++done) {
        EXPECT_EQ(plugin().record_outcome(handle, &one, nullptr, nullptr), REMORA_OK);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  const uint64_t counted = outcomes_counted();
  EXPECT_EQ(counted + metric("remora_statistics_dropped_total"), kThreads * kOutcomes);
  EXPECT_GT(counted, kThreads * 2'048) << "more than the lanes hold at once";
}

TEST_F(RecorderTicks, ATickOfTheHostsOwnWaits) {
  Child host([] { return failed_syncs([] { make_fail(SYS_msync, EIO); }, true); });
  EXPECT_EQ(host.wait(), 1);
}

}  // namespace
}  // namespace remora::test
