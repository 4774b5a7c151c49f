// The log: what is kept, what is dropped, and whom it never disturbs.
#include "ops/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <vector>

#include "support/status.hpp"
#include "support/temp_dir.hpp"

namespace remora::ops {
namespace {

using base::Code;
using base::Problem;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class LogTest : public ::testing::Test {
 protected:
  LogTest() {
    Problem problem;
    EXPECT_TRUE(test::is_ok(base::Directory::open(folder_.path(), {}, &directory_, problem), problem));
  }

  static std::string drain(Log& log, uint64_t capacity = 1 << 20) {
    std::string text(capacity, '\0');
    uint64_t needed = 0;
    Problem problem;
    EXPECT_TRUE(test::is_ok(log.drain(text.data(), capacity, &needed, problem), problem));
    text.resize(needed);
    return text;
  }
  static size_t lines_in(const std::string& text) {
    return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
  }

  test::TempDir folder_;
  base::Directory directory_;
  config::LogSettings settings_;
  Problem problem_;
};

TEST_F(LogTest, LinesAreDrainedInOrderWithTimeProcessAndLevel) {
  Log log(directory_, settings_, false);
  log.write(Level::kInfo, "first %d", 1);
  log.write(Level::kError, "second %s", "2");
  const std::string text = drain(log);
  EXPECT_THAT(
      text,
      ::testing::MatchesRegex(
          "20[0-9-]+T[0-9:]+\\.[0-9]+Z [0-9]+ info: first 1\n20[0-9-]+T[0-9:.]+Z [0-9]+ error: second 2\n"));
  EXPECT_THAT(text, HasSubstr(" " + std::to_string(getpid()) + " "));
  EXPECT_THAT(drain(log), IsEmpty());
}

TEST_F(LogTest, LinesBelowTheLevelAreDropped) {
  Log log(directory_, settings_, false);
  EXPECT_FALSE(log.takes(Level::kDebug));
  log.write(Level::kDebug, "hidden");
  EXPECT_THAT(drain(log), IsEmpty());
  settings_.level = Level::kDebug;
  log.configure(settings_);
  EXPECT_TRUE(log.takes(Level::kDebug));
  log.write(Level::kDebug, "shown");
  EXPECT_THAT(drain(log), EndsWith(" debug: shown\n"));
  settings_.level = Level::kOff;
  log.configure(settings_);
  log.write(Level::kCritical, "hidden");
  EXPECT_THAT(drain(log), IsEmpty());
}

TEST_F(LogTest, TheRingKeepsTheNewestLinesAndTellsHowManyAreLost) {
  Log log(directory_, settings_, false);
  for (int i = 0; i < 300; ++i) {
    log.write(Level::kInfo, "line %d.", i);
  }
  const std::string text = drain(log);
  EXPECT_THAT(text, ::testing::StartsWith("(44 lines before this were lost)\n"));
  EXPECT_EQ(lines_in(text), 257U);
  EXPECT_THAT(text, Not(HasSubstr("line 43.")));
  EXPECT_THAT(text, HasSubstr("line 44."));
  EXPECT_THAT(text, EndsWith("line 299.\n"));
  log.write(Level::kInfo, "later");
  EXPECT_EQ(lines_in(drain(log)), 1U) << "said once";
}

TEST_F(LogTest, OnlyWholeLinesAreDrainedAndATooSmallBufferLosesNone) {
  Log log(directory_, settings_, false);
  log.write(Level::kInfo, "one");
  log.write(Level::kInfo, "two");
  const std::string first = drain(log, 60);  // a line takes 37 to 43 bytes, by the digits of the process id
  EXPECT_THAT(first, EndsWith("one\n"));
  uint64_t needed = 0;
  char small[4];
  EXPECT_EQ(log.drain(small, sizeof small, &needed, problem_), Code::kBuffer);
  EXPECT_EQ(log.drain(nullptr, 0, &needed, problem_), Code::kBuffer);
  const std::string second = drain(log, needed);
  EXPECT_EQ(second.size(), needed);
  EXPECT_THAT(second, EndsWith("two\n"));
}

TEST_F(LogTest, ALineStaysOneLineAndIsCutWhenLong) {
  Log log(directory_, settings_, false);
  log.write(Level::kInfo, "a\nb\tc\x1b[31m");
  EXPECT_THAT(drain(log), EndsWith("info: a b c [31m\n"));
  log.write(Level::kInfo, "%s", std::string(5'000, 'x').c_str());
  EXPECT_LT(drain(log).size(), 1'100U);
}

TEST_F(LogTest, BracesArePlainText) {
  Log log(directory_, settings_, false);
  log.write(Level::kInfo, "%s", "{} {0} {nothing}");
  EXPECT_THAT(drain(log), EndsWith("info: {} {0} {nothing}\n"));
}

TEST_F(LogTest, NothingIsPrinted) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  {
    settings_.level = Level::kTrace;
    settings_.file.enabled = true;
    std::filesystem::create_directory(folder_.file("remora.log"));  // the file sink fails
    Log log(directory_, settings_, false);
    for (const Level level :
         {Level::kTrace, Level::kDebug, Level::kInfo, Level::kWarning, Level::kError, Level::kCritical}) {
      log.write(level, "quiet");
    }
    EXPECT_EQ(log.failures(), 6U);
  }
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST_F(LogTest, TheFileHoldsTheSameLines) {
  settings_.file.enabled = true;
  Log log(directory_, settings_, false);
  log.write(Level::kWarning, "kept");
  EXPECT_EQ(folder_.read("remora.log"), drain(log));
  struct stat status {};
  ASSERT_EQ(stat(folder_.file("remora.log").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
}

TEST_F(LogTest, WithoutTheSettingOrReadOnlyThereIsNoFile) {
  Log without(directory_, settings_, false);
  without.write(Level::kInfo, "x");
  settings_.file.enabled = true;
  Log read_only(directory_, settings_, true);
  read_only.write(Level::kInfo, "x");
  EXPECT_FALSE(folder_.has("remora.log"));
  EXPECT_EQ(read_only.failures(), 0U);
}

TEST_F(LogTest, ASymbolicLinkInTheFilesPlaceIsNotFollowedAndSaidOnce) {
  settings_.file.enabled = true;
  folder_.write("victim", "precious");
  std::filesystem::create_symlink("victim", folder_.file("remora.log"));
  Log log(directory_, settings_, false);
  log.write(Level::kInfo, "one");
  log.write(Level::kInfo, "two");
  EXPECT_EQ(folder_.read("victim"), "precious");
  EXPECT_EQ(log.failures(), 2U);
  const std::string text = drain(log);
  EXPECT_EQ(lines_in(text), 3U);
  EXPECT_THAT(text, HasSubstr("remora.log is a symbolic link"));
  std::filesystem::remove(folder_.file("remora.log"));
  log.write(Level::kInfo, "three");
  EXPECT_THAT(folder_.read("remora.log"), EndsWith("three\n"));
}

TEST_F(LogTest, TheFileIsSetAsideAtItsSize) {
  settings_.file = {true, 4'096, 3};
  Log log(directory_, settings_, false);
  for (int i = 0; i < 300; ++i) {
    log.write(Level::kInfo, "line %d.", i);
  }
  EXPECT_TRUE(folder_.has("remora.log.1"));
  EXPECT_TRUE(folder_.has("remora.log.2"));
  EXPECT_FALSE(folder_.has("remora.log.3"));
  EXPECT_LE(folder_.read("remora.log.1").size(), 4'096U);
  EXPECT_THAT(folder_.read("remora.log"), EndsWith("line 299.\n"));
  const std::string all =
      folder_.read("remora.log.2") + folder_.read("remora.log.1") + folder_.read("remora.log");
  EXPECT_THAT(all, HasSubstr("line 180."));
  EXPECT_EQ(folder_.entries(), 3U);
}

struct Received {
  Log* log = nullptr;
  std::vector<std::pair<int32_t, std::string>> lines;
  bool writes_again = false;
  bool leaves = false;
};

void receive(void* user, int32_t level, const char* text, uint64_t size) {
  auto& received = *static_cast<Received*>(user);
  received.lines.emplace_back(level, std::string(text, size));
  if (received.writes_again) {
    received.log->write(Level::kInfo, "from inside");
    received.log->deliver();  // as a call of the host from within its callback would
  }
  if (received.leaves) {
    Problem problem;
    EXPECT_TRUE(test::is_ok(received.log->set_callback(nullptr, nullptr, 0, 0, problem), problem));
  }
}

TEST_F(LogTest, TheCallbackGetsItsLevelsPlainTextWhenDelivered) {
  Log log(directory_, settings_, false);
  Received received;
  log.write(Level::kError, "before");
  ASSERT_TRUE(test::is_ok(log.set_callback(&receive, &received, 1, 7, problem_), problem_));
  log.write(Level::kTrace, "too low");
  log.write(Level::kDebug, "debug for the callback alone");
  log.write(Level::kError, "error");
  EXPECT_THAT(received.lines, IsEmpty()) << "write never calls it: its caller may hold a lock";
  log.deliver();
  EXPECT_THAT(received.lines, ::testing::ElementsAre(::testing::Pair(1, "debug for the callback alone"),
                                                     ::testing::Pair(4, "error")));
  EXPECT_THAT(drain(log), Not(HasSubstr("debug for")));
  log.deliver();
  EXPECT_EQ(received.lines.size(), 2U);
}

TEST_F(LogTest, ACallbackThatLogsComesToAnEnd) {
  Log log(directory_, settings_, false);
  Received received;
  received.log = &log;
  received.writes_again = true;
  ASSERT_TRUE(test::is_ok(log.set_callback(&receive, &received, 0, 7, problem_), problem_));
  log.write(Level::kInfo, "once");
  log.deliver();
  EXPECT_EQ(received.lines.size(), 1U) << "the line from inside waits for the next call of the host";
  received.writes_again = false;
  log.deliver();
  ASSERT_EQ(received.lines.size(), 2U);
  EXPECT_EQ(received.lines[1].second, "from inside");
}

TEST_F(LogTest, ACallbackMayTakeItselfOut) {
  Log log(directory_, settings_, false);
  Received received;
  received.log = &log;
  received.leaves = true;
  ASSERT_TRUE(test::is_ok(log.set_callback(&receive, &received, 0, 7, problem_), problem_));
  log.write(Level::kInfo, "one");
  log.write(Level::kInfo, "two");
  log.deliver();
  EXPECT_EQ(received.lines.size(), 1U);
}

TEST_F(LogTest, OnlyItsOwnerRemovesACallback) {
  Log log(directory_, settings_, false);
  Received received;
  ASSERT_TRUE(test::is_ok(log.set_callback(&receive, &received, 0, 7, problem_), problem_));
  ASSERT_TRUE(test::is_ok(log.remove_callback(8, problem_), problem_));
  log.write(Level::kInfo, "one");
  log.deliver();
  ASSERT_TRUE(test::is_ok(log.remove_callback(7, problem_), problem_));
  log.write(Level::kInfo, "two");
  log.deliver();
  EXPECT_EQ(received.lines.size(), 1U);
}

TEST_F(LogTest, AnExceptionOfTheCallbackStaysOutside) {
  Log log(directory_, settings_, false);
  const auto thrower = [](void*, int32_t, const char*, uint64_t) { throw 1; };
  ASSERT_TRUE(test::is_ok(log.set_callback(thrower, nullptr, 0, 7, problem_), problem_));
  log.write(Level::kInfo, "one");
  log.deliver();
  EXPECT_EQ(log.failures(), 1U);
}

TEST_F(LogTest, ABadLevelIsRefused) {
  Log log(directory_, settings_, false);
  EXPECT_EQ(log.set_callback(&receive, nullptr, 6, 7, problem_), Code::kInvalid);
  EXPECT_EQ(log.set_callback(&receive, nullptr, -1, 7, problem_), Code::kInvalid);
}

TEST_F(LogTest, WithoutMemoryLinesAreDroppedAndCounted) {
  Log log(directory_, settings_, false);
  base::set_allocation_failure_after(0);
  log.write(Level::kInfo, "a line that is too long for a short string, so that it takes memory");
  base::set_allocation_failure_after(-1);
  EXPECT_EQ(log.failures(), 1U);
  log.write(Level::kInfo, "next");
  EXPECT_THAT(drain(log), EndsWith("next\n"));
}

}  // namespace
}  // namespace remora::ops
