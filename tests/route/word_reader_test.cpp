#include "route/word_reader.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace remora::route {
namespace {

std::string words_of(std::string_view text) {
  std::string words;
  std::array<char, kMaxWordBytes> word;
  WordReader reader(text);
  while (const size_t size = reader.next(word)) {
    words.append(words.empty() ? "" : " ").append(word.data(), size);
  }
  return words;
}

std::string stripped(std::string word) {
  word.resize(strip_ending(word.data(), word.size()));
  return word;
}

TEST(WordReader, LowersCaseAndSeparatesAtPunctuation) {
  EXPECT_EQ(words_of("CI/CD, node.js (user_id)"), "ci cd node js user id");
}

TEST(WordReader, KeepsPlusAndHashBehindALetter) {
  EXPECT_EQ(words_of("C++ and C#, issue #12, 1 + 2"), "c++ and c# issu 12 1 2");
}

TEST(WordReader, DropsApostrophesStraightAndCurly) {
  EXPECT_EQ(words_of("doesn't"), "doesnt");
  EXPECT_EQ(words_of("doesn\xE2\x80\x99t"), "doesnt");
}

TEST(WordReader, SeparatesAtUnicodePunctuationAndEmoji) {
  EXPECT_EQ(words_of("slow\xE2\x80\x94very\xC2\xA0slow\xF0\x9F\x90\x9B"
                     "bug"),
            "slow very slow bug");
}

TEST(WordReader, FoldsLatin1AndKeepsOtherLetters) {
  EXPECT_EQ(words_of("\xC3\x89t\xC3\xA9"), "\xC3\xA9t\xC3\xA9");
  EXPECT_EQ(words_of("\xD0\xBE\xD1\x88"), "\xD0\xBE\xD1\x88");
}

TEST(WordReader, TakesEachIdeographForAWord) {
  EXPECT_EQ(words_of("fix\xE4\xBF\xAE\xE5\xA4\x8D\xE3\x80\x82ok"), "fix \xE4\xBF\xAE \xE5\xA4\x8D ok");
}

TEST(WordReader, TakesBytesThatAreNotUtf8ForSeparators) {
  EXPECT_EQ(words_of("a\xFF\xFE\x80z"), "a z");
  EXPECT_EQ(words_of("cut\xE4\xBF"), "cut");
  EXPECT_EQ(words_of("cut\xC3"), "cut");
}

TEST(WordReader, TakesNulForASeparator) { EXPECT_EQ(words_of(std::string_view("a\0b", 3)), "a b"); }

TEST(WordReader, FindsNoWordInNothingAndInPunctuation) {
  EXPECT_EQ(words_of(""), "");
  EXPECT_EQ(words_of(" ... +++ ### '''"), "");
}

TEST(WordReader, CutsOverlongWordsAndGoesOnBehindThem) {
  EXPECT_EQ(words_of(std::string(1000, 'x') + " end"), std::string(kMaxWordBytes, 'x') + " end");
  std::string wide;
  for (int i = 0; i < 100; ++i) {
    wide += "\xD0\xBE";
  }
  EXPECT_EQ(words_of(wide).size(), kMaxWordBytes);
}

TEST(StripEnding, BringsInflectionsOfAWordTogether) {
  const std::array<std::array<const char*, 4>, 8> families = {{{"cache", "caches", "cached", "caching"},
                                                               {"fix", "fixes", "fixed", "fixing"},
                                                               {"code", "codes", "coded", "coding"},
                                                               {"debug", "debugs", "debugged", "debugging"},
                                                               {"retry", "retries", "retried", "retrying"},
                                                               {"test", "tests", "tested", "testing"},
                                                               {"crash", "crashes", "crashed", "crashing"},
                                                               {"move", "moves", "moved", "moving"}}};
  for (const auto& family : families) {
    for (const char* form : family) {
      EXPECT_EQ(stripped(form), stripped(family[0])) << form;
    }
  }
}

TEST(StripEnding, LeavesWordsThatOnlyLookInflected) {
  for (const char* word : {"css", "dns", "class", "string", "thing", "king", "need", "red", "s", "is"}) {
    EXPECT_EQ(stripped(word), word);
  }
}

TEST(StripEnding, BringsPluralsOfShortNamesTogether) {
  EXPECT_EQ(stripped("apis"), "api");
  EXPECT_EQ(stripped("menus"), "menu");
}

TEST(StripEnding, KeepsShortWordsApart) {
  EXPECT_NE(stripped("note"), stripped("not"));
  EXPECT_NE(stripped("plane"), stripped("planet"));
}

}  // namespace
}  // namespace remora::route
