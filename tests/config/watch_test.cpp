// Following remora.json: what is a change, what is refused, and how often it is said.
#include "config/watch.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "base/clock.hpp"
#include "config/parse.hpp"
#include "support/status.hpp"
#include "support/temp_dir.hpp"

namespace remora::config {
namespace {

using ::testing::HasSubstr;

class WatchTest : public ::testing::Test {
 protected:
  WatchTest() {
    base::Problem problem;
    EXPECT_TRUE(test::is_ok(base::Directory::open(folder_.path(), {}, &directory_, problem), problem));
  }

  // A file whose time is not of the last moments, as after an operator's edit some time ago.
  void write(std::string_view content, int64_t age_s = 10) {
    folder_.write("remora.json", content);
    set_age(age_s);
  }
  void set_age(int64_t age_s) {
    const int64_t then = base::now_ns() - age_s * base::kNanosPerSecond - counter_++;
    const timespec times[2] = {{then / base::kNanosPerSecond, then % base::kNanosPerSecond},
                               {then / base::kNanosPerSecond, then % base::kNanosPerSecond}};
    ASSERT_EQ(utimensat(AT_FDCWD, folder_.file("remora.json").c_str(), times, 0), 0);
  }
  Change poll() {
    problem_.clear();
    return watch_.poll(directory_, &settings_, problem_);
  }

  test::TempDir folder_;
  base::Directory directory_;
  Watch watch_;
  Settings settings_;
  base::Problem problem_;
  int64_t counter_ = 0;
};

TEST_F(WatchTest, WithoutAFileNothingChanges) {
  EXPECT_EQ(poll(), Change::kNone);
  EXPECT_EQ(watch_.read(directory_, &settings_, problem_), Change::kNone);
}

TEST_F(WatchTest, ANewFileIsRead) {
  write(R"({"safety": {"lookback": 20}})");
  EXPECT_EQ(poll(), Change::kReloaded);
  EXPECT_EQ(settings_.safety.lookback, 20U);
  EXPECT_EQ(poll(), Change::kNone);
}

TEST_F(WatchTest, AFileThatCannotBeReadForNowIsReadWhenItCan) {
  write(R"({"safety": {"lookback": 20}})");
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlimit none{0, limit.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  const Change first = poll();
  const Change second = poll();
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(first, Change::kRefused);
  EXPECT_EQ(second, Change::kNone) << "said once";
  EXPECT_EQ(poll(), Change::kReloaded) << problem_.text();
}

TEST_F(WatchTest, AChangedFileIsReadAgainWhetherRewrittenOrReplaced) {
  write(R"({"safety": {"lookback": 20}})");
  EXPECT_EQ(poll(), Change::kReloaded);
  write(R"({"safety": {"lookback": 21}})");
  EXPECT_EQ(poll(), Change::kReloaded);
  EXPECT_EQ(settings_.safety.lookback, 21U);
  folder_.write("new", R"({"safety": {"lookback": 22}})");
  std::filesystem::rename(folder_.file("new"), folder_.file("remora.json"));
  EXPECT_EQ(poll(), Change::kReloaded);
  EXPECT_EQ(settings_.safety.lookback, 22U);
}

TEST_F(WatchTest, TheSameContentWrittenAgainIsNoChange) {
  write(R"({"safety": {"lookback": 20}})");
  EXPECT_EQ(poll(), Change::kReloaded);
  write(R"({"safety": {"lookback": 20}})");
  EXPECT_EQ(poll(), Change::kNone);
  EXPECT_EQ(problem_.code(), base::Code::kOk);
}

TEST_F(WatchTest, AChangeOfTheSameSizeWithinOneStepOfTheFileClockIsSeen) {
  folder_.write("remora.json", R"({"safety": {"lookback": 20}})");
  struct stat status {};
  ASSERT_EQ(stat(folder_.file("remora.json").c_str(), &status), 0);
  EXPECT_EQ(poll(), Change::kReloaded);
  folder_.write("remora.json", R"({"safety": {"lookback": 21}})");
  const timespec times[2] = {status.st_mtim, status.st_mtim};
  ASSERT_EQ(utimensat(AT_FDCWD, folder_.file("remora.json").c_str(), times, 0), 0);
  EXPECT_EQ(poll(), Change::kReloaded);
  EXPECT_EQ(settings_.safety.lookback, 21U);
}

TEST_F(WatchTest, ABadFileIsRefusedOnceAndTheOldSettingsStay) {
  write(R"({"safety": {"lookback": 20}})");
  EXPECT_EQ(poll(), Change::kReloaded);
  write("{\n\"safety\": {\"lookback\": 100}}");
  EXPECT_EQ(poll(), Change::kRefused);
  EXPECT_THAT(problem_.text(), HasSubstr("remora.json:2: safety.lookback is 100"));
  EXPECT_EQ(settings_.safety.lookback, 20U);
  EXPECT_EQ(poll(), Change::kNone) << "said once";
  write("{\n\"safety\": {\"lookback\": 101}}");
  EXPECT_EQ(poll(), Change::kRefused) << "another bad file is another matter";
  write(R"({"safety": {"lookback": 20}})");
  EXPECT_EQ(poll(), Change::kReloaded);
}

TEST_F(WatchTest, ABadFileThatWasJustWrittenIsRefusedOnceToo) {
  folder_.write("remora.json", "{");
  EXPECT_EQ(poll(), Change::kRefused);
  EXPECT_EQ(poll(), Change::kNone);
}

TEST_F(WatchTest, ARemovedFileLeavesItsSettingsInForceAndIsSaidOnce) {
  write(R"({"safety": {"lookback": 20}})");
  EXPECT_EQ(poll(), Change::kReloaded);
  std::filesystem::remove(folder_.file("remora.json"));
  EXPECT_EQ(poll(), Change::kMissing);
  EXPECT_EQ(settings_.safety.lookback, 20U);
  EXPECT_EQ(poll(), Change::kNone);
  write(R"({"safety": {"lookback": 20}})");
  EXPECT_EQ(poll(), Change::kReloaded) << "it is back";
}

TEST_F(WatchTest, ReadingAnewWithoutAFileGivesTheDefaults) {
  write(R"({"safety": {"lookback": 20}})");
  EXPECT_EQ(poll(), Change::kReloaded);
  std::filesystem::remove(folder_.file("remora.json"));
  EXPECT_EQ(watch_.read(directory_, &settings_, problem_), Change::kNone);
  EXPECT_EQ(settings_.safety.lookback, 10U);
}

TEST_F(WatchTest, ReadingAnewReadsAnUnchangedFile) {
  write(R"({"safety": {"lookback": 20}})");
  EXPECT_EQ(poll(), Change::kReloaded);
  settings_.safety.lookback = 1;
  EXPECT_EQ(watch_.read(directory_, &settings_, problem_), Change::kReloaded);
  EXPECT_EQ(settings_.safety.lookback, 20U);
}

TEST_F(WatchTest, AFileBeyondTheLimitIsRefusedOnce) {
  write(std::string(kMaxConfigBytes + 1, ' '));
  EXPECT_EQ(poll(), Change::kRefused);
  EXPECT_EQ(problem_.code(), base::Code::kConfig);
  EXPECT_EQ(poll(), Change::kNone);
}

TEST_F(WatchTest, ASymbolicLinkIsRefusedOnce) {
  folder_.write("elsewhere.json", "{}");
  std::filesystem::create_symlink("elsewhere.json", folder_.file("remora.json"));
  EXPECT_EQ(poll(), Change::kRefused);
  EXPECT_EQ(problem_.code(), base::Code::kPermission);
  EXPECT_EQ(poll(), Change::kNone);
}

TEST_F(WatchTest, AFileThatOthersMayWriteIsRefused) {
  write("{}");
  chmod(folder_.file("remora.json").c_str(), 0666);
  EXPECT_EQ(poll(), Change::kRefused);
  EXPECT_EQ(problem_.code(), base::Code::kPermission);
}

}  // namespace
}  // namespace remora::config
