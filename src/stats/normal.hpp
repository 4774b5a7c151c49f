// The standard normal distribution, by Boost.Math, with a result for every input.
#pragma once

namespace remora::stats {

// P(Z <= z). NaN for NaN.
double normal_cdf(double z);

// P(Z > z), right in the far tail too. NaN for NaN.
double normal_upper_tail(double z);

// The z with P(Z <= z) = probability; minus or plus infinity at 0 and 1, NaN outside 0 .. 1.
double normal_quantile(double probability);

// The z of an interval that holds the true value with this confidence (0.95 gives 1.95996 for two
// sides, 1.64485 for one). NaN unless 0 <= confidence <= 1.
double z_two_sided(double confidence);
double z_one_sided(double confidence);

}  // namespace remora::stats
