// What several ways of choosing among variants make of the same recorded tasks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "trace.hpp"

namespace fleet {

class Tally {
 public:
  explicit Tally(size_t variants) : ok_(variants), cost_(variants) {}

  // A task, and the variant that learned routing chose for it.
  void add(const TraceTask& task, size_t chosen);
  void add(const Tally& other);

  uint64_t tasks() const { return tasks_; }

  // Share of tasks done right, in percent.
  double learned() const { return percent(learned_ok_); }
  double random() const { return percent(random_ok_); }  // expected: the mean over the variants
  double always(size_t variant) const { return percent(ok_[variant]); }
  double any() const { return percent(any_ok_); }  // by at least one variant

  // Mean dollars a task.
  double learned_cost() const { return dollars(learned_cost_); }
  double random_cost() const { return dollars(random_cost_); }
  double always_cost(size_t variant) const { return dollars(cost_[variant]); }

  size_t best_single() const;  // the variant that did most tasks right

 private:
  double percent(double sum) const { return tasks_ == 0 ? 0 : 100 * sum / static_cast<double>(tasks_); }
  double dollars(double sum) const { return tasks_ == 0 ? 0 : sum * 1e-6 / static_cast<double>(tasks_); }

  uint64_t tasks_ = 0;
  double learned_ok_ = 0, learned_cost_ = 0;
  double random_ok_ = 0, random_cost_ = 0;
  double any_ok_ = 0;
  std::vector<double> ok_, cost_;  // by variant
};

}  // namespace fleet
