// The words that occur in keywords, each with a short code. A text is matched as a string of codes: what is
// in no keyword shrinks to one character, and the automaton for the keywords stays small and quick.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace remora::route {

// Most different words in all keywords of a classifier.
inline constexpr size_t kMaxWords = 4096;

// Bytes of one code.
inline constexpr size_t kCodeBytes = 3;

class Vocabulary {
 public:
  Vocabulary();

  // Writes the codes of all words of `keyword` to *codes and adds words not seen before. False when there is
  // no room for one. A keyword without a word has no codes.
  bool add_keyword(std::string_view keyword, std::string* codes);

  // Writes the code of a word, as WordReader reads it, behind `out[used - 1]` and returns the new `used`.
  // Words that are in no keyword are one kOtherWords, however many follow each other. Needs kCodeBytes of
  // room.
  size_t encode(std::string_view word, char* out, size_t used) const;

 private:
  // Words are known by their hashes: of 2^32 other words one is taken for a word of a keyword.
  struct Slot {
    uint32_t fingerprint;
    uint32_t number;  // of the word, from 1; 0 = free
  };

  const Slot& slot_of(std::string_view word) const;

  std::vector<Slot> slots_;
  uint32_t words_ = 0;
};

}  // namespace remora::route
