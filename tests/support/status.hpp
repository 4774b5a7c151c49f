// Lets a failed expectation say what the library said.
#pragma once

#include <gtest/gtest.h>

#include <ostream>

#include "base/status.hpp"

namespace remora::base {

// Found by GoogleTest when it prints a Code.
inline void PrintTo(Code code, std::ostream* out) {  // NOLINT(readability-identifier-naming)
  const char* name = code_name(static_cast<int32_t>(code));
  *out << (name == nullptr ? "no code" : name);
}

}  // namespace remora::base

namespace remora::test {

// For EXPECT_TRUE(is_ok(call(..., problem), problem)).
inline testing::AssertionResult is_ok(base::Code code, const base::Problem& problem) {
  if (base::ok(code)) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << base::code_name(static_cast<int32_t>(code)) << ": " << problem.text();
}

}  // namespace remora::test
