#include "base/text.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>

#include "base/utf8.hpp"

namespace remora::base {
namespace {

// What `write` writes into enough room.
template <typename Write>
std::string written(Write&& write) {
  char buffer[512];
  Text text(buffer, sizeof buffer);
  write(text);
  EXPECT_TRUE(text.fits());
  EXPECT_EQ(text.view().size(), text.length());
  return std::string(text.view());
}

TEST(TextTest, PartsFollowEachOther) {
  EXPECT_EQ(written([](Text& text) {
              text.append("a=");
              text.append_signed(-5);
              text.append(' ');
              text.append_unsigned(UINT64_MAX);
              text.append_format(" %s:%03d", "x", 7);
            }),
            "a=-5 18446744073709551615 x:007");
}

TEST(TextTest, NothingIsEverWrittenBeyondTheCapacity) {
  const std::string whole = "0123456789";
  for (size_t capacity = 0; capacity <= whole.size() + 2; ++capacity) {
    std::array<char, 32> buffer;
    buffer.fill('#');
    Text text(buffer.data(), capacity);
    text.append(whole.substr(0, 4));
    text.append(whole.substr(4));
    EXPECT_EQ(text.needed(), whole.size() + 1);
    EXPECT_EQ(text.fits(), capacity > whole.size());
    EXPECT_EQ(text.view(), whole.substr(0, capacity == 0 ? 0 : capacity - 1));
    if (capacity > 0) {
      EXPECT_EQ(buffer[text.view().size()], '\0');
    }
    for (size_t i = capacity; i < buffer.size(); ++i) {
      ASSERT_EQ(buffer[i], '#') << capacity;
    }
  }
}

TEST(TextTest, MeasuresWithoutABuffer) {
  Text text(nullptr, 0);
  text.append("hello");
  text.append_number(0.5);
  EXPECT_EQ(text.needed(), 9U);
  EXPECT_FALSE(text.fits());
}

TEST(TextTest, OnceSomethingIsDroppedNothingFollows) {
  char buffer[4];
  Text text(buffer, sizeof buffer);
  text.append("ab");
  text.append("\xE2\x82\xAC");  // does not fit
  text.append("c");             // would fit
  EXPECT_EQ(text.view(), "ab");
  EXPECT_EQ(text.length(), 6U);
}

TEST(TextTest, ACutNeverSplitsACharacter) {
  const std::string_view whole = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z";
  for (size_t capacity = 1; capacity <= whole.size() + 1; ++capacity) {
    char buffer[32];
    Text text(buffer, capacity);
    text.append(whole);
    EXPECT_TRUE(is_utf8(text.view())) << capacity;
    EXPECT_GE(text.view().size() + 4, capacity) << "more was cut than one character";
    EXPECT_EQ(whole.substr(0, text.view().size()), text.view());
  }
}

TEST(TextTest, ClearBeginsAnew) {
  char buffer[4];
  Text text(buffer, sizeof buffer);
  text.append("too long");
  text.clear();
  EXPECT_STREQ(buffer, "");
  text.append("abc");
  EXPECT_TRUE(text.fits());
  EXPECT_EQ(text.view(), "abc");
}

TEST(TextTest, NumbersReadBackAsTheyWere) {
  for (const double value : {0.0, -0.0, 0.1, 1.0 / 3, 1e300, 5e-324, -1.7976931348623157e308, 123456789.0}) {
    const std::string text = written([&](Text& out) { out.append_number(value); });
    EXPECT_EQ(std::strtod(text.c_str(), nullptr), value) << text;
  }
  EXPECT_EQ(written([](Text& out) { out.append_number(0.1); }), "0.1");
}

TEST(TextTest, WhatIsNoNumberIsNamedAsTheReaderWantsIt) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(written([](Text& out) { out.append_number(kNaN); }), "NaN");
  EXPECT_EQ(written([](Text& out) { out.append_number(kInfinity); }), "+Inf");
  EXPECT_EQ(written([](Text& out) { out.append_number(-kInfinity); }), "-Inf");
  EXPECT_EQ(written([](Text& out) { out.append_json_number(kNaN); }), "null");
  EXPECT_EQ(written([](Text& out) { out.append_json_number(-2.5); }), "-2.5");
}

TEST(TextTest, JsonStringsAreEscaped) {
  const auto json = [](std::string_view text) {
    return written([&](Text& out) { out.append_json_string(text); });
  };
  EXPECT_EQ(json(""), "\"\"");
  EXPECT_EQ(json("a\"b\\c/d"), "\"a\\\"b\\\\c/d\"");
  EXPECT_EQ(json("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\"");
  EXPECT_EQ(json(std::string_view("\0\x01\x1F\x7F", 4)), "\"\\u0000\\u0001\\u001f\x7F\"");
  EXPECT_EQ(json("\xE2\x82\xAC"), "\"\xE2\x82\xAC\"");
  EXPECT_EQ(json("a\xFFz\xE2\x82"), "\"a\xEF\xBF\xBDz\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST(TextTest, TimesAreWrittenInUtc) {
  const auto time = [](int64_t ns) { return written([&](Text& out) { out.append_time(ns); }); };
  EXPECT_EQ(time(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(time(1'714'564'800'123'999'999), "2024-05-01T12:00:00.123Z");
  EXPECT_EQ(time(951'782'400'000'000'000), "2000-02-29T00:00:00.000Z");
  EXPECT_EQ(time(-1), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(time(INT64_MAX), "2262-04-11T23:47:16.854Z");
  EXPECT_EQ(time(INT64_MIN), "1677-09-21T00:12:43.145Z");
}

TEST(TextTest, AFormattedPartIsBounded) {
  char buffer[4096];
  Text text(buffer, sizeof buffer);
  text.append_format("%s", std::string(3000, 'x').c_str());
  EXPECT_EQ(text.length(), 1023U);
}

}  // namespace
}  // namespace remora::base
