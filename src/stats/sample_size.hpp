// How many trials a comparison of two success rates needs before it can see a difference.
#pragma once

#include <cstdint>

namespace remora::stats {

// No number of trials would do.
inline constexpr uint64_t kUnreachable = UINT64_MAX;

struct PowerSettings {
  double alpha = 0.05;    // chance of seeing a difference that is not there, 0 < alpha < 1
  double power = 0.80;    // chance of seeing one that is, 0 < power < 1
  bool two_sided = true;  // differences in either direction count
};

// Trials in each arm, rounded up, to tell rates p1 and p2 apart. Fleiss, Levin and Paik, "Statistical Methods
// for Rates and Proportions" (2003), section 4.2, without continuity correction. kUnreachable when p1 equals
// p2 or any number is out of range (0 <= p <= 1), so that "enough?" answers no.
uint64_t samples_per_arm(double p1, double p2, const PowerSettings& settings = {});

// The chance of seeing the difference with that many trials in each arm (settings.power is not used), by the
// same approximation; 0 for input out of range.
double power_of(double p1, double p2, uint64_t trials_per_arm, const PowerSettings& settings = {});

}  // namespace remora::stats
