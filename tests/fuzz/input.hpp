// Takes a fuzzer's bytes apart. When they are used up everything taken is zero, so any input means something.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace remora::fuzz {

class Input {
 public:
  Input(const uint8_t* data, size_t size) : data_(data), size_(size) {}

  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }

  template <class Number>
  Number take() {
    Number number{};
    take_bytes(&number, sizeof number);
    return number;
  }

  // Below `limit`, which is not 0.
  uint32_t take_below(uint32_t limit) {
    return (limit <= 256 ? take<uint8_t>() : limit <= 65'536 ? take<uint16_t>() : take<uint32_t>()) % limit;
  }

  // Copies what is left, at most `most`; returns how many bytes that were.
  size_t take_bytes(void* to, size_t most) {
    const size_t count = std::min(most, size_);
    if (count != 0) {
      std::memcpy(to, data_, count);
    }
    skip(count);
    return count;
  }

  std::string_view take_text(size_t most) {
    const std::string_view text(reinterpret_cast<const char*>(data_), std::min(most, size_));
    skip(text.size());
    return text;
  }
  std::string_view take_rest() { return take_text(size_); }

 private:
  void skip(size_t count) {
    data_ += count;
    size_ -= count;
  }

  const uint8_t* data_;
  size_t size_;
};

}  // namespace remora::fuzz
