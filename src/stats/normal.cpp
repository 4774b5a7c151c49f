#include "stats/normal.hpp"

#include <cmath>
#include <limits>

#include <boost/math/special_functions/erf.hpp>

namespace remora::stats {
namespace {

constexpr double kSqrt2 = 1.41421356237309504880;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

double normal_cdf(double z) { return normal_upper_tail(-z); }

double normal_upper_tail(double z) {
  if (std::isnan(z)) {
    return kNaN;
  }
  if (std::isinf(z)) {
    return z > 0 ? 0 : 1;
  }
  return 0.5 * boost::math::erfc(z / kSqrt2);
}

double normal_quantile(double probability) {
  if (!(probability >= 0 && probability <= 1)) {
    return kNaN;
  }
  if (probability == 0 || probability == 1) {
    return probability == 0 ? -kInfinity : kInfinity;
  }
  return -kSqrt2 * boost::math::erfc_inv(2 * probability);
}

// The lower tail's quantile, mirrored: 1 - confidence keeps its digits where (1 + confidence) / 2 rounds
// to 1.
double z_two_sided(double confidence) {
  return confidence >= 0 && confidence <= 1 ? -normal_quantile((1 - confidence) / 2) : kNaN;
}

double z_one_sided(double confidence) {
  return confidence >= 0 && confidence <= 1 ? -normal_quantile(1 - confidence) : kNaN;
}

}  // namespace remora::stats
