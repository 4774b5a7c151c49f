// Memory for a struct of any announced size, with guards: what lies before and behind it must stay as it was,
// and with a protected page right behind it may not even be read.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace remora::abi_test {

class Guarded {
 public:
  static constexpr size_t kGuard = 256;
  static constexpr std::byte kPattern{0xA5};

  // Makes `size` bytes: the struct's own as far as they fit, zeros behind them, struct_size set to
  // `announced`.
  Guarded(const std::vector<std::byte>& initial, size_t size, uint32_t announced) : size_(size) {
    const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    mapped_ = (kGuard + size + page - 1) / page * page + page;
    base_ = static_cast<std::byte*>(
        mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    // The protected page begins where the struct ends. A size that is no multiple of 8 would leave the struct
    // unaligned, so its last bytes before that page are guard bytes as well.
    place_ = base_ + mapped_ - page - (size + 7) / 8 * 8;
    std::memset(base_, static_cast<int>(kPattern), mapped_ - page);
    std::memset(place_, 0, size);
    std::memcpy(place_, initial.data(), initial.size() < size ? initial.size() : size);
    std::memcpy(place_, &announced, sizeof announced < size ? sizeof announced : size);
    mprotect(base_ + mapped_ - page, page, PROT_NONE);
  }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;
  ~Guarded() { munmap(base_, mapped_); }

  void* place() { return place_; }
  std::byte& operator[](size_t offset) { return place_[offset]; }

  // Whether all bytes around the struct are as they were.
  bool intact() const {
    for (const std::byte* at = place_ - kGuard; at < place_; ++at) {
      if (*at != kPattern) {
        return false;
      }
    }
    for (const std::byte* at = place_ + size_; at < place_ + (size_ + 7) / 8 * 8; ++at) {
      if (*at != kPattern) {
        return false;
      }
    }
    return true;
  }

 private:
  size_t size_;
  size_t mapped_ = 0;
  std::byte* base_ = nullptr;
  std::byte* place_ = nullptr;
};

}  // namespace remora::abi_test
