#include "config/reader.hpp"

#include <bit>

#include "base/text.hpp"

namespace remora::config {
namespace {

// "1 .. 64", "above 0, at most 1", "0 .. below 1", "above 0, below 1".
void append_range(base::Text* text, const Range& range) {
  if (range.open_least) {
    text->append("above ");
  }
  text->append_number(range.least);
  text->append(range.open_least ? (range.open_most ? ", below " : ", at most ")
                                : (range.open_most ? " .. below " : " .. "));
  text->append_number(range.most);
}

}  // namespace

Reader::Inside::Inside(Reader& reader, std::string_view key) : reader_(reader), length_(reader.path_.size()) {
  reader_.path_ += length_ == 0 ? "" : ".";
  reader_.path_ += key;
}

Reader::Inside::Inside(Reader& reader, std::string_view key, size_t place) : Inside(reader, key) {
  char digits[24];
  base::Text text(digits, sizeof digits);
  text.append('[');
  text.append_unsigned(place);
  text.append(']');
  reader_.path_ += text.view();
}

void Reader::refuse(std::string_view key, std::string_view value, std::string_view what) {
  if (failed_) {
    return;
  }
  failed_ = true;
  const Inside inside(*this, key);
  document_.refuse(problem_, document_.line_of(path_), "%s is %.*s: %.*s", path_.c_str(),
                   static_cast<int>(value.size()), value.data(), static_cast<int>(what.size()), what.data());
}

bool Reader::check_whole(std::string_view key, int64_t value, int64_t least, int64_t most) {
  if (value >= least && value <= most) {
    return true;
  }
  char value_buffer[32];
  char range_buffer[80];
  base::Text value_text(value_buffer, sizeof value_buffer);
  value_text.append_signed(value);
  base::Text range_text(range_buffer, sizeof range_buffer);
  range_text.append("must be ");
  range_text.append_signed(least);
  range_text.append(" .. ");
  range_text.append_signed(most);
  refuse(key, value_text.view(), range_text.view());
  return false;
}

bool Reader::check_power_of_two(std::string_view key, int64_t value, int64_t least, int64_t most) {
  if (!check_whole(key, value, least, most)) {
    return false;
  }
  if (std::has_single_bit(static_cast<uint64_t>(value))) {
    return true;
  }
  char value_buffer[32];
  char what_buffer[80];
  base::Text value_text(value_buffer, sizeof value_buffer);
  value_text.append_signed(value);
  base::Text what(what_buffer, sizeof what_buffer);
  what.append("must be a power of two; the next is ");
  what.append_unsigned(std::bit_ceil(static_cast<uint64_t>(value)));
  refuse(key, value_text.view(), what.view());
  return false;
}

bool Reader::check_number(std::string_view key, double value, double stored, const Range& range) {
  if (range.contains(value) && range.contains(stored)) {
    return true;
  }
  char value_buffer[64];
  char range_buffer[120];
  base::Text value_text(value_buffer, sizeof value_buffer);
  value_text.append_number(value);
  base::Text range_text(range_buffer, sizeof range_buffer);
  range_text.append("must be ");
  append_range(&range_text, range);
  refuse(key, value_text.view(), range_text.view());
  return false;
}

}  // namespace remora::config
