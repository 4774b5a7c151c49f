#include "stats/welch.hpp"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/students_t.hpp>

namespace remora::stats {
namespace {

// P(T > t) with that many degrees of freedom.
double upper_tail(double t, double degrees) {
  const boost::math::students_t_distribution<double> distribution(degrees);
  return boost::math::cdf(boost::math::complement(distribution, t));
}

}  // namespace

WelchResult welch_t_test(const Moments& control, const Moments& treatment) {
  WelchResult result;
  if (control.count < 2 || treatment.count < 2) {
    return result;
  }
  const auto nc = static_cast<double>(control.count);
  const auto nt = static_cast<double>(treatment.count);
  const double vc = control.variance() / nc;
  const double vt = treatment.variance() / nt;
  const double error = std::sqrt(vc + vt);
  const double t = (treatment.mean - control.mean) / error;
  const double degrees = (vc + vt) * (vc + vt) / (vc * vc / (nc - 1) + vt * vt / (nt - 1));
  if (!(error > 0) || !std::isfinite(t) || !(degrees > 0) || !std::isfinite(degrees)) {
    return result;
  }
  result.t = t;
  result.degrees = degrees;
  result.p_greater = upper_tail(t, degrees);
  result.p_less = upper_tail(-t, degrees);
  result.p_two_sided = std::min(1.0, 2 * upper_tail(std::fabs(t), degrees));
  result.defined = true;
  return result;
}

}  // namespace remora::stats
