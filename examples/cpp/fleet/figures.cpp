#include "figures.hpp"

#include <cmath>

namespace fleet {

AgentFigures& AgentFigures::operator+=(const AgentFigures& other) {
  routed += other.routed;
  control += other.control;
  control_ok += other.control_ok;
  learned += other.learned;
  learned_ok += other.learned_ok;
  for (size_t v = 0; v < kMostVariants; ++v) {
    chosen[v] += other.chosen[v];
    chosen_ok[v] += other.chosen_ok[v];
  }
  return *this;
}

AgentFigures AgentFigures::operator-(const AgentFigures& earlier) const {
  AgentFigures change = *this;
  change.routed -= earlier.routed;
  change.control -= earlier.control;
  change.control_ok -= earlier.control_ok;
  change.learned -= earlier.learned;
  change.learned_ok -= earlier.learned_ok;
  for (size_t v = 0; v < kMostVariants; ++v) {
    change.chosen[v] -= earlier.chosen[v];
    change.chosen_ok[v] -= earlier.chosen_ok[v];
  }
  return change;
}

AgentFigures Figures::compared() const {
  AgentFigures sum;
  for (uint32_t agent = 0; agent < kAgents; ++agent) {
    if (!has_newcomer(agent)) {
      sum += agents[agent];
    }
  }
  return sum;
}

uint64_t Figures::routed() const {
  uint64_t sum = 0;
  for (const AgentFigures& agent : agents) {
    sum += agent.routed;
  }
  return sum;
}

Figures Figures::operator-(const Figures& earlier) const {
  Figures change = *this;
  change.wall_ns -= earlier.wall_ns;
  change.acknowledged -= earlier.acknowledged;
  change.control_off -= earlier.control_off;
  change.shadow_runs -= earlier.shadow_runs;
  for (size_t i = 0; i < kAgents; ++i) {
    change.agents[i] = agents[i] - earlier.agents[i];
  }
  return change;
}

Figures figures_now(const Board& board) {
  Figures sum;
  sum.wall_ns = monotonic_ns();
  for (const WorkerCounts& worker : board.workers) {
    sum.acknowledged += value(worker.acknowledged);
    sum.in_flight += value(worker.in_flight);
    sum.control_off += value(worker.control_off);
    sum.shadow_runs += value(worker.shadow_runs);
    sum.errors += value(worker.errors);
    for (size_t i = 0; i < kAgents; ++i) {
      const AgentCounts& from = worker.agents[i];
      AgentFigures agent;
      // What was done right before what was done: no rate can show as more than 1.
      agent.control_ok = value(from.control_ok);
      agent.control = value(from.control);
      agent.learned_ok = value(from.learned_ok);
      agent.learned = value(from.learned);
      agent.routed = value(from.routed);
      for (size_t v = 0; v < kMostVariants; ++v) {
        agent.chosen_ok[v] = value(from.chosen_ok[v]);
        agent.chosen[v] = value(from.chosen[v]);
      }
      sum.agents[i] += agent;
    }
  }
  return sum;
}

double route_time(const Board& board, double share) {
  std::array<uint64_t, kTimeBuckets> counts{};
  uint64_t total = 0;
  for (const WorkerCounts& worker : board.workers) {
    for (size_t i = 0; i < kTimeBuckets; ++i) {
      counts[i] += value(worker.route_times[i]);
      total += value(worker.route_times[i]);
    }
  }
  uint64_t below = 0;
  for (size_t i = 0; i < kTimeBuckets; ++i) {
    below += counts[i];
    if (static_cast<double>(below) >= share * static_cast<double>(total)) {
      const auto power = static_cast<int>(i / 4);
      return std::ldexp(5.0 + static_cast<double>(i % 4), power - 2);  // where the next bucket begins
    }
  }
  return 0;
}

void Recent::add(const Figures& figures) {
  kept_.push_back(figures);
  while (kept_.size() > 2 && figures.wall_ns - kept_[1].wall_ns >= span_ns_) {
    kept_.pop_front();
  }
}

Figures Recent::change() const { return kept_.size() < 2 ? Figures{} : kept_.back() - kept_.front(); }

double Recent::per_second() const {
  const Figures last = change();
  return last.wall_ns == 0 ? 0 : static_cast<double>(last.routed()) * 1e9 / static_cast<double>(last.wall_ns);
}

}  // namespace fleet
