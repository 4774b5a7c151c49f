// The outcomes of several agents with a variant, of which others are left when some are taken out.
#pragma once

#include <algorithm>

#include "learn/hierarchy.hpp"
#include "store/words.hpp"

namespace remora::engine {

struct ParentSum {
  double outcomes = 0, value = 0;

  // `cell` is an agent's own over all its tasks, and counts as at most `most` outcomes.
  static ParentSum of(store::QCell cell, float most) {
    const double n = std::min(static_cast<double>(cell.visits), static_cast<double>(most));
    return {n, n * static_cast<double>(cell.q)};
  }
  ParentSum& operator+=(const ParentSum& other) {
    outcomes += other.outcomes;
    value += other.value;
    return *this;
  }
  learn::Parent without(const ParentSum& part) const {
    const double n = outcomes - part.outcomes;
    return n < 0.5 ? learn::Parent{} : learn::Parent{n, (value - part.value) / n};
  }
};

}  // namespace remora::engine
