#include "stats/effect_size.hpp"

#include <cmath>

#include <boost/math/special_functions/gamma.hpp>

namespace remora::stats {
namespace {

double degrees_of(const Moments& control, const Moments& treatment) {
  return static_cast<double>(control.count) + static_cast<double>(treatment.count) - 2;
}

// J(m) = gamma(m/2) / (sqrt(m/2) gamma((m-1)/2)), as a ratio because the gammas themselves overflow.
double bias_correction(double degrees) {
  const double lower = (degrees - 1) / 2;
  return 1 / (std::sqrt(degrees / 2) * boost::math::tgamma_delta_ratio(lower, 0.5));
}

}  // namespace

double cohens_d(const Moments& control, const Moments& treatment) {
  if (control.count < 2 || treatment.count < 2) {
    return 0;
  }
  const double pooled = std::sqrt((control.m2 + treatment.m2) / degrees_of(control, treatment));
  const double d = (treatment.mean - control.mean) / pooled;
  return pooled > 0 && std::isfinite(d) ? d : 0;
}

double hedges_g(const Moments& control, const Moments& treatment) {
  const double d = cohens_d(control, treatment);
  return d == 0 ? 0 : d * bias_correction(degrees_of(control, treatment));
}

}  // namespace remora::stats
