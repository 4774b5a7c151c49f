// The timed intervals of one round, and their percentiles.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "benchmark/harness/timer.hpp"

namespace remora::bench {

class Samples {
 public:
  explicit Samples(std::size_t capacity) { ticks_.reserve(capacity); }

  bool full() const { return ticks_.size() == ticks_.capacity(); }
  std::size_t count() const { return ticks_.size(); }

  void add(std::uint64_t raw_ticks) {
    ticks_.push_back(static_cast<std::uint32_t>(
        std::min<std::uint64_t>(raw_ticks, std::numeric_limits<std::uint32_t>::max())));
  }

  // Call once after the last add and before any percentile.
  void sort() { std::sort(ticks_.begin(), ticks_.end()); }

  // The p-th quantile in nanoseconds, p in [0, 1]; interpolated between the steps of a coarse counter. 0 when
  // empty.
  double percentile(double p) const {
    if (ticks_.empty()) return 0;
    const double rank = p * static_cast<double>(ticks_.size() - 1);
    const std::uint32_t value = ticks_[static_cast<std::size_t>(rank)];
    const auto [first, last] = std::equal_range(ticks_.begin(), ticks_.end(), value);
    const double within =
        (rank - static_cast<double>(first - ticks_.begin())) / static_cast<double>(last - first);
    const Timer& timer = Timer::instance();
    return timer.ns(value + (within - 0.5) * static_cast<double>(timer.step_ticks()));
  }

 private:
  std::vector<std::uint32_t> ticks_;
};

}  // namespace remora::bench
