#include "learn/sum_tree.hpp"

#include <bit>

namespace remora::learn {

SumTree::SumTree(uint32_t places)
    : first_leaf_(std::bit_ceil(places < 2 ? 2U : places)), nodes_(size_t{first_leaf_} * 2, 0.0) {}

void SumTree::set(uint32_t place, double weight) {
  uint32_t node = first_leaf_ + place;
  nodes_[node] = weight;
  // Summed anew, not adjusted: rounding cannot pile up.
  for (node /= 2; node > 0; node /= 2) {
    const size_t left = size_t{2} * node;
    nodes_[node] = nodes_[left] + nodes_[left + 1];
  }
}

uint32_t SumTree::draw(double share) const {
  double wanted = share * total();
  uint32_t node = 1;
  while (node < first_leaf_) {
    node *= 2;
    // Rounding may leave a hair of the share where there is nothing to the right.
    if (wanted >= nodes_[node] && nodes_[node + 1] > 0) {
      wanted -= nodes_[node];
      ++node;
    }
  }
  return node - first_leaf_;
}

}  // namespace remora::learn
