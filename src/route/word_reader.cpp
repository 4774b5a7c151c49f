#include "route/word_reader.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace remora::route {
namespace {

enum class Kind : uint8_t { kSeparator, kLetter, kJoiner, kApostrophe, kIdeograph };

struct Character {
  Kind kind;
  uint8_t size;  // bytes taken from the text
};

constexpr char kSpecial = 0;    // needs a closer look
constexpr char kSeparator = 1;  // ASCII, and neither letter nor digit nor any of ' + #

// What an ASCII letter or digit becomes, lower case; one of the two above for all other bytes.
constexpr std::array<char, 256> kFolded = [] {
  std::array<char, 256> table{};
  for (size_t i = 0; i < 128; ++i) {
    const char byte = static_cast<char>(i);
    if ((byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z')) {
      table[i] = byte;
    } else if (byte >= 'A' && byte <= 'Z') {
      table[i] = static_cast<char>(byte - 'A' + 'a');
    } else {
      table[i] = byte == '\'' || byte == '+' || byte == '#' ? kSpecial : kSeparator;
    }
  }
  return table;
}();

bool continues(const char* next, const char* end, size_t count) {
  if (static_cast<size_t>(end - next) <= count) {
    return false;
  }
  for (size_t i = 1; i <= count; ++i) {
    if ((static_cast<uint8_t>(next[i]) & 0xC0U) != 0x80) {
      return false;
    }
  }
  return true;
}

// Three bytes are most of the world's scripts, but also the punctuation and the symbols of U+2000 to U+2BFF.
Character three_byte_character(uint8_t first, uint8_t second, uint8_t third) {
  if (first == 0xE2) {
    const bool quote = second == 0x80 && (third == 0x98 || third == 0x99);
    return {quote ? Kind::kApostrophe : Kind::kSeparator, 3};
  }
  if (first >= 0xEE || (first == 0xE3 && second == 0x80)) {
    return {Kind::kSeparator, 3};
  }
  return {first >= 0xE3 ? Kind::kIdeograph : Kind::kLetter, 3};
}

// The character at `next`, whose byte is kSpecial.
Character special_character(const char* next, const char* end) {
  const auto first = static_cast<uint8_t>(*next);
  if (first < 0x80) {
    return {*next == '\'' ? Kind::kApostrophe : Kind::kJoiner, 1};
  }
  if (first >= 0xC2 && first < 0xE0 && continues(next, end, 1)) {
    return {first == 0xC2 ? Kind::kSeparator : Kind::kLetter, 2};
  }
  if (first >= 0xE0 && first < 0xF0 && continues(next, end, 2)) {
    return three_byte_character(first, static_cast<uint8_t>(next[1]), static_cast<uint8_t>(next[2]));
  }
  if (first >= 0xF0 && continues(next, end, 3)) {
    return {Kind::kSeparator, 4};
  }
  return {Kind::kSeparator, 1};
}

// Copies a special character of a word, Latin-1 in lower case, and returns its size.
size_t copy_special(const char* next, size_t size, char* out) {
  std::memcpy(out, next, size);
  const auto second = size == 2 ? static_cast<uint8_t>(next[1]) : uint8_t{0};
  if (size == 2 && static_cast<uint8_t>(next[0]) == 0xC3 && second <= 0x9E && second != 0x97) {
    out[1] = static_cast<char>(second + 0x20);
  }
  return size;
}

bool is_vowel(char letter) {
  return letter == 'a' || letter == 'e' || letter == 'i' || letter == 'o' || letter == 'u' || letter == 'y';
}

bool has_vowel(std::string_view stem) {
  for (const char letter : stem) {
    if (is_vowel(letter)) {
      return true;
    }
  }
  return false;
}

// "status" and "redis" lose their last letter too, but they lose it in texts and in keywords alike.
size_t strip_plural(std::string_view word) {
  const size_t size = word.size();
  if (size <= 3 || !word.ends_with('s') || word.ends_with("ss")) {
    return size;
  }
  return word.ends_with("xes") ? size - 2 : size - 1;
}

// "debugg" is left over from "debugging": one of the two letters goes. "call", "miss" and "buzz" are words.
size_t strip_doubled(std::string_view stem) {
  const size_t size = stem.size();
  const char last = stem[size - 1];
  const bool doubled =
      size > 3 && last == stem[size - 2] && !is_vowel(last) && last != 'l' && last != 's' && last != 'z';
  return doubled ? size - 1 : size;
}

// "cod" is left over from "coding", "mov" from "moved": consonant, vowel, consonant ask for their 'e' back;
// "fix" does not.
bool lost_final_e(std::string_view stem) {
  return stem.size() == 3 && !is_vowel(stem[0]) && is_vowel(stem[1]) && !is_vowel(stem[2]) &&
         stem[2] != 'w' && stem[2] != 'x';
}

// Takes off -ing or -ed where a word with a vowel is left.
size_t strip_verb_ending(char* word, size_t size) {
  const std::string_view whole(word, size);
  const bool is_ing = whole.ends_with("ing");
  if (!is_ing && (!whole.ends_with("ed") || whole.ends_with("eed"))) {
    return size;
  }
  const std::string_view stem = whole.substr(0, size - (is_ing ? 3 : 2));
  if (stem.size() < 3 || !has_vowel(stem)) {
    return size;
  }
  if (lost_final_e(stem)) {
    word[stem.size()] = 'e';
    return stem.size() + 1;
  }
  return strip_doubled(stem);
}

}  // namespace

size_t strip_ending(char* word, size_t size) {
  const char last = size == 0 ? '\0' : word[size - 1];
  if (last != 's' && last != 'd' && last != 'g' && last != 'e') {
    return size;  // most words
  }
  size = strip_plural({word, size});
  if (size > 4 &&
      (std::string_view(word, size).ends_with("ied") || std::string_view(word, size).ends_with("ie"))) {
    size -= word[size - 1] == 'd' ? 2 : 1;
    word[size - 1] = 'y';
    return size;
  }
  size = strip_verb_ending(word, size);
  if (size > 4 && word[size - 1] == 'e') {
    --size;
  }
  return size;
}

size_t WordReader::next(std::span<char, kMaxWordBytes> word) {
  char* const out = word.data();
  size_t size = 0;
  const char* next = next_;  // a copy: writing to `out` could change next_, for all that the compiler knows
  const char* const end = end_;
  while (next != end) {
    const char folded = kFolded[static_cast<uint8_t>(*next)];
    if (folded == kSeparator) {
      if (size > 0) {
        break;
      }
      ++next;
      continue;
    }
    if (folded != kSpecial) {
      if (size < kMaxWordBytes) {
        out[size++] = folded;
      }
      ++next;
      continue;
    }
    const Character special = special_character(next, end);
    if (size > 0 && (special.kind == Kind::kSeparator || special.kind == Kind::kIdeograph)) {
      break;
    }
    const bool belongs = special.kind == Kind::kLetter || special.kind == Kind::kIdeograph ||
                         (special.kind == Kind::kJoiner && size > 0);
    if (belongs && size + special.size <= kMaxWordBytes) {
      size += copy_special(next, special.size, out + size);
    }
    next += special.size;
    if (special.kind == Kind::kIdeograph) {
      break;
    }
  }
  next_ = next;
  return size == 0 ? 0 : strip_ending(out, size);
}

}  // namespace remora::route
