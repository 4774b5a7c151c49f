#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "base/utf8.hpp"

namespace remora::base {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// Bytes of `text` without the beginning of a character that was cut off at its end.
size_t without_cut_character(const char* text, size_t size) {
  const size_t earliest = size - std::min<size_t>(size, 3);
  for (size_t begin = size; begin > earliest; --begin) {
    const auto byte = static_cast<uint8_t>(text[begin - 1]);
    if ((byte & 0xC0) == 0xC0) {
      return decode_utf8({text + begin - 1, size - begin + 1}, nullptr) == 0 ? begin - 1 : size;
    }
    if (byte < 0x80) {
      break;
    }
  }
  return size;
}

}  // namespace

Text::Text(char* buffer, size_t capacity) : buffer_(buffer), capacity_(capacity) { clear(); }

void Text::clear() {
  length_ = 0;
  stored_ = 0;
  if (capacity_ != 0) {
    buffer_[0] = '\0';
  }
}

std::string_view Text::view() const { return {buffer_, stored_}; }

void Text::append(std::string_view text) {
  const bool complete = stored_ == length_;  // else something before this was dropped already
  length_ += text.size();
  if (!complete || capacity_ == 0 || text.empty()) {
    return;
  }
  const size_t room = capacity_ - 1 - stored_;
  const size_t taken = std::min(room, text.size());
  std::memcpy(buffer_ + stored_, text.data(), taken);
  stored_ += taken;
  if (taken < text.size()) {
    stored_ = without_cut_character(buffer_, stored_);
  }
  buffer_[stored_] = '\0';
}

void Text::append(char character) { append(std::string_view(&character, 1)); }

void Text::append_format(const char* format, ...) {
  char part[1024];
  va_list arguments;
  va_start(arguments, format);
  const int written = std::vsnprintf(part, sizeof part, format, arguments);
  va_end(arguments);
  if (written > 0) {
    append(std::string_view(part, std::min(static_cast<size_t>(written), sizeof part - 1)));
  }
}

void Text::append_signed(int64_t value) {
  char digits[24];
  const auto result = std::to_chars(digits, digits + sizeof digits, value);
  append(std::string_view(digits, static_cast<size_t>(result.ptr - digits)));
}

void Text::append_unsigned(uint64_t value) {
  char digits[24];
  const auto result = std::to_chars(digits, digits + sizeof digits, value);
  append(std::string_view(digits, static_cast<size_t>(result.ptr - digits)));
}

void Text::append_number(double value) {
  if (std::isnan(value)) {
    append("NaN");
  } else if (std::isinf(value)) {
    append(value > 0 ? "+Inf" : "-Inf");
  } else {
    char digits[32];  // the shortest form of a double has at most 24 characters
    const auto result = std::to_chars(digits, digits + sizeof digits, value);
    append(std::string_view(digits, static_cast<size_t>(result.ptr - digits)));
  }
}

void Text::append_json_number(double value) {
  if (std::isfinite(value)) {
    append_number(value);
  } else {
    append("null");
  }
}

void Text::append_json_string(std::string_view text) {
  append('"');
  while (!text.empty()) {
    const size_t size = decode_utf8(text, nullptr);
    if (size == 0) {
      append(kReplacement);
      text.remove_prefix(1);
      continue;
    }
    append_json_character(text.substr(0, size));
    text.remove_prefix(size);
  }
  append('"');
}

void Text::append_json_character(std::string_view character) {
  constexpr std::string_view kShort = "\"\\\b\f\n\r\t";
  constexpr std::string_view kLetters = "\"\\bfnrt";
  const char first = character[0];
  if (const size_t i = kShort.find(first); i != std::string_view::npos) {
    const char escaped[2] = {'\\', kLetters[i]};
    append(std::string_view(escaped, 2));
  } else if (static_cast<uint8_t>(first) < 0x20) {
    append_format("\\u%04x", static_cast<unsigned>(static_cast<uint8_t>(first)));
  } else {
    append(character);
  }
}

void Text::append_time(int64_t unix_ns) {
  constexpr int64_t kStep = 1'000'000;
  const int64_t unix_ms = unix_ns / kStep - (unix_ns % kStep < 0 ? 1 : 0);
  // In milliseconds from here on: the library's own rounding of nanoseconds overflows near the ends of their
  // range.
  const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds(unix_ms)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  append_format("%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
}

}  // namespace remora::base
