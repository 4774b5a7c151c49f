// Logged decisions, each beside what another policy would have done in its place.
#pragma once

#include <cstdint>
#include <span>

#include "base/heap.hpp"

namespace remora::evaluate {

// One decision and its outcome. Actions are numbered from 0 within a pool.
struct Logged {
  uint64_t context =
      0;              // decisions of one context are alike: the reward model is fitted to each by itself ...
  uint64_t pool = 0;  // ... as far as it goes, and leans on all contexts of its pool
  uint32_t action = 0;    // taken
  double reward = 0;      // had of it
  double propensity = 0;  // with which the logging policy took it, (0, 1]
};

class Log {
 public:
  // `target` holds the other policy's probability of each action: they add up to 1. Throws std::bad_alloc.
  void add(const Logged& logged, std::span<const double> target) {
    rows_.push_back({logged, targets_.size(), target.size()});
    targets_.insert(targets_.end(), target.begin(), target.end());
  }

  size_t size() const { return rows_.size(); }
  const Logged& operator[](size_t i) const { return rows_[i].logged; }
  std::span<const double> target(size_t i) const {
    return {targets_.data() + rows_[i].first, rows_[i].actions};
  }

 private:
  struct Row {
    Logged logged;
    size_t first, actions;
  };
  base::Vector<Row> rows_;
  base::Vector<double> targets_;
};

}  // namespace remora::evaluate
