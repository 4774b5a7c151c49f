// Figures of several runs, with what their number leaves uncertain.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace simulation {

struct Spread {
  double mean = 0;
  double half = 0;  // half the width of the mean's 95 % interval
};

// Two-sided 95 % point of Student's t (Abramowitz and Stegun 1964, 26.7.5).
inline double student(double degrees) {
  constexpr double z = 1.959964;
  const double z3 = z * z * z;
  return z + (z3 + z) / (4 * degrees) + (5 * z3 * z * z + 16 * z3 + 3 * z) / (96 * degrees * degrees);
}

// Runs of different seeds are independent.
inline Spread spread_of(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  Spread spread;
  for (const double value : values) {
    spread.mean += value / n;
  }
  double squares = 0;
  for (const double value : values) {
    squares += (value - spread.mean) * (value - spread.mean);
  }
  spread.half = n > 1 ? student(n - 1) * std::sqrt(squares / (n - 1) / n) : 0;
  return spread;
}

// Middle value; of an even number the higher of two.
inline uint32_t median(std::vector<uint32_t> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace simulation
