// The log with many threads, and in a process that forks while they are at it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "ops/log.hpp"
#include "support/status.hpp"
#include "support/temp_dir.hpp"

namespace remora::ops {
namespace {

using base::Code;
using base::Problem;

class LogThreads : public ::testing::Test {
 protected:
  LogThreads() {
    Problem problem;
    EXPECT_TRUE(test::is_ok(base::Directory::open(folder_.path(), {}, &directory_, problem), problem));
  }

  test::TempDir folder_;
  base::Directory directory_;
  config::LogSettings settings_;
  Problem problem_;
};

struct Counts {
  std::atomic<int> inside{0};
  std::atomic<int> calls{0};
  std::atomic<bool> overlapped{false};
};

void count(void* user, int32_t, const char*, uint64_t) {
  auto& counts = *static_cast<Counts*>(user);
  if (counts.inside.fetch_add(1) != 0) {
    counts.overlapped = true;
  }
  counts.calls.fetch_add(1);
  counts.inside.fetch_sub(1);
}

TEST_F(LogThreads, WritingDrainingDeliveringAndConfiguringAtOnce) {
  settings_.file = {true, 8'192, 2};
  Log log(directory_, settings_, false);
  Counts counts;
  ASSERT_TRUE(test::is_ok(log.set_callback(&count, &counts, 0, 1, problem_), problem_));
  std::atomic<bool> done{false};
  std::atomic<uint64_t> drained{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&log, t] {
      for (int i = 0; i < 500; ++i) {
        log.write(Level::kInfo, "thread %d line %d", t, i);
        log.deliver();
      }
    });
  }
  threads.emplace_back([&] {
    std::string buffer(65'536, '\0');
    Problem problem;
    while (!done) {
      uint64_t needed = 0;
      EXPECT_EQ(log.drain(buffer.data(), buffer.size(), &needed, problem), Code::kOk);
      for (uint64_t i = 0; i < needed; ++i) {
        drained += buffer[i] == '\n' ? 1U : 0U;
      }
    }
  });
  for (int i = 0; i < 50; ++i) {
    settings_.level = i % 2 == 0 ? Level::kDebug : Level::kInfo;
    log.configure(settings_);
  }
  for (int t = 0; t < 3; ++t) {
    threads[static_cast<size_t>(t)].join();
  }
  done = true;
  threads[3].join();
  EXPECT_GT(drained.load(), 0U);
  EXPECT_GT(counts.calls.load(), 0);
  EXPECT_FALSE(counts.overlapped) << "one thread is inside the callback at a time";
  EXPECT_EQ(log.failures(), 0U);
}

struct Gate {
  std::atomic<bool> entered{false}, open{false};
  std::atomic<int> calls{0};
};

void wait_at(void* user, int32_t, const char*, uint64_t) {
  auto& gate = *static_cast<Gate*>(user);
  gate.calls.fetch_add(1);
  gate.entered = true;
  while (!gate.open) {
    std::this_thread::yield();
  }
}

TEST_F(LogThreads, TakingACallbackOutWaitsUntilItIsLeft) {
  Log log(directory_, settings_, false);
  Gate gate;
  ASSERT_TRUE(test::is_ok(log.set_callback(&wait_at, &gate, 0, 1, problem_), problem_));
  log.write(Level::kInfo, "one");
  log.write(Level::kInfo, "two");
  std::thread inside([&] { log.deliver(); });
  while (!gate.entered) {
    std::this_thread::yield();
  }
  EXPECT_EQ(log.set_callback(nullptr, nullptr, 0, 0, problem_), Code::kBusy)
      << "it is still inside, and says so in time";
  std::atomic<bool> returned{false};
  std::thread remover([&] {
    Problem problem;
    while (log.set_callback(nullptr, nullptr, 0, 0, problem) == Code::kBusy) {
    }
    returned = true;
  });
  EXPECT_FALSE(returned);
  gate.open = true;
  remover.join();
  inside.join();
  EXPECT_EQ(gate.calls.load(), 1)
      << "the line that was waiting is not delivered to a function that was taken out";
}

}  // namespace
}  // namespace remora::ops
