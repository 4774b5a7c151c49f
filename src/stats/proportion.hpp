// What may be said about success rates, also after few trials.
#pragma once

#include <cstdint>

namespace remora::stats {

struct Interval {
  double low = 0;
  double high = 0;
};

// `successes` of `trials`; successes beyond trials count as trials.
struct Count {
  uint64_t successes = 0;
  uint64_t trials = 0;

  double rate() const;  // 0 without trials
};

// Wilson's score interval: the true rate lies in it with the confidence that z stands for (z_two_sided, or
// z_one_sided when one end alone is used). Wilson, "Probable inference, the law of succession, and
// statistical inference", JASA 22 (1927). Always within 0 .. 1; the whole of it without trials or when z is
// not a finite number >= 0.
Interval wilson(Count count, double z);

// One end of it, as a one-sided bound at z = z_one_sided(confidence): the true rate is at least (at most)
// this.
double wilson_lower(Count count, double z);
double wilson_upper(Count count, double z);

// Difference of two rates, treatment minus control.
struct Difference {
  double difference = 0;
  double low = -1;
  double high = 1;
};

// Newcombe's hybrid score interval for the difference: "Interval estimation for the difference between
// independent proportions: comparison of eleven methods", Statistics in Medicine 17 (1998), method 10. Within
// -1 .. 1; the whole of it when one arm has no trials or z is not a finite number >= 0.
Difference newcombe(Count control, Count treatment, double z);

// Pooled two-proportion z test of "both rates are equal".
struct ProportionTest {
  double z = 0;            // positive when the treatment's rate is higher
  double p_two_sided = 1;  // chance of so large a difference, either way, between equal rates
  double p_greater = 1;    // one-sided: small when the treatment is better
  double p_less = 1;       // one-sided: small when the treatment is worse
  bool defined = false;    // false, with z 0 and all p 1: an arm without trials, or all outcomes are the same
};
ProportionTest two_proportion_z_test(Count control, Count treatment);

}  // namespace remora::stats
