// Intervals of means and of ratios of variances, for samples that are summed up already.
#pragma once

#include "stats/proportion.hpp"

namespace remora::stats {

// Student's interval of a mean: mean -+ t sqrt(variance / count), t of count - 1 degrees of freedom (Student
// 1908, "The probable error of a mean"). All numbers when count is below 2 or anything is no number.
Interval mean_interval(double mean, double variance, double count, double confidence);

// The F interval of the ratio of two variances, first / second, of so many numbers each (Snedecor and Cochran
// 1989, "Statistical methods", section 6.12). 0 to infinity when it cannot be told.
Interval variance_ratio_interval(double first, double first_count, double second, double second_count,
                                 double confidence);

}  // namespace remora::stats
