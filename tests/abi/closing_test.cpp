// A handle that is closed while 64 threads are at every function of it, and one that several close at once.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <latch>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "abi/any_argument.hpp"
#include "abi/plugin.hpp"
#include "support/environment.hpp"

namespace remora::abi_test {
namespace {

constexpr size_t kThreads = 64;
constexpr size_t kClosers = 8;

using Call = std::function<int32_t(uint64_t handle)>;

// Every function of a handle but the one that closes it.
std::vector<Call> calls_on_a_handle() {
  std::vector<Call> calls;
  const auto add = [&](const std::string& name, auto function, const std::string& parameters) {
    const std::vector<std::string> names = names_of(parameters);
    if (names[0] == "handle" && name != "close") {
      calls.emplace_back([=](uint64_t handle) { return Arguments(handle, names).call(function); });
    }
  };
#define F(name, since, tag, parameters) add(#name, plugin().name, #parameters);
#include <remora/functions.def>
#undef F
  return calls;
}

struct Seen {
  std::atomic<bool> closing{false};
  std::atomic<bool> closed{false};
  std::atomic<int32_t> undefined{0};
  std::atomic<int32_t> after_closing{REMORA_E_HANDLE};
  std::atomic<uint64_t> refused_too_early{0};
};

// Calls at random until a call that began behind the close has its answer.
void call_until_closed(uint64_t handle, const std::vector<Call>& calls, uint64_t seed, std::latch& started,
                       Seen& seen) {
  std::mt19937_64 random(seed);
  for (bool first = true;; first = false) {
    const bool was_closed = seen.closed;
    const int32_t code = calls[random() % calls.size()](handle);
    if (code > REMORA_OK || code <= REMORA_STATUS_END || code == REMORA_E_INTERNAL) {
      seen.undefined = code;
    }
    if (code == REMORA_E_HANDLE && !seen.closing) {
      ++seen.refused_too_early;
    }
    if (first) {
      started.count_down();
    }
    if (was_closed) {
      seen.after_closing = code == REMORA_E_HANDLE ? seen.after_closing.load() : code;
      return;
    }
  }
}

class Closing : public WatchedPlugin {};

TEST_F(Closing, UnderSixtyFourThreadsLetsTheirCallsEndAndRefusesAllThatFollow) {
  const std::vector<Call> calls = calls_on_a_handle();
  const uint64_t seed = test::printed_seed();
  for (uint64_t round = 0; round < 2; ++round) {
    Seen seen;
    {
      std::latch started(kThreads);
      std::vector<std::jthread> threads;
      for (size_t t = 0; t < kThreads; ++t) {
        threads.emplace_back(
            [&, t] { call_until_closed(handle, calls, seed + round * kThreads + t, started, seen); });
      }
      started.wait();
      seen.closing = true;
      EXPECT_EQ(plugin().close(handle, &error), REMORA_OK) << error.text;
      seen.closed = true;
    }
    EXPECT_EQ(seen.undefined, 0);
    EXPECT_EQ(seen.refused_too_early, 0U);
    EXPECT_EQ(seen.after_closing, REMORA_E_HANDLE);
    handle = open_state();
  }
}

// Gives the answers to one handle's being closed by several threads at once.
std::vector<int32_t> close_at_once(uint64_t handle) {
  std::vector<int32_t> answers(kClosers);
  std::latch start(kClosers);
  std::vector<std::jthread> closers;
  for (int32_t& answer : answers) {
    closers.emplace_back([&] {
      start.arrive_and_wait();
      answer = plugin().close(handle, nullptr);
    });
  }
  closers.clear();
  return answers;
}

TEST_F(Closing, BySeveralThreadsAtOnceIsDoneByOne) {
  for (int round = 0; round < 200; ++round) {
    const bool last = round % 10 == 0;  // of the directory: the state itself is closed
    if (last) {
      ASSERT_EQ(plugin().close(handle, &error), REMORA_OK) << error.text;
    }
    const std::vector<int32_t> answers = close_at_once(open_state());
    EXPECT_EQ(std::count(answers.begin(), answers.end(), REMORA_OK), 1);
    EXPECT_EQ(std::count(answers.begin(), answers.end(), REMORA_E_HANDLE), kClosers - 1);
    handle = last ? open_state() : handle;
    remora_stats stats = sized<remora_stats>();
    ASSERT_EQ(plugin().stats_get(handle, &stats, &error), REMORA_OK) << error.text;
  }
}

}  // namespace
}  // namespace remora::abi_test
