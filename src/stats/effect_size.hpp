// How large a difference is, in units of the spread: significance says that there is one, this says if it
// matters.
#pragma once

#include "stats/moments.hpp"

namespace remora::stats {

// Cohen's d: (treatment mean - control mean) / pooled standard deviation. Cohen, "Statistical Power Analysis
// for the Behavioral Sciences" (1988); about 0.2 is small, 0.5 medium, 0.8 large. 0 when it is not defined (a
// sample below 2, or no variance in either).
double cohens_d(const Moments& control, const Moments& treatment);

// Hedges' g: d with its bias in small samples removed by the exact factor J. Hedges, "Distribution theory for
// Glass's estimator of effect size and related estimators", Journal of Educational Statistics 6 (1981). 0
// where d is.
double hedges_g(const Moments& control, const Moments& treatment);

}  // namespace remora::stats
