// The numbers of rollouts, as <remora/rollout.h> and <remora/route.h> have them.
#pragma once

#include <cstdint>

namespace remora::rollout {

enum class Mode : uint32_t { kOff = 0, kMonitor = 1, kShadow = 2, kCanary = 3, kFull = 4 };

enum class State : uint32_t { kNone = 0, kRunning = 1, kPaused = 2, kComplete = 3, kRolledBack = 4 };

enum class Reason : uint32_t {
  kNone = 0,
  kTooEarly = 1,         // minimum time not over
  kTooFew = 2,           // minimum samples not reached
  kBelowMargin = 3,      // holds: worse than the baseline by more than the stage's margin
  kPassed = 4,           // every criterion holds
  kSuccessDrop = 5,      // rolled back: success rate too far below the baseline's
  kCriticalError = 6,    // rolled back: a critical error in the treatment
  kSafetyViolation = 7,  // rolled back: a safety violation in the treatment
  kOperator = 8,
  kBlocked = 9,  // rolled back: the safety check blocked the treatment variant
  kNotRunning = 10,
  kOneUnit = 11,  // holds: the minimum samples are there, but too many of them are of one unit
};

enum class Command : uint32_t { kAdvance = 1, kPause = 2, kResume = 3, kRollBack = 4 };

// RolloutRecord::treatment when it is no variant; as REMORA_TREATMENT_LEARNED.
inline constexpr uint32_t kLearnedTreatment = 0xFFFFFFFEu;

inline constexpr uint32_t kWholeShare = 10'000;  // basis points

}  // namespace remora::rollout
