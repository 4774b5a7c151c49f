// Lines of text that wait to be taken, the oldest giving way.
#pragma once

#include <cstdint>
#include <list>
#include <string_view>
#include <utility>

#include "base/heap.hpp"

namespace remora::ops {

// Not for several threads at once: its owner has a lock.
class LineRing {
 public:
  struct Line {
    int32_t level = 0;
    base::String text;
  };

  explicit LineRing(size_t limit) : limit_(limit) {}

  // Throws std::bad_alloc; the ring is then as before.
  void push(int32_t level, std::string_view text) {
    lines_.push_back({level, base::String(text)});
    if (lines_.size() > limit_) {
      lines_.pop_front();
      ++lost_;
    }
  }

  bool empty() const { return lines_.empty(); }
  size_t size() const { return lines_.size(); }
  const Line& oldest() const { return lines_.front(); }
  Line take() {
    Line line = std::move(lines_.front());
    lines_.pop_front();
    return line;
  }
  void clear() { lines_.clear(); }

  // Lines that gave way since the last call of forget_lost.
  uint64_t lost() const { return lost_; }
  void forget_lost() { lost_ = 0; }

 private:
  size_t limit_;
  uint64_t lost_ = 0;
  std::list<Line, base::HeapAllocator<Line>> lines_;
};

}  // namespace remora::ops
