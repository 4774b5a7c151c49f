#include "shim/out_text.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace remora::shim {
namespace {

using base::Code;
using base::Problem;

TEST(OutText, IsWrittenWithItsEndWhenBothFit) {
  std::array<char, 8> buffer{};
  buffer.fill('#');
  uint64_t needed = 0;
  Problem problem;
  ASSERT_EQ(write_text("seven", buffer.data(), 6, &needed, problem), Code::kOk);
  EXPECT_STREQ(buffer.data(), "seven");
  EXPECT_EQ(buffer[6], '#');
  EXPECT_EQ(needed, 6U);
}

TEST(OutText, ThatDoesNotFitLeavesTheBufferAndTellsItsSize) {
  std::array<char, 8> buffer{};
  buffer.fill('#');
  for (uint64_t capacity = 0; capacity < 6; ++capacity) {
    uint64_t needed = 0;
    Problem problem;
    EXPECT_EQ(write_text("seven", buffer.data(), capacity, &needed, problem), Code::kBuffer) << capacity;
    EXPECT_EQ(needed, 6U);
    EXPECT_EQ(std::string(buffer.data(), buffer.size()), "########");
  }
}

TEST(OutText, CanBeAskedForItsSizeAlone) {
  uint64_t needed = 0;
  Problem problem;
  EXPECT_EQ(write_text("seven", nullptr, 0, &needed, problem), Code::kBuffer);
  EXPECT_EQ(needed, 6U);
}

TEST(OutText, WithoutABufferButWithACapacityIsAMistake) {
  Problem problem;
  EXPECT_EQ(write_text("seven", nullptr, 100, nullptr, problem), Code::kInvalid);
}

TEST(OutText, OfNoLengthIsAnEnd) {
  char buffer = '#';
  Problem problem;
  ASSERT_EQ(write_text("", &buffer, 1, nullptr, problem), Code::kOk);
  EXPECT_EQ(buffer, '\0');
}

TEST(InText, IsTakenWithItsSizeAndNotItsEnd) {
  std::string_view text;
  Problem problem;
  ASSERT_EQ(read_text("a\0b", 3, 3, "name", &text, problem), Code::kOk);
  EXPECT_EQ(text, std::string_view("a\0b", 3));
  ASSERT_EQ(read_text(nullptr, 0, 3, "name", &text, problem), Code::kOk);
  EXPECT_EQ(text, "");
}

TEST(InText, OfASizeAndNoPlaceIsRefusedByName) {
  std::string_view text = "before";
  Problem problem;
  EXPECT_EQ(read_text("abcd", UINT64_MAX, 3, "name", &text, problem), Code::kInvalid);
  EXPECT_NE(std::string(problem.text()).find("at most 3"), std::string::npos) << problem.text();
  EXPECT_EQ(read_text(nullptr, 4, 4, "name", &text, problem), Code::kInvalid);
  EXPECT_EQ(text, "before");
  EXPECT_NE(std::string(problem.text()).find("name"), std::string::npos);
}

}  // namespace
}  // namespace remora::shim
