// Has the mean of a stream of numbers changed? Told as early as the numbers allow.
#pragma once

#include <cstdint>

namespace remora::stats {

struct ChangeRules {
  float tolerance = 0.1F;   // half of the smallest change of the mean worth an alarm, above 0
  float threshold = 15.0F;  // evidence that an alarm needs, above 0; higher = fewer false alarms, later ones
  uint32_t minimum_count = 30;  // numbers that the mean is taken from before any evidence counts
};

// Plain data, legal whatever it holds: a process may die between the stores of its words.
struct ChangeState {
  float mean = 0;  // of the numbers since the last alarm
  uint32_t count = 0;
  float fallen = 0, risen = 0;               // evidence that the mean is lower or higher now
  uint32_t falling_for = 0, rising_for = 0;  // numbers since that evidence was last 0
};

struct Change {
  bool found = false;
  float before = 0, after = 0;  // the mean until the change, and since, as far as it can be told
};

// Takes one number in. When it completes an alarm the state begins anew.
//
// The two-sided test of Page and Hinkley (Page 1954, "Continuous inspection schemes"; Hinkley 1971,
// "Inference about the change-point from cumulative sum tests") in its recursive form (Basseville and
// Nikiforov 1993, "Detection of abrupt changes", section 2.2): with the mean m of all numbers so far and the
// tolerance d,
//   fallen := max(0, fallen + m - x - d)      risen := max(0, risen + x - m - d)
// and an alarm where one exceeds the threshold. The mean since the change is estimated as m -+ (d + evidence
// / numbers since it was 0) (the same, section 2.2.3).
inline Change advance(ChangeState& s, float x, const ChangeRules& rules) {
  constexpr float kMost = 1e9F;
  if (!(x > -kMost && x < kMost) || !(s.mean > -kMost && s.mean < kMost)) {
    s = {};  // no number, or a damaged word
    return {};
  }
  if (s.count >= rules.minimum_count) {
    const auto grow = [&rules](float evidence, float step, uint32_t* numbers) {
      const float next = evidence + step - rules.tolerance;
      *numbers = next > 0 ? *numbers + 1 : 0;
      return next > 0 ? next : 0;
    };
    s.fallen = grow(s.fallen, s.mean - x, &s.falling_for);
    s.risen = grow(s.risen, x - s.mean, &s.rising_for);
    const bool fell = s.fallen > rules.threshold;
    if (fell || s.risen > rules.threshold) {
      const float drop = fell ? s.fallen / static_cast<float>(s.falling_for) + rules.tolerance
                              : -(s.risen / static_cast<float>(s.rising_for) + rules.tolerance);
      const Change change{true, s.mean, s.mean - drop};
      s = {};
      return change;
    }
  }
  constexpr uint32_t kMostCount = 100'000;  // beyond it a float's mean would stand still
  s.count += s.count < kMostCount ? 1 : 0;
  s.mean += (x - s.mean) / static_cast<float>(s.count);
  return {};
}

}  // namespace remora::stats
