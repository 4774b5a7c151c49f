#include "base/status.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <set>
#include <string>

namespace remora::base {
namespace {

TEST(ProblemTest, IsEmptyUntilItIsSet) {
  const Problem problem;
  EXPECT_EQ(problem.code(), Code::kOk);
  EXPECT_EQ(problem.os_errno(), 0);
  EXPECT_STREQ(problem.text(), "");
}

TEST(ProblemTest, KeepsCodeAndText) {
  Problem problem;
  EXPECT_EQ(problem.set(Code::kFull, "all %d places are used", 7), Code::kFull);
  EXPECT_EQ(problem.code(), Code::kFull);
  EXPECT_STREQ(problem.text(), "all 7 places are used");
}

TEST(ProblemTest, OfASystemCallNamesErrnoAndItsText) {
  Problem problem;
  EXPECT_EQ(problem.set_errno(ENOENT, "open %s", "x.rmap"), Code::kNotFound);
  EXPECT_EQ(problem.os_errno(), ENOENT);
  EXPECT_EQ(problem.text(), "open x.rmap: No such file or directory (errno " + std::to_string(ENOENT) + ")");
}

TEST(ProblemTest, MapsErrnoToTheNearestCode) {
  Problem problem;
  for (const int number : {ENOSPC, EDQUOT}) {
    EXPECT_EQ(problem.set_errno(number, "w"), Code::kNoSpace) << number;
  }
  for (const int number : {EACCES, EPERM, ELOOP, EROFS}) {
    EXPECT_EQ(problem.set_errno(number, "w"), Code::kPermission) << number;
  }
  EXPECT_EQ(problem.set_errno(ENOMEM, "w"), Code::kMemory);
  for (const int number : {EIO, EBADF, 0, -1, 99'999}) {
    EXPECT_EQ(problem.set_errno(number, "w"), Code::kIo) << number;
  }
}

TEST(ProblemTest, SetAgainForgetsTheEarlierErrno) {
  Problem problem;
  EXPECT_EQ(problem.set_errno(EIO, "first"), Code::kIo);
  EXPECT_EQ(problem.set(Code::kBusy, "second"), Code::kBusy);
  EXPECT_EQ(problem.os_errno(), 0);
  EXPECT_STREQ(problem.text(), "second");
}

TEST(ProblemTest, GathersContextFromWithinOutwards) {
  Problem problem;
  EXPECT_EQ(problem.set(Code::kDamaged, "12 bytes are missing"), Code::kDamaged);
  problem.prefix("%s", "history.rmap");
  problem.prefix("opening %s", "/srv/state");
  EXPECT_STREQ(problem.text(), "opening /srv/state: history.rmap: 12 bytes are missing");
  EXPECT_EQ(problem.code(), Code::kDamaged);
}

TEST(ProblemTest, CutsTextThatDoesNotFitAndEndsItAlways) {
  const std::string long_text(1'000, 'x');
  Problem problem;
  EXPECT_EQ(problem.set(Code::kIo, "%s", long_text.c_str()), Code::kIo);
  EXPECT_EQ(std::string(problem.text()), long_text.substr(0, Problem::kTextSize - 1));
  EXPECT_EQ(problem.set_errno(EIO, "%s", long_text.c_str()), Code::kIo);
  EXPECT_EQ(std::string(problem.text()), long_text.substr(0, Problem::kTextSize - 1));
  problem.prefix("file");
  EXPECT_EQ(std::string(problem.text()), ("file: " + long_text).substr(0, Problem::kTextSize - 1));
  problem.prefix("%s", long_text.c_str());
  EXPECT_EQ(std::string(problem.text()), long_text.substr(0, Problem::kTextSize - 1));
}

TEST(ProblemTest, OfASystemCallEndsWithinItsRoomAtAnyLength) {
  for (size_t length = Problem::kTextSize - 60; length < Problem::kTextSize + 5; ++length) {
    Problem problem;
    const std::string text(length, 'x');
    EXPECT_EQ(problem.set_errno(ENOENT, "%s", text.c_str()), Code::kNotFound);
    EXPECT_LT(std::strlen(problem.text()), Problem::kTextSize);
    EXPECT_EQ(std::string(problem.text()).substr(0, length), text.substr(0, Problem::kTextSize - 1));
  }
}

TEST(ProblemTest, ClearedIsEmptyAgain) {
  Problem problem;
  EXPECT_EQ(problem.set_errno(EIO, "gone"), Code::kIo);
  problem.clear();
  EXPECT_EQ(problem.code(), Code::kOk);
  EXPECT_EQ(problem.os_errno(), 0);
  EXPECT_STREQ(problem.text(), "");
}

TEST(StatusCodes, AllHaveANameOfTheirOwnAndAClause) {
  std::set<std::string> names;
  for (int32_t number = 0; number > REMORA_STATUS_END; --number) {
    ASSERT_NE(code_name(number), nullptr) << number;
    ASSERT_NE(code_clause(number), nullptr) << number;
    names.insert(code_name(number));
    EXPECT_NE(std::string(code_clause(number)), "");
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(-REMORA_STATUS_END));
  EXPECT_STREQ(code_name(REMORA_E_BUSY), "REMORA_E_BUSY");
}

TEST(StatusCodes, OtherNumbersHaveNone) {
  for (const int32_t number : {1, static_cast<int32_t>(REMORA_STATUS_END), INT32_MIN, INT32_MAX}) {
    EXPECT_EQ(code_name(number), nullptr) << number;
    EXPECT_EQ(code_clause(number), nullptr) << number;
  }
}

}  // namespace
}  // namespace remora::base
