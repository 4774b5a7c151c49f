#include "learn/target.hpp"

namespace remora::learn {

float expected_value(const Settings& settings, const Beliefs& chosen_by, const Beliefs& values,
                     uint64_t eligible) {
  alignas(16) float weights[store::kMaxVariants];
  weigh(settings, chosen_by, eligible, weights);
  float value = 0;
  float total = 0;
  for (uint32_t v = 0; v < values.count; ++v) {
    value += weights[v] * values.mean[v];
    total += weights[v];
  }
  return value / total;
}

}  // namespace remora::learn
