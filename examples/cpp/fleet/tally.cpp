#include "tally.hpp"

#include <algorithm>

namespace fleet {

void Tally::add(const TraceTask& task, size_t chosen) {
  tasks_ += 1;
  learned_ok_ += task.outcomes[chosen].ok ? 1 : 0;
  learned_cost_ += static_cast<double>(task.outcomes[chosen].cost_micros);
  double known = 0;
  double right = 0;
  double spent = 0;
  for (size_t v = 0; v < ok_.size(); ++v) {
    const TraceOutcome& outcome = task.outcomes[v];
    if (outcome.known) {
      known += 1;
      right += outcome.ok ? 1 : 0;
      spent += static_cast<double>(outcome.cost_micros);
      ok_[v] += outcome.ok ? 1 : 0;
      cost_[v] += static_cast<double>(outcome.cost_micros);
    }
  }
  random_ok_ += right / known;
  random_cost_ += spent / known;
  any_ok_ += right > 0 ? 1 : 0;
}

void Tally::add(const Tally& other) {
  tasks_ += other.tasks_;
  learned_ok_ += other.learned_ok_;
  learned_cost_ += other.learned_cost_;
  random_ok_ += other.random_ok_;
  random_cost_ += other.random_cost_;
  any_ok_ += other.any_ok_;
  for (size_t v = 0; v < ok_.size(); ++v) {
    ok_[v] += other.ok_[v];
    cost_[v] += other.cost_[v];
  }
}

size_t Tally::best_single() const {
  return static_cast<size_t>(std::max_element(ok_.begin(), ok_.end()) - ok_.begin());
}

}  // namespace fleet
