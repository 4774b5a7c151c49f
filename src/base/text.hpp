// Writes text into memory of a fixed size: never beyond it, and says how much would have been needed.
#pragma once

#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace remora::base {

// Used by one thread. The buffer belongs to the caller and always ends in NUL when its capacity is not 0;
// what does not fit is dropped but counted, so that the caller can come back with `needed()` bytes. Numbers
// are written as in the C locale whatever the host has set, except by append_format with floating-point
// conversions: use append_number.
class Text {
 public:
  // `buffer` may be nullptr when capacity is 0: then the text is only measured.
  Text(char* buffer, size_t capacity);

  void append(std::string_view text);
  void append(char character);
  [[gnu::format(printf, 2, 3)]] void append_format(const char* format, ...);  // at most 1,023 bytes a call
  void append_signed(int64_t value);
  void append_unsigned(uint64_t value);
  // The shortest text that reads back as the same number; "NaN", "+Inf", "-Inf" for those (as metrics want
  // them).
  void append_number(double value);
  // The same as JSON has it: null for what is no number.
  void append_json_number(double value);
  // A JSON string with its quotes (RFC 8259 section 7). What is not valid UTF-8 becomes U+FFFD.
  void append_json_string(std::string_view text);
  // UTC as RFC 3339 writes it, with milliseconds: 2024-05-01T12:00:00.000Z. Nanoseconds since 1970.
  void append_time(int64_t unix_ns);

  bool fits() const { return length_ < capacity_; }  // all of it, with its NUL
  size_t length() const { return length_; }          // of the whole text, without NUL, whether or not it fits
  uint64_t needed() const { return length_ + 1; }    // capacity for all of it
  std::string_view view() const;                     // what is in the buffer
  void clear();

 private:
  void append_json_character(std::string_view character);

  char* buffer_;
  size_t capacity_;
  size_t length_ = 0;  // of the whole text
  size_t stored_ = 0;  // bytes in the buffer; falls behind length_ for good once something did not fit
};

}  // namespace remora::base
