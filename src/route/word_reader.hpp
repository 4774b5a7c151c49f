// Reads free text as plain words, the same way for task texts and for the keywords looked for in them: in
// lower case, with regular English endings taken off.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace remora::route {

// Longest word kept, in bytes. Of a longer one (a hash, a base64 blob) only the first bytes are read.
inline constexpr size_t kMaxWordBytes = 64;

// Reads words from text of any content: it need not be valid UTF-8 and may hold NUL bytes. Allocates nothing.
//
// A word is a run of letters and digits. '+' and '#' count when they follow one ("c++", "c#"), an apostrophe
// inside a word is dropped ("doesn't" is "doesnt"), everything else separates: "ci/cd", "node.js" and
// "user_id" are two words each. Letters outside ASCII are kept (upper case is folded for ASCII and Latin-1);
// Unicode punctuation, symbols and emoji separate, and so do bytes that are not UTF-8. Chinese, Japanese and
// Korean characters are a word each, so that a keyword in these scripts is found without spaces around it.
class WordReader {
 public:
  // `text` must outlive the reader.
  explicit WordReader(std::string_view text) : next_(text.data()), end_(text.data() + text.size()) {}

  // Writes the next word to `word` and returns its size; 0 at the end of the text.
  size_t next(std::span<char, kMaxWordBytes> word);

 private:
  const char* next_;
  const char* end_;
};

// Takes the regular English endings off a lower-case word in place and returns its new length, so that
// "caches", "cached" and "caching" meet "cache". Plural -s, -ed and -ing, doubled consonants and the final -e
// of five letters or more go, -ies and -ied become -y (a reduced form of steps 1 and 5 of M. F. Porter, "An
// algorithm for suffix stripping", Program 14(3), 1980). Irregular forms and nouns made of verbs
// ("optimization") stay as they are.
size_t strip_ending(char* word, size_t size);

}  // namespace remora::route
