// Why a variant may run or not; numbered as remora_safety_reason.
#pragma once

#include <cstdint>

namespace remora::guard {

enum class Reason : uint32_t {
  kOk = 0,
  kTooFew = 1,         // allowed: fewer outcomes than the window asks for
  kBelowMinimum = 2,   // the window is below the minimum
  kCriticalError = 3,  // blocked at once
  kViolation = 4,      // blocked at once
  kOperator = 5,       // blocked until an operator lets it back in
  kProbation = 6,      // allowed again after its block
  kRetired = 7,        // the host withdrew the variant
  kRolledBack = 8,     // blocked because its rollout was rolled back
};

}  // namespace remora::guard
