#include "rollout/rules.hpp"

#include "stats/normal.hpp"

namespace remora::rollout {

Rules Rules::of(const Settings& settings) {
  Rules rules;
  rules.settings = settings;
  const bool usable = settings.confidence > 0 && settings.confidence < 1;
  rules.z = stats::z_two_sided(usable ? static_cast<double>(settings.confidence) : 0.95);
  return rules;
}

}  // namespace remora::rollout
