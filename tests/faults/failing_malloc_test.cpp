// The shipped library, as a host loads it, runs out of the C library's memory: what it has inside (the C++
// runtime where that is linked in, RE2, FlatBuffers, spdlog) then throws within every exported function, and
// nothing thrown may leave one.
//
//   REMORA_ALLOCATION=<n>         one alone, as a failure names it
//   REMORA_ALLOCATION_EVERY=<n>   every n-th, from a random one on (by default about 300 of them; 1 = all)
#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>

#include "abi/plugin.hpp"
#include "faults/countdown.hpp"
#include "faults/interposition.hpp"
#include "faults/scenarios.hpp"
#include "faults/trial.hpp"
#include "support/environment.hpp"
#include "support/temp_dir.hpp"

namespace remora::test {
namespace {

constinit std::atomic<bool> g_counting{false};
constinit Countdown g_countdown;

bool has_memory(const void* caller) {
  if (!g_counting || !from_plugin(caller) || !g_countdown.strikes()) {
    return true;
  }
  errno = ENOMEM;
  return false;
}

}  // namespace
}  // namespace remora::test

// The names with underscores are glibc's own, which stay when these replace them.
#pragma GCC visibility push(default)
extern "C" {
void* __libc_malloc(size_t size);                      // NOLINT
void* __libc_realloc(void* old, size_t size);          // NOLINT
void* __libc_memalign(size_t alignment, size_t size);  // NOLINT
void* malloc(size_t size) {
  return remora::test::has_memory(__builtin_return_address(0)) ? __libc_malloc(size) : nullptr;
}
void* realloc(void* old, size_t size) {
  return remora::test::has_memory(__builtin_return_address(0)) ? __libc_realloc(old, size) : nullptr;
}
void* aligned_alloc(size_t alignment, size_t size) {
  return remora::test::has_memory(__builtin_return_address(0)) ? __libc_memalign(alignment, size) : nullptr;
}
}
#pragma GCC visibility pop

namespace remora::test {
namespace {

constexpr uint64_t kMostTrials = 300;

void end_shortage() { g_countdown.set(INT64_MAX, false); }
bool shortage_lasts() { return false; }

class FailingMalloc : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override { watch_plugin(reinterpret_cast<const void*>(abi_test::plugin().route)); }

  // A session in which memory fails after so many allocations; what must not be, empty when all is well.
  std::string session(int64_t after) {
    const TempDir folder(fast_folder());
    const std::string state = folder.path() + "/state";
    return finish_trial(board_, start_trial(board_, [&] {
                          Session session(abi_test::plugin(), board_,
                                          {state, kOperator.flags, kOperator.durability, end_shortage,
                                           shortage_lasts, kOperator.service});
                          g_countdown.set(after, GetParam());
                          g_counting = true;
                          kOperator.run(session);
                          calls_ = g_countdown.calls();
                          session.expect_full_service();
                          session.expect_nothing_lost(kOperator.keeps_values);
                          session.close();
                        }));
  }

  Board& board_ = *new_shared<Board>();
  std::atomic<uint64_t>& calls_ = *new_shared<std::atomic<uint64_t>>();
};

TEST_P(FailingMalloc, IsSurvivedByEveryFunction) {
  if (REMORA_RUNTIME_IS_INSIDE == 0) {
    GTEST_SKIP() << "operator new is the host's, whose failures tests of faults_memory show";
  }
  ASSERT_EQ(session(INT64_MAX), "") << "with all the memory it wants";
  const uint64_t total = calls_;
  ASSERT_GT(total, 1'000U) << "the C++ runtime that the library has inside takes memory here";
  const uint64_t only = number_from("REMORA_ALLOCATION", UINT64_MAX);
  const uint64_t every = std::max<uint64_t>(number_from("REMORA_ALLOCATION_EVERY", total / kMostTrials), 1);
  const uint64_t seed = printed_seed();
  uint64_t tried = 0;
  for (uint64_t n = 0; n < total; ++n) {
    if (only == UINT64_MAX ? n % every == seed % every : n == only) {
      ++tried;
      EXPECT_EQ(session(static_cast<int64_t>(n)), "") << "REMORA_ALLOCATION=" << n;
    }
  }
  std::printf("%llu of %llu allocations failed\n", static_cast<unsigned long long>(tried),
              static_cast<unsigned long long>(total));
}

INSTANTIATE_TEST_SUITE_P(All, FailingMalloc, testing::Bool(),
                         [](const auto& once) { return once.param ? "Once" : "FromThenOn"; });

}  // namespace
}  // namespace remora::test
