#include "base/utf8.hpp"

namespace remora::base {
namespace {

// Lead bytes with the range of their second byte, as in table 3-7 of the Unicode standard.
struct Lead {
  uint8_t first, last;                // of the lead byte
  uint8_t second_first, second_last;  // all further bytes are 80..BF
  uint8_t size;
};

constexpr Lead kLeads[] = {
    {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3}, {0xE1, 0xEC, 0x80, 0xBF, 3},
    {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4},
    {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
};

bool within(uint32_t value, uint32_t first, uint32_t last) { return value >= first && value <= last; }

bool is_unprintable(uint32_t c) {
  return c < 0x20 || within(c, 0x7F, 0x9F) ||                     // controls
         c == 0x2028 || c == 0x2029 ||                            // line and paragraph separators
         c == 0x061C || c == 0x200E || c == 0x200F ||             // marks of direction
         within(c, 0x202A, 0x202E) || within(c, 0x2066, 0x2069);  // embeddings, overrides, isolates
}

}  // namespace

size_t decode_utf8(std::string_view text, uint32_t* character) {
  if (text.empty()) {
    return 0;
  }
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  uint32_t value = byte(0);
  size_t size = 0;
  if (value < 0x80) {
    size = 1;
  } else {
    for (const Lead& lead : kLeads) {
      if (!within(value, lead.first, lead.last)) {
        continue;
      }
      if (text.size() < lead.size || !within(byte(1), lead.second_first, lead.second_last)) {
        return 0;
      }
      value &= 0x7FU >> lead.size;
      for (size_t i = 1; i < lead.size; ++i) {
        if ((byte(i) & 0xC0) != 0x80) {
          return 0;
        }
        value = value << 6 | (byte(i) & 0x3FU);
      }
      size = lead.size;
      break;
    }
  }
  if (size != 0 && character != nullptr) {
    *character = value;
  }
  return size;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const size_t size = decode_utf8(text, nullptr);
    if (size == 0) {
      return false;
    }
    text.remove_prefix(size);
  }
  return true;
}

bool is_printable_name(std::string_view text, size_t max_bytes) {
  if (text.empty() || text.size() > max_bytes) {
    return false;
  }
  while (!text.empty()) {
    uint32_t character = 0;
    const size_t size = decode_utf8(text, &character);
    if (size == 0 || is_unprintable(character)) {
      return false;
    }
    text.remove_prefix(size);
  }
  return true;
}

}  // namespace remora::base
