// How epsilon falls over the life of an agent. All of it follows from a few numbers that the state keeps, so
// a restart goes on where it was, and a changed schedule begins at the outcomes there are.
#pragma once

#include <cstdint>

#include "learn/settings.hpp"

namespace remora::learn {

struct ScheduleProgress {
  uint64_t outcomes = 0;  // of the agent so far
  uint32_t lowered = 0;   // times that the mean reward reached the threshold
};

// Epsilon after so much progress, from the configured one; never below the minimum, nor above the configured:
//   constant     epsilon
//   exponential  epsilon decay^outcomes
//   step         epsilon decay^floor(outcomes / step_outcomes)
//   reward       epsilon - lowered epsilon_decrement (RBED: Maroti 2019, "Reward Based Epsilon Decay")
float epsilon_of(const Schedule& schedule, float epsilon, const ScheduleProgress& progress);

// Whether so good a mean reward lowers epsilon once more: the threshold has risen with each time before.
bool lowers(const Schedule& schedule, double mean_reward, const ScheduleProgress& progress);

}  // namespace remora::learn
