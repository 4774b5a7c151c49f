// The state of a host beneath the ABI, to leave in it what a process left that died.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "abi/plugin.hpp"
#include "store/state.hpp"

namespace remora::test {

inline std::unique_ptr<store::State> open_raw(const abi_test::Folder& folder) {
  store::OpenRules rules;
  rules.must_exist = true;
  std::unique_ptr<store::State> state;
  base::Problem problem;
  EXPECT_EQ(store::State::open(folder.path() + "/state", rules, &state, problem), base::Code::kOk)
      << problem.text();
  return state;
}

}  // namespace remora::test
