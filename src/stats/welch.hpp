// Welch's t-test: do two samples with possibly different variances have the same mean?
#pragma once

#include "stats/moments.hpp"

namespace remora::stats {

// Welch, "The generalization of 'Student's' problem when several different population variances are
// involved", Biometrika 34 (1947); degrees of freedom by Welch and Satterthwaite.
struct WelchResult {
  double t = 0;            // positive when the treatment's mean is higher
  double degrees = 0;      // of freedom, not rounded
  double p_two_sided = 1;  // chance of so large a difference, either way, between equal means
  double p_greater = 1;    // one-sided: small when the treatment's mean is higher
  double p_less = 1;       // one-sided: small when the treatment's mean is lower
  bool defined = false;    // false, with t 0 and all p 1: a sample below 2, or both without any variance
};
WelchResult welch_t_test(const Moments& control, const Moments& treatment);

}  // namespace remora::stats
