#include "stats/sample_size.hpp"

#include <algorithm>
#include <cmath>

#include "stats/normal.hpp"

namespace remora::stats {
namespace {

bool inside(double x) { return x > 0 && x < 1; }

bool comparable(double p1, double p2, double alpha) {
  return p1 >= 0 && p1 <= 1 && p2 >= 0 && p2 <= 1 && p1 != p2 && inside(alpha);
}

double critical_z(const PowerSettings& settings) {
  return -normal_quantile(settings.two_sided ? settings.alpha / 2 : settings.alpha);
}

// Standard deviations of one trial's contribution to the difference: if both rates were their mean, and as
// they are.
struct Spread {
  double equal;
  double unequal;
};

Spread spread_of(double p1, double p2) {
  const double mean = (p1 + p2) / 2;
  return {std::sqrt(2 * mean * (1 - mean)), std::sqrt(p1 * (1 - p1) + p2 * (1 - p2))};
}

}  // namespace

uint64_t samples_per_arm(double p1, double p2, const PowerSettings& settings) {
  if (!comparable(p1, p2, settings.alpha) || !inside(settings.power)) {
    return kUnreachable;
  }
  const Spread spread = spread_of(p1, p2);
  const double root = critical_z(settings) * spread.equal + normal_quantile(settings.power) * spread.unequal;
  const double samples = std::ceil(std::pow(std::max(root, 0.0) / (p1 - p2), 2));
  if (!(samples < 9e18)) {
    return kUnreachable;
  }
  return std::max<uint64_t>(1, static_cast<uint64_t>(samples));
}

double power_of(double p1, double p2, uint64_t trials_per_arm, const PowerSettings& settings) {
  if (!comparable(p1, p2, settings.alpha) || trials_per_arm == 0) {
    return 0;
  }
  const Spread spread = spread_of(p1, p2);
  const double shift = std::sqrt(static_cast<double>(trials_per_arm)) * std::fabs(p1 - p2);
  const double margin = shift - critical_z(settings) * spread.equal;
  if (spread.unequal == 0) {
    return margin >= 0 ? 1 : 0;
  }
  return normal_cdf(margin / spread.unequal);
}

}  // namespace remora::stats
