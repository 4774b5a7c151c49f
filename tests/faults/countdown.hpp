// Counts allocations, and has the one behind so many fail, or all that are behind.
#pragma once

#include <atomic>
#include <cstdint>

namespace remora::test {

class Countdown {
 public:
  void set(int64_t after, bool once) {
    once_ = once;
    left_ = after;
  }
  // Counts one; true when it shall fail.
  bool strikes() {
    ++calls_;
    const int64_t left = left_.fetch_sub(1);
    return once_ ? left == 0 : left <= 0;
  }
  uint64_t calls() const { return calls_; }

 private:
  std::atomic<int64_t> left_{INT64_MAX};
  std::atomic<bool> once_{false};
  std::atomic<uint64_t> calls_{0};
};

}  // namespace remora::test
