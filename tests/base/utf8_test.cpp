#include "base/utf8.hpp"

#include <gtest/gtest.h>

#include <string>

namespace remora::base {
namespace {

// Encodes as RFC 3629 says, without any check: the opposite way of what is tested.
std::string encode(uint32_t c) {
  const auto tail = [](uint32_t bits) { return static_cast<char>(0x80 | (bits & 0x3F)); };
  if (c < 0x80) {
    return {static_cast<char>(c)};
  }
  if (c < 0x800) {
    return {static_cast<char>(0xC0 | c >> 6), tail(c)};
  }
  if (c < 0x10000) {
    return {static_cast<char>(0xE0 | c >> 12), tail(c >> 6), tail(c)};
  }
  return {static_cast<char>(0xF0 | c >> 18), tail(c >> 12), tail(c >> 6), tail(c)};
}

TEST(Utf8Test, EveryCharacterDecodesToItself) {
  for (uint32_t c = 0; c <= 0x10FFFF; ++c) {
    uint32_t decoded = 0;
    const std::string text = encode(c);
    const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
    ASSERT_EQ(decode_utf8(text, &decoded), surrogate ? 0 : text.size()) << c;
    if (!surrogate) {
      ASSERT_EQ(decoded, c);
    }
  }
}

TEST(Utf8Test, RefusesWhatIsNotUtf8) {
  for (const std::string_view text :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC3", "\xC3(", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xE2\x82",
        "\xE2(\xAC", "\xED\xA0\x80", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\xF0\x9F\x98",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF", "ok\xFFok"}) {
    EXPECT_FALSE(is_utf8(text)) << testing::PrintToString(std::string(text));
  }
}

TEST(Utf8Test, AcceptsTextOfAllLengths) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("plain"));
  EXPECT_TRUE(is_utf8("h\xC3\xA9, \xE2\x82\xAC, \xF0\x9F\x98\x80"));
  EXPECT_TRUE(is_utf8(std::string_view("a\0b", 3)));
}

TEST(Utf8Test, NamesHaveABoundedLength) {
  EXPECT_FALSE(is_printable_name("", 96));
  EXPECT_TRUE(is_printable_name(std::string(96, 'a'), 96));
  EXPECT_FALSE(is_printable_name(std::string(97, 'a'), 96));
}

TEST(Utf8Test, NamesAreWhatOneCanSee) {
  EXPECT_TRUE(is_printable_name("backend-architect", 96));
  EXPECT_TRUE(is_printable_name("agent \xE2\x82\xAC", 96));
  for (const uint32_t c : {0x00U, 0x09U, 0x0AU, 0x1FU, 0x7FU, 0x80U, 0x9FU, 0x2028U, 0x2029U, 0x200EU,
                           0x202EU, 0x2066U, 0x2069U, 0x061CU}) {
    EXPECT_FALSE(is_printable_name("a" + encode(c) + "b", 96)) << std::hex << c;
  }
  for (const uint32_t c : {0x20U, 0x7EU, 0xA0U, 0x2027U, 0x202FU, 0x2065U, 0x206AU, 0x10FFFFU}) {
    EXPECT_TRUE(is_printable_name("a" + encode(c) + "b", 96)) << std::hex << c;
  }
  EXPECT_FALSE(is_printable_name("bad\xFF", 96));
}

}  // namespace
}  // namespace remora::base
