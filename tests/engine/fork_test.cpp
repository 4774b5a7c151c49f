// A host that forks: its child goes on with the state it inherited, whatever threads it or its parent has.

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "engine/host.hpp"
#include "support/child_process.hpp"
#include "support/failing_system_call.hpp"

namespace remora::test {
namespace {

constexpr rlim_t kUsual = 1'024;
constexpr unsigned kHung = 60;  // seconds after which a child counts as hung

class Forks : public Host {
 protected:
  // Routes and records once; true when both worked.
  bool decides() {
    const remora_task mine = task();
    remora_decision decision = sized<remora_decision>();
    return plugin().route(handle, &mine, &decision, nullptr) == REMORA_OK &&
           plugin().record_result(handle, decision.decision_id, 1, 0, nullptr) == REMORA_OK;
  }
  static void allow_descriptors(rlim_t count) {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = std::min(count, limit.rlim_max);
    setrlimit(RLIMIT_NOFILE, &limit);
  }
};

TEST_F(Forks, ManyThreadsOfAChildMakeTheirFirstCallAtOnce) {
  constexpr int kForks = 30;
  constexpr int kThreads = 4;
  for (int i = 0; i < kForks; ++i) {
    Child child([this] {
      alarm(kHung);
      std::atomic<int> ready{0};
      std::atomic<int> failed{0};
      std::vector<std::thread> threads;
      for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&] {
          ++ready;
          while (ready < kThreads) {
          }
          failed += decides() ? 0 : 1;
        });
      }
      for (std::thread& thread : threads) {
        thread.join();
      }
      // Closing waits for calls that are inside: none may be counted there that is not.
      return failed == 0 && plugin().close(handle, nullptr) == REMORA_OK ? 0 : 1;
    });
    ASSERT_EQ(child.wait(), 0) << "fork " << i;
  }
  EXPECT_TRUE(decides());
}

TEST_F(Forks, AChildMayOpenBeforeItDoesAnythingElse) {
  Child child([this] {
    alarm(kHung);
    remora_options options = abi_test::small_options();
    options.flags = REMORA_OPEN_NO_AUTO_TICK | REMORA_OPEN_NO_ENVIRONMENT;
    const std::string path = folder.path() + "/state";
    uint64_t own = 0;
    return plugin().open(path.data(), path.size(), &options, &own, nullptr) == REMORA_OK && decides() &&
                   plugin().close(own, nullptr) == REMORA_OK && decides()
               ? 0
               : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Forks, AChildWithoutADescriptorLeftServesOnceItHasOne) {
#ifdef REMORA_ADDRESS_SANITIZER
  GTEST_SKIP() << "the sanitizer needs descriptors itself";
#endif
  Child child([this] {
    alarm(kHung);
    allow_descriptors(3);
    const remora_task mine = task();
    remora_decision decision = sized<remora_decision>();
    decision.variant = 99;
    if (plugin().route(handle, &mine, &decision, &error) != REMORA_E_STATE || error.text[0] == '\0' ||
        decision.variant != 0 || plugin().close(handle, nullptr) != REMORA_E_STATE) {
      return 1;
    }
    allow_descriptors(kUsual);
    return decides() && plugin().tick(handle, 0, 0, nullptr, nullptr) == REMORA_OK &&
                   plugin().close(handle, nullptr) == REMORA_OK
               ? 0
               : 2;
  });
  EXPECT_EQ(child.wait(), 0);
  EXPECT_TRUE(decides());
}

TEST_F(Forks, AChildWithoutADescriptorLeftMayOpenOnceItHasOne) {
#ifdef REMORA_ADDRESS_SANITIZER
  GTEST_SKIP() << "the sanitizer needs descriptors itself";
#endif
  Child child([this] {
    alarm(kHung);
    allow_descriptors(3);
    const bool decided = decides();
    allow_descriptors(kUsual);
    remora_options options = abi_test::small_options();
    options.flags = REMORA_OPEN_NO_AUTO_TICK | REMORA_OPEN_NO_ENVIRONMENT;
    const std::string path = folder.path() + "/state";
    uint64_t own = 0;
    return !decided && plugin().open(path.data(), path.size(), &options, &own, nullptr) == REMORA_OK &&
                   decides()
               ? 0
               : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Forks, AChildThatGetsNoPlaceGetsNoHandleEither) {
  Child child([this] {
    alarm(kHung);
    make_fail(SYS_fcntl, ENOLCK, ArgumentIs{1, F_OFD_SETLK});
    remora_options options = abi_test::small_options();
    options.flags = REMORA_OPEN_NO_AUTO_TICK | REMORA_OPEN_NO_ENVIRONMENT;
    const std::string path = folder.path() + "/state";
    uint64_t own = 7;
    return !decides() && plugin().open(path.data(), path.size(), &options, &own, &error) == REMORA_E_STATE &&
                   own == 0 && std::string(error.text).find("no place of its own") != std::string::npos
               ? 0
               : 1;
  });
  EXPECT_EQ(child.wait(), 0);
  EXPECT_TRUE(decides());
}

TEST_F(Forks, AThreadThatCannotBeHadIsAnErrorOfOpen) {
  ASSERT_EQ(plugin().close(handle, &error), REMORA_OK) << error.text;
  Child child([this] {
    make_fail(SYS_clone3, EAGAIN);
    make_fail(SYS_clone, EAGAIN);
    remora_options options = abi_test::small_options();
    options.flags = REMORA_OPEN_KEEPER;
    const std::string path = folder.path() + "/state";
    const int32_t code = plugin().open(path.data(), path.size(), &options, &handle, &error);
    return code == REMORA_E_MEMORY && std::string(error.text).find("keeper") != std::string::npos ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
  open();
}

// Not under AddressSanitizer: the keeper may hold a lock of clang 14's allocator at the fork.
#ifndef REMORA_ADDRESS_SANITIZER
TEST_F(Forks, AChildOfAHostWithAKeeperGoesOnWithoutIt) {
  ASSERT_EQ(plugin().close(handle, &error), REMORA_OK) << error.text;
  open(REMORA_OPEN_KEEPER | REMORA_OPEN_NO_ENVIRONMENT);
  for (int i = 0; i < 5; ++i) {
    Child child([this] {
      alarm(kHung);
      return decides() && plugin().tick(handle, 0, 0, nullptr, nullptr) == REMORA_OK &&
                     plugin().close(handle, nullptr) == REMORA_OK
                 ? 0
                 : 1;
    });
    ASSERT_EQ(child.wait(), 0) << "fork " << i;
  }
}
#endif

}  // namespace
}  // namespace remora::test
