// Places that are drawn in proportion to their weights, while weights change.
#pragma once

#include <cstdint>

#include "base/heap.hpp"

namespace remora::learn {

// A binary tree whose nodes hold the sums of what is below them (Schaul et al. 2016, "Prioritized experience
// replay", appendix B.2.1): setting a weight and drawing a place take log2(places) steps.
class SumTree {
 public:
  // All weights are 0 at first. Throws std::bad_alloc.
  explicit SumTree(uint32_t places);

  // `weight` is finite and not negative.
  void set(uint32_t place, double weight);
  double weight(uint32_t place) const { return nodes_[first_leaf_ + place]; }
  double total() const { return nodes_[1]; }

  // The place in which a share of the total falls, share in [0, 1). A place of weight 0 is never drawn; the
  // total is not 0.
  uint32_t draw(double share) const;

 private:
  uint32_t first_leaf_;
  base::Vector<double> nodes_;  // the root at 1, children of i at 2i and 2i + 1
};

}  // namespace remora::learn
