// Processes that append to one file and set it aside: no line is lost, torn or doubled.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "ops/event_log.hpp"
#include "ops/log.hpp"
#include "ops/rotating_file.hpp"
#include "ops/small_state.hpp"
#include "support/child_process.hpp"
#include "support/status.hpp"
#include "support/temp_dir.hpp"

namespace remora::ops {
namespace {

using base::Code;
using base::Problem;

constexpr int kWriters = 3;
constexpr int kLines = 400;
constexpr uint64_t kMostBytes = 4'096;

std::string line(int writer, int number) {
  return "writer " + std::to_string(writer) + " line " + std::to_string(number) + " " + std::string(40, 'x') +
         "\n";
}

TEST(RotatingFileProcesses, LinesOfSeveralProcessesAllArriveWholeAcrossRotations) {
  const test::TempDir folder;
  std::vector<std::unique_ptr<test::Child>> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.push_back(std::make_unique<test::Child>([&folder, w] {
      base::Directory directory;
      Problem problem;
      if (!ok(base::Directory::open(folder.path(), {}, &directory, problem))) {
        return 1;
      }
      RotatingFile file("shared.log", false);
      const config::FileSettings settings{true, kMostBytes, 100};
      for (int i = 0; i < kLines; ++i) {
        if (!ok(file.append(directory, settings, line(w, i), problem))) {
          return 2;
        }
      }
      return 0;
    }));
  }
  for (const auto& writer : writers) {
    EXPECT_EQ(writer->wait(), 0);
  }
  std::map<std::string, int> seen;
  int files = 0;
  for (int number = 99; number >= 0; --number) {
    const std::string name = number == 0 ? "shared.log" : "shared.log." + std::to_string(number);
    if (folder.has(name)) {
      const std::string content = folder.read(name);
      if (number != 0) {
        ++files;
        EXPECT_GT(content.size() + line(kWriters, kLines).size(), kMostBytes)
            << name << " was set aside too soon";
      }
      std::istringstream stream(content);
      for (std::string text; std::getline(stream, text);) {
        ++seen[text + "\n"];
      }
    }
  }
  // No more is certain: while one sets the file aside, the others go on with it.
  EXPECT_GE(files, 1);
  EXPECT_EQ(seen.size(), static_cast<size_t>(kWriters * kLines));
  for (int w = 0; w < kWriters; ++w) {
    for (int i = 0; i < kLines; ++i) {
      ASSERT_EQ(seen[line(w, i)], 1) << line(w, i);
    }
  }
}

TEST(RotatingFileProcesses, AFileThatTheOthersOutgrewIsSetAsideByTheNextLine) {
  const test::TempDir folder;
  base::Directory directory;
  Problem problem;
  ASSERT_TRUE(test::is_ok(base::Directory::open(folder.path(), {}, &directory, problem), problem));
  const config::FileSettings settings{true, kMostBytes, 100};
  RotatingFile file("shared.log", false);
  ASSERT_TRUE(test::is_ok(file.append(directory, settings, line(0, 0), problem), problem));
  for (int round = 1; round <= 5; ++round) {
    // This writer still holds the file that the other sets aside and fills anew.
    ASSERT_EQ(test::in_child([&] {
                RotatingFile others("shared.log", false);
                const std::string much(kMostBytes - 1, 'y');
                return ok(others.append(directory, settings, much + "\n", problem)) ? 0 : 1;
              }),
              0);
    ASSERT_TRUE(test::is_ok(file.append(directory, settings, line(0, round), problem), problem));
    EXPECT_EQ(folder.read("shared.log"), line(0, round));
    EXPECT_EQ(folder.read("shared.log.1").size(), kMostBytes);
    EXPECT_EQ(folder.read("shared.log.2"), line(0, round - 1));
  }
}

// A writer is killed again and again while it appends events: what it leaves is completed by the next.
TEST(EventLogProcesses, AWriterThatIsKilledLeavesNoEventOutAndNoneTwice) {
  test::SmallState state;
  const store::History& history = state.history();
  const config::FileSettings settings{true, 1U << 20, 2};
  history.control->events_written.store(store::last_event(history));
  const uint64_t first = store::last_event(history) + 1;
  uint64_t published = 0;
  for (int round = 0; round < 100; ++round) {
    test::Child writer([&] {
      EventLog log;
      Problem problem;
      while (ok(log.append_new(history, state.directory(), settings, problem))) {
      }
      return 1;
    });
    for (int i = 0; i < 20; ++i) {  // less than the ring holds, should the writer die at once
      store::publish_event(history, state.event(store::EventKind::kStageAdvanced));
      ++published;
      base::sleep_ns(round % 5 * 20'000);
    }
    EXPECT_EQ(writer.kill(), -SIGKILL);
    EventLog survivor;
    Problem problem;
    ASSERT_TRUE(test::is_ok(survivor.append_new(history, state.directory(), settings, problem), problem));
    ASSERT_EQ(history.control->events_written.load(), first + published - 1);
  }
  uint64_t expected = first;
  std::istringstream stream(state.folder().read("events.jsonl"));
  for (std::string text; std::getline(stream, text);) {
    ASSERT_EQ(text.substr(0, 13 + std::to_string(expected).size()),
              "{\"sequence\":" + std::to_string(expected) + ",");
    ++expected;
  }
  EXPECT_EQ(expected, first + published);
}

// Not under AddressSanitizer: clang 14's allocator is not held still by fork, so a child that allocates may
// wait for ever for a lock of a thread it does not have.
#ifndef REMORA_ADDRESS_SANITIZER
TEST(LogProcesses, AForkedChildLogsThoughAThreadOfTheParentHeldTheLock) {
  const test::TempDir folder;
  base::Directory directory;
  Problem problem;
  ASSERT_TRUE(test::is_ok(base::Directory::open(folder.path(), {}, &directory, problem), problem));
  Log log(directory, {Level::kInfo, {true, 1U << 20, 2}}, false);
  std::atomic<bool> done{false};
  std::thread busy([&] {
    while (!done) {
      log.write(Level::kInfo, "parent");
    }
  });
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(test::in_child([&log] {
                alarm(20);
                log.after_fork();
                log.write(Level::kInfo, "child");
                char buffer[4'096];
                uint64_t needed = 0;
                Problem inner;
                return ok(log.drain(buffer, sizeof buffer, &needed, inner)) &&
                               std::string(buffer, needed).find("child\n") != std::string::npos
                           ? 0
                           : 1;
              }),
              0);
  }
  done = true;
  busy.join();
}
#endif

}  // namespace
}  // namespace remora::ops
