// File patterns as people write them ("*.sql", "**/migrations/**") turned into RE2 patterns.
#pragma once

#include <string>
#include <string_view>

#include "base/status.hpp"

namespace remora::route {

// Longest glob, in bytes, and the most '*' or '**' that one may hold: together they bound the size of the
// automaton.
inline constexpr size_t kMaxGlobBytes = 256;
inline constexpr size_t kMaxGlobStars = 8;

struct GlobRegex {
  // To be searched for, byte by byte and not anchored, in "\nname\nname\n" with base names, or in
  // "\n/path\n/path\n" with whole paths if whole_path; the names in lower case.
  std::string regex;
  bool whole_path = false;
  size_t stars = 0;  // '*' and '**' left in the expression: those at an end are none
};

// ASCII alone, and the same in every locale.
constexpr char lower_case(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

// A glob without '/' is matched with the base name, one with '/' with the whole path as the host gave it (a
// leading "./" or "/" makes no difference, on either side). Only '/' separates in a glob.
//   *      any characters but '/'              **     any characters; "**/" is any number of folders, none
//   included ?      one character but '/'               [abc]  one of these ASCII characters; [a-z] ranges,
//   [!a] or [^a] none of them {a,b}  one of these, may nest              dir/   everything below dir, as
//   dir/**
// Upper and lower case of ASCII letters are the same.
// Errors: kInvalid for an empty or too long glob, one that matches every file, unbalanced braces or brackets,
// '\' and control characters. The problem's text quotes the glob.
base::Code translate_glob(std::string_view glob, GlobRegex* out, base::Problem& problem);

}  // namespace remora::route
