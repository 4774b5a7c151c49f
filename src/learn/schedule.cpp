#include "learn/schedule.hpp"

#include <algorithm>
#include <cmath>

namespace remora::learn {

float epsilon_of(const Schedule& schedule, float epsilon, const ScheduleProgress& progress) {
  const auto start = static_cast<double>(epsilon);
  const auto decay = static_cast<double>(schedule.decay);
  const uint64_t whole_steps = progress.outcomes / schedule.step_outcomes;
  double now = start;
  switch (schedule.kind) {
    case ScheduleKind::kConstant:
      return epsilon;
    case ScheduleKind::kExponential:
      now = start * std::pow(decay, static_cast<double>(progress.outcomes));
      break;
    case ScheduleKind::kStep:
      now = start * std::pow(decay, static_cast<double>(whole_steps));
      break;
    case ScheduleKind::kReward:
      now = start - progress.lowered * static_cast<double>(schedule.epsilon_decrement);
      break;
  }
  return static_cast<float>(std::max(now, std::min(start, static_cast<double>(schedule.minimum))));
}

bool lowers(const Schedule& schedule, double mean_reward, const ScheduleProgress& progress) {
  return mean_reward >= static_cast<double>(schedule.reward_threshold) +
                            progress.lowered * static_cast<double>(schedule.reward_increment);
}

}  // namespace remora::learn
