// What the agents of a shadow learner lean on above them, kept up to date with every outcome.
#pragma once

#include <cstdint>

#include "base/heap.hpp"
#include "engine/parent_sum.hpp"
#include "learn/hierarchy.hpp"
#include "store/history.hpp"

namespace remora::engine {

// The same as parents_of, of values that are kept elsewhere. Throws std::bad_alloc.
class ShadowParents {
 public:
  // `most` outcomes of an agent count.
  ShadowParents(const store::History& history, float most);

  // What an agent saw of a variant over all its tasks became another value.
  void change(uint32_t agent, uint32_t variant, store::QCell before, store::QCell after);
  // `own` is what the agent saw itself.
  learn::Parents of(uint32_t agent, uint32_t variant, store::QCell own) const;

 private:
  struct Sums {
    uint32_t category = 0, fleet = 0;  // places in sums_
  };
  const Sums* find(uint32_t agent, uint32_t variant) const;

  float most_;
  base::Vector<uint32_t>
      first_;  // by agent: the place of its variant 0 in variants_; one more behind the last
  base::Vector<Sums> variants_;
  base::Vector<ParentSum> sums_;
};

}  // namespace remora::engine
