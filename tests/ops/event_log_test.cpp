// events.jsonl holds every event once, whatever happens between two turns at it.
#include "ops/event_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <charconv>
#include <filesystem>
#include <string>
#include <vector>

#include "ops/event_text.hpp"
#include "ops/small_state.hpp"
#include "support/small_file_system.hpp"
#include "support/status.hpp"

namespace remora::ops {
namespace {

using base::Code;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::IsEmpty;

// Sequences of a file's lines, in their order; a line that is none counts as 0.
std::vector<uint64_t> sequences_of(const std::string& text) {
  std::vector<uint64_t> sequences;
  for (size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    uint64_t sequence = 0;
    if (text.compare(at, 12, "{\"sequence\":") == 0) {
      std::from_chars(text.data() + at + 12, text.data() + text.size(), sequence);
    }
    sequences.push_back(sequence);
    if (text.find('\n', at) == std::string::npos) {
      ADD_FAILURE() << "the last line has no line feed";
      break;
    }
  }
  return sequences;
}

class EventLogTest : public ::testing::Test {
 protected:
  EventLogTest() { cursor().store(store::last_event(state_.history())); }

  store::Word& cursor() { return state_.history().control->events_written; }
  uint64_t publish(int count = 1) {
    uint64_t sequence = 0;
    for (int i = 0; i < count; ++i) {
      sequence = store::publish_event(state_.history(), state_.event(store::EventKind::kVariantBlocked));
    }
    return sequence;
  }
  Code append(EventLog& log) {
    return log.append_new(state_.history(), state_.directory(), settings_, problem_);
  }
  std::string text() const { return state_.folder().read("events.jsonl"); }

  test::SmallState state_;
  config::FileSettings settings_{true, 8U << 20, 4};
  EventLog log_;
  base::Problem problem_;
};

TEST_F(EventLogTest, EachEventIsWrittenOnceInOrder) {
  const uint64_t first = publish(3) - 2;
  ASSERT_TRUE(test::is_ok(append(log_), problem_));
  ASSERT_TRUE(test::is_ok(append(log_), problem_));
  EXPECT_THAT(sequences_of(text()), ElementsAre(first, first + 1, first + 2));
  publish();
  ASSERT_TRUE(test::is_ok(append(log_), problem_));
  EXPECT_THAT(sequences_of(text()), ElementsAre(first, first + 1, first + 2, first + 3));
  EXPECT_EQ(cursor().load(), first + 3);
  struct stat status {};
  ASSERT_EQ(stat(state_.folder().file("events.jsonl").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
}

TEST_F(EventLogTest, WithoutEventsThereIsNoFile) {
  ASSERT_TRUE(test::is_ok(append(log_), problem_));
  EXPECT_FALSE(state_.folder().has("events.jsonl"));
}

TEST_F(EventLogTest, ProcessesTakeTurnsWithoutRepeating) {
  EventLog other;  // of another process: it has only the cursor and the file in common
  const uint64_t first = publish();
  ASSERT_TRUE(test::is_ok(append(log_), problem_));
  publish();
  ASSERT_TRUE(test::is_ok(append(other), problem_));
  publish();
  ASSERT_TRUE(test::is_ok(append(log_), problem_));
  EXPECT_THAT(sequences_of(text()), ElementsAre(first, first + 1, first + 2));
}

TEST_F(EventLogTest, WhatADeadProcessWroteBeforeItMovedTheCursorIsNotRepeated) {
  const uint64_t first = publish(3) - 2;
  ASSERT_TRUE(test::is_ok(append(log_), problem_));
  cursor().store(first - 1);
  publish();
  EventLog other;
  ASSERT_TRUE(test::is_ok(append(other), problem_));
  EXPECT_THAT(sequences_of(text()), ElementsAre(first, first + 1, first + 2, first + 3));
}

TEST_F(EventLogTest, HalfALineOfADeadProcessIsReplacedByTheWholeOne) {
  const uint64_t first = publish(2) - 1;
  ASSERT_TRUE(test::is_ok(append(log_), problem_));
  const std::string whole = text();
  for (const size_t cut :
       {size_t{1}, size_t{20}, whole.size() / 2, whole.size() / 2 + 30, whole.size() - 1}) {
    state_.folder().write("events.jsonl", whole.substr(0, cut));
    cursor().store(first - 1);
    EventLog other;
    ASSERT_TRUE(test::is_ok(append(other), problem_)) << cut;
    EXPECT_EQ(text(), whole) << cut;
  }
}

TEST_F(EventLogTest, LinesOfAnEarlierStateAreLeftAloneAndHideNothing) {
  std::string old;
  for (int i = 1; i <= 200; ++i) {
    old += "{\"sequence\":" + std::to_string(i) + ",\"kind\":\"opened\"}\n";
  }
  state_.folder().write("events.jsonl", old);
  const uint64_t first = publish(2) - 1;
  ASSERT_TRUE(test::is_ok(append(log_), problem_));
  EXPECT_EQ(text().substr(0, old.size()), old);
  EXPECT_THAT(sequences_of(text().substr(old.size())), ElementsAre(first, first + 1));
}

TEST_F(EventLogTest, LinesThatAreNoEventsAreLeftAlone) {
  state_.folder().write("events.jsonl", "a note by an operator\n");
  publish();
  ASSERT_TRUE(test::is_ok(append(log_), problem_));
  EXPECT_EQ(text().substr(0, 22), "a note by an operator\n");
  EXPECT_EQ(sequences_of(text()).size(), 2U);
}

TEST_F(EventLogTest, EventsThatTheRingLostLeaveAGap) {
  const uint64_t last = publish(test::SmallState::kEvents + 10);
  ASSERT_TRUE(test::is_ok(append(log_), problem_));
  const std::vector<uint64_t> sequences = sequences_of(text());
  EXPECT_EQ(sequences.size(), test::SmallState::kEvents);
  EXPECT_EQ(sequences.front(), last - test::SmallState::kEvents + 1);
  EXPECT_EQ(sequences.back(), last);
}

TEST_F(EventLogTest, AnEventThatIsStillBeingWrittenIsWaitedFor) {
  const uint64_t first = publish();
  const uint64_t unfinished = state_.history().control->event_head.fetch_add(1) + 1;
  publish();
  ASSERT_TRUE(test::is_ok(append(log_), problem_));
  EXPECT_THAT(sequences_of(text()), ElementsAre(first));
  EXPECT_EQ(cursor().load(), unfinished - 1);
}

TEST_F(EventLogTest, TheFileIsSetAsideAtItsSizeAndNothingIsLost) {
  settings_.max_bytes = 4'096;
  const uint64_t first = publish();
  for (int i = 0; i < 40; ++i) {
    ASSERT_TRUE(test::is_ok(append(log_), problem_));
    publish();
  }
  ASSERT_TRUE(test::is_ok(append(log_), problem_));
  std::string all;
  for (const char* name : {"events.jsonl.3", "events.jsonl.2", "events.jsonl.1", "events.jsonl"}) {
    if (state_.folder().has(name)) {
      EXPECT_LE(state_.folder().read(name).size(), 4'096U);
      all += state_.folder().read(name);
    }
  }
  const std::vector<uint64_t> sequences = sequences_of(all);
  ASSERT_EQ(sequences.size(), 41U);
  for (size_t i = 0; i < sequences.size(); ++i) {
    EXPECT_EQ(sequences[i], first + i);
  }
  EXPECT_FALSE(state_.folder().has("events.jsonl.4"));
}

TEST_F(EventLogTest, SwitchedOffItWritesNothingAndBeginsLaterWithWhatIsNew) {
  settings_.enabled = false;
  publish(5);
  ASSERT_TRUE(test::is_ok(append(log_), problem_));
  EXPECT_FALSE(state_.folder().has("events.jsonl"));
  settings_.enabled = true;
  const uint64_t next = publish();
  ASSERT_TRUE(test::is_ok(append(log_), problem_));
  EXPECT_THAT(sequences_of(text()), ElementsAre(next));
}

TEST_F(EventLogTest, AFileThatWasTakenAwayIsMadeAnew) {
  publish();
  ASSERT_TRUE(test::is_ok(append(log_), problem_));
  std::filesystem::remove(state_.folder().file("events.jsonl"));
  const uint64_t next = publish();
  ASSERT_TRUE(test::is_ok(append(log_), problem_));
  EXPECT_THAT(sequences_of(text()), ElementsAre(next));
}

TEST_F(EventLogTest, ASymbolicLinkIsRefusedAndTheCursorStays) {
  state_.folder().write("victim", "precious\n");
  std::filesystem::create_symlink("victim", state_.folder().file("events.jsonl"));
  const uint64_t before = cursor().load();
  publish();
  EXPECT_EQ(append(log_), Code::kPermission);
  EXPECT_EQ(cursor().load(), before);
  EXPECT_EQ(state_.folder().read("victim"), "precious\n");
}

TEST_F(EventLogTest, AFullDiskLosesNothing) {
  if (!test::SmallFileSystem::is_possible()) {
    GTEST_SKIP() << "needs root";
  }
  const test::SmallFileSystem disk(16'384);
  base::Directory directory;
  ASSERT_TRUE(test::is_ok(base::Directory::open(disk.path(), {}, &directory, problem_), problem_));
  disk.folder().write("filler", std::string(8'192, 'x'));
  const uint64_t first = publish();
  Code code = Code::kOk;
  int published = 1;
  while (code == Code::kOk && published < 60) {
    code = log_.append_new(state_.history(), directory, settings_, problem_);
    published += code == Code::kOk ? 1 : 0;
    publish(code == Code::kOk ? 1 : 0);
  }
  EXPECT_EQ(code, Code::kNoSpace) << problem_.text();
  const std::vector<uint64_t> before = sequences_of(disk.folder().read("events.jsonl"));
  EXPECT_EQ(cursor().load(), before.back()) << "the cursor stands behind what is in the file";
  std::filesystem::remove(disk.folder().file("filler"));
  ASSERT_TRUE(test::is_ok(log_.append_new(state_.history(), directory, settings_, problem_), problem_));
  const std::vector<uint64_t> after = sequences_of(disk.folder().read("events.jsonl"));
  ASSERT_EQ(after.size(), static_cast<size_t>(published));
  for (size_t i = 0; i < after.size(); ++i) {
    EXPECT_EQ(after[i], first + i);
  }
}

}  // namespace
}  // namespace remora::ops
