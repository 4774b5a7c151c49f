// A host's log function that calls the plugin back: it may call everything but remora_close, which answers
// so.
#include <gmock/gmock.h>
#include <remora/remora.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "abi/any_argument.hpp"
#include "abi/plugin.hpp"
#include "abi/session.h"

namespace remora::abi_test {
namespace {

using Inside = std::function<void()>;

class LogCallback : public WatchedPlugin {
 protected:
  static void run(void* user, int32_t, const char*, uint64_t) { (*static_cast<Inside*>(user))(); }

  // Has `inside` run by the log callback of `on`, once, within a call on it.
  void within_a_callback(uint64_t on, Inside inside) {
    int calls = 0;
    Inside counted = [&] {
      ++calls;
      inside();
    };
    ASSERT_EQ(plugin().log_callback(on, &run, &counted, 3, &error), REMORA_OK) << error.text;
    remora_control control = sized<remora_control>();
    ASSERT_EQ(plugin().control_get(on, &control, &error), REMORA_OK) << error.text;
    ASSERT_EQ(plugin().control_set(on, &control, &error), REMORA_OK) << error.text;  // logs one warning
    ASSERT_EQ(plugin().log_callback(on, nullptr, nullptr, 0, &error), REMORA_OK) << error.text;
    EXPECT_EQ(calls, 1);
  }
};

// Every function of the list, those of tomorrow included.
TEST_F(LogCallback, GetsTheAnswersThatTheHostGetsElsewhere) {
  const auto visit = [&](const std::string& name, auto function, const std::string& parameters) {
    if (name == "open" || name == "close") {
      return;
    }
    const std::vector<std::string> names = names_of(parameters);
    const int32_t outside = Arguments(handle, names).call(function);
    int32_t inside = 1;
    within_a_callback(handle, [&] { inside = Arguments(handle, names).call(function); });
    EXPECT_EQ(inside, outside) << name;
  };
#define F(name, since, tag, parameters) visit(#name, plugin().name, #parameters);
#include <remora/functions.def>
#undef F
}

TEST_F(LogCallback, MayDoAllThatASessionDoes) {
  session_failure failure{};
  failure.error = REMORA_ERROR_INIT;
  uint64_t opened = 0;
  within_a_callback(handle, [&] {
    opened = open_state("another");
    EXPECT_TRUE(session_decide(&plugin(), handle, 100, &failure) &&
                session_operate(&plugin(), handle, &failure))
        << failure.call << ": " << failure.code << " " << failure.error.text;
  });
  remora_stats stats = sized<remora_stats>();
  ASSERT_EQ(plugin().stats_get(handle, &stats, &error), REMORA_OK) << error.text;
  EXPECT_EQ(stats.outcomes, 100U);
  EXPECT_EQ(plugin().close(opened, &error), REMORA_OK) << error.text;
}

// Closing waits for the calls in flight, and the call that the callback is in is one.
TEST_F(LogCallback, MayCloseNothing) {
  const uint64_t second = open_state();
  const uint64_t elsewhere = open_state("another");
  within_a_callback(handle, [&] {
    for (const uint64_t one : {handle, second, elsewhere}) {
      EXPECT_EQ(plugin().close(one, &error), REMORA_E_STATE);
      EXPECT_THAT(error.text, testing::HasSubstr("callback"));
    }
    EXPECT_EQ(plugin().close(0, &error), REMORA_E_HANDLE) << error.text;
  });
  remora_stats stats = sized<remora_stats>();
  for (const uint64_t one : {handle, second, elsewhere}) {
    EXPECT_EQ(plugin().stats_get(one, &stats, &error), REMORA_OK) << error.text;
  }
  EXPECT_EQ(plugin().close(second, &error), REMORA_OK) << error.text;
  EXPECT_EQ(plugin().close(elsewhere, &error), REMORA_OK) << error.text;
}

TEST_F(LogCallback, LeavesAStateOfTheWrapperOpenThatItCannotClose) {
  const auto api = std::make_shared<const remora_api>(plugin());
  State state(api, open_state("another"));
  within_a_callback(state.handle(), [&] { EXPECT_EQ(state.close().code(), REMORA_E_STATE); });
  EXPECT_TRUE(state.is_open());
  EXPECT_TRUE(state.close().ok());
  EXPECT_FALSE(state.is_open());
}

TEST_F(LogCallback, OfOneDirectoryMayBeAmidThatOfAnother) {
  const uint64_t elsewhere = open_state("another");
  within_a_callback(handle, [&] {
    within_a_callback(elsewhere, [&] {
      EXPECT_EQ(plugin().close(handle, &error), REMORA_E_STATE);
      EXPECT_EQ(plugin().close(elsewhere, &error), REMORA_E_STATE);
    });
    EXPECT_EQ(plugin().close(elsewhere, &error), REMORA_E_STATE) << "still inside the first";
  });
  EXPECT_EQ(plugin().close(elsewhere, &error), REMORA_OK) << error.text;
}

// The closing thread waits until the callback is left, and that is when opening has its answer.
TEST_F(LogCallback, MayOpenWhileAnotherThreadCloses) {
  const uint64_t closing = open_state();
  std::atomic<bool> entered{false};
  int32_t closed = 1;
  std::thread closer([&] {
    while (!entered) {
      std::this_thread::yield();
    }
    closed = plugin().close(closing, nullptr);
  });
  uint64_t opened = 0;
  within_a_callback(handle, [&] {
    entered = true;
    remora_stats stats = sized<remora_stats>();
    while (plugin().stats_get(closing, &stats, nullptr) != REMORA_E_HANDLE) {
      std::this_thread::yield();
    }
    opened = open_state("another");
  });
  entered = true;  // also where the callback was never entered
  closer.join();
  EXPECT_EQ(closed, REMORA_OK);
  EXPECT_EQ(plugin().close(opened, &error), REMORA_OK) << error.text;
}

}  // namespace
}  // namespace remora::abi_test
