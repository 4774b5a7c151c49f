#include "guard/thresholds.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "stats/normal.hpp"
#include "stats/proportion.hpp"

namespace remora::guard {
namespace {

constexpr double kUsualConfidence = 0.95;

// The nearest number of six digits: 0.6F is a little above 0.6, and 6 of 10 are not below 60 %.
double as_written(float value) { return std::round(static_cast<double>(value) * 1e6) / 1e6; }

bool blocks(uint32_t successes, const Thresholds& t) {
  const stats::Count window{successes, t.lookback};
  return window.rate() < t.minimum &&
         (!t.settings.require_interval || stats::wilson(window, t.z).high < t.minimum);
}

}  // namespace

Thresholds Thresholds::of(const Settings& settings) {
  Thresholds t;
  t.settings = settings;
  t.lookback = std::clamp(settings.lookback, 1U, kMaxLookback);
  t.minimum = as_written(settings.minimum_success_rate);
  const double confidence = as_written(settings.confidence);
  t.z = stats::z_two_sided(confidence > 0 && confidence < 1 ? confidence : kUsualConfidence);
  std::fill(std::begin(t.blocked_up_to), std::end(t.blocked_up_to), static_cast<int8_t>(-1));
  std::fill(std::begin(t.relapsed_up_to), std::end(t.relapsed_up_to), static_cast<int8_t>(-1));
  if (!settings.enabled) {
    return t;
  }
  for (uint32_t s = 0; s <= t.lookback && blocks(s, t); ++s) {
    t.blocked_up_to[t.lookback] = static_cast<int8_t>(s);
  }
  const double lookback = t.lookback;
  for (uint32_t count = 1; count <= t.lookback; ++count) {
    for (uint32_t s = 0; s <= count && (s + lookback - count) / lookback < t.minimum; ++s) {
      t.relapsed_up_to[count] = static_cast<int8_t>(s);
    }
  }
  return t;
}

}  // namespace remora::guard
