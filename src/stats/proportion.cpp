#include "stats/proportion.hpp"

#include <algorithm>
#include <cmath>

#include "stats/normal.hpp"

namespace remora::stats {
namespace {

bool usable(Count count, double z) { return count.trials != 0 && std::isfinite(z) && z >= 0; }

double square(double x) { return x * x; }

}  // namespace

double Count::rate() const {
  return trials == 0 ? 0 : static_cast<double>(std::min(successes, trials)) / static_cast<double>(trials);
}

Interval wilson(Count count, double z) {
  if (!usable(count, z)) {
    return {0, 1};
  }
  const auto n = static_cast<double>(count.trials);
  const double p = count.rate();
  const double scale = 1 + z * z / n;
  const double centre = (p + z * z / (2 * n)) / scale;
  const double half = z / scale * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  // At no and at all successes the ends are exactly 0 and 1; rounding would miss them.
  return {count.successes == 0 ? 0 : std::max(0.0, centre - half),
          count.successes >= count.trials ? 1 : std::min(1.0, centre + half)};
}

double wilson_lower(Count count, double z) { return wilson(count, z).low; }

double wilson_upper(Count count, double z) { return wilson(count, z).high; }

Difference newcombe(Count control, Count treatment, double z) {
  Difference result;
  result.difference = treatment.rate() - control.rate();
  if (!usable(control, z) || !usable(treatment, z)) {
    return result;
  }
  const Interval c = wilson(control, z);
  const Interval t = wilson(treatment, z);
  const double below = std::sqrt(square(treatment.rate() - t.low) + square(c.high - control.rate()));
  const double above = std::sqrt(square(t.high - treatment.rate()) + square(control.rate() - c.low));
  result.low = std::max(-1.0, result.difference - below);
  result.high = std::min(1.0, result.difference + above);
  return result;
}

ProportionTest two_proportion_z_test(Count control, Count treatment) {
  ProportionTest result;
  if (control.trials == 0 || treatment.trials == 0) {
    return result;
  }
  const auto nc = static_cast<double>(control.trials);
  const auto nt = static_cast<double>(treatment.trials);
  const double pooled = (control.rate() * nc + treatment.rate() * nt) / (nc + nt);
  const double error = std::sqrt(pooled * (1 - pooled) * (1 / nc + 1 / nt));
  if (!(error > 0)) {
    return result;
  }
  result.z = (treatment.rate() - control.rate()) / error;
  result.p_greater = normal_upper_tail(result.z);
  result.p_less = normal_cdf(result.z);
  result.p_two_sided = std::min(1.0, 2 * normal_upper_tail(std::fabs(result.z)));
  result.defined = true;
  return result;
}

}  // namespace remora::stats
