#include "stats/interval.hpp"

#include <cmath>
#include <limits>

#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>

namespace remora::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The value of F that is exceeded with probability 1 - p, by the beta distribution behind it.
double f_quantile(double p, double first, double second) {
  const double beta = boost::math::ibeta_inv(first / 2, second / 2, p);
  return second * beta / (first * (1 - beta));
}

bool is_confidence(double confidence) { return confidence > 0 && confidence < 1; }

}  // namespace

Interval mean_interval(double mean, double variance, double count, double confidence) {
  if (!(count >= 2) || !std::isfinite(count) || !(variance >= 0) || !std::isfinite(variance) ||
      !std::isfinite(mean) || !is_confidence(confidence)) {
    return {-kInfinity, kInfinity};
  }
  const boost::math::students_t_distribution<double> distribution(count - 1);
  const double half = boost::math::quantile(boost::math::complement(distribution, (1 - confidence) / 2)) *
                      std::sqrt(variance / count);
  return {mean - half, mean + half};
}

Interval variance_ratio_interval(double first, double first_count, double second, double second_count,
                                 double confidence) {
  const double ratio = first / second;
  if (!(first_count >= 2) || !(second_count >= 2) || !std::isfinite(ratio) || !(ratio >= 0) ||
      !is_confidence(confidence)) {
    return {0, kInfinity};
  }
  const double tail = (1 - confidence) / 2;
  return {ratio / f_quantile(1 - tail, first_count - 1, second_count - 1),
          ratio / f_quantile(tail, first_count - 1, second_count - 1)};
}

}  // namespace remora::stats
