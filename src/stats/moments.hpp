// Count, mean and variance of a stream of numbers, in one pass and mergeable.
#pragma once

#include <cstdint>

namespace remora::stats {

// Plain data: copied, stored and merged freely. Welford, "Note on a method for calculating corrected sums of
// squares and products", Technometrics 4 (1962); merging after Chan, Golub and LeVeque, "Updating formulae
// and a pairwise algorithm for computing sample variances" (1979). Used by one thread.
struct Moments {
  uint64_t count = 0;
  double mean = 0;  // 0 when count is 0
  double m2 = 0;    // sum of squared differences from the mean

  // The moments of `successes` ones and `failures` zeros.
  static Moments of_binary(uint64_t successes, uint64_t failures);

  // Adds one number. What is not finite is ignored.
  void add(double value);

  // Adds all that `other` has seen.
  void merge(const Moments& other);

  // Sample variance (divided by count - 1); 0 when count is below 2.
  double variance() const;
  double standard_deviation() const;
};

}  // namespace remora::stats
