// What the workers counted, added up.
#pragma once

#include <array>
#include <cstdint>
#include <deque>

#include "board.hpp"

namespace fleet {

struct AgentFigures {
  uint64_t routed = 0, control = 0, control_ok = 0, learned = 0, learned_ok = 0;
  std::array<uint64_t, kMostVariants> chosen{};
  std::array<uint64_t, kMostVariants> chosen_ok{};

  AgentFigures& operator+=(const AgentFigures& other);
  AgentFigures operator-(const AgentFigures& earlier) const;
  double control_rate() const {
    return control == 0 ? 0 : static_cast<double>(control_ok) / static_cast<double>(control);
  }
  double learned_rate() const {
    return learned == 0 ? 0 : static_cast<double>(learned_ok) / static_cast<double>(learned);
  }
};

struct Figures {
  int64_t wall_ns = 0;
  uint64_t acknowledged = 0, in_flight = 0, control_off = 0, shadow_runs = 0, errors = 0;
  std::array<AgentFigures, kAgents> agents;

  // All agents whose routing is rolled out in two arms at once: those without a newcomer.
  AgentFigures compared() const;
  uint64_t routed() const;
  Figures operator-(const Figures& earlier) const;
};

Figures figures_now(const Board& board);

// Nanoseconds that a share of route's calls took at most, by the upper end of the counting bucket.
double route_time(const Board& board, double share);

// Figures of the last seconds.
class Recent {
 public:
  explicit Recent(double seconds) : span_ns_(static_cast<int64_t>(seconds * 1e9)) {}
  void add(const Figures& figures);
  Figures change() const;     // over the span
  double per_second() const;  // decisions

 private:
  int64_t span_ns_;
  std::deque<Figures> kept_;
};

}  // namespace fleet
