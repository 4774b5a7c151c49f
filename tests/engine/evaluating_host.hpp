// A host that runs tasks by chance, and asks what another configuration would have brought.
#pragma once

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "engine/host.hpp"

namespace remora::test {

inline constexpr double kSuccess[] = {0.2, 0.4, 0.6, 0.9};
inline constexpr const char* kUniform = R"({"safety": {"enabled": false},
  "learning": {"policy": "epsilon_greedy", "epsilon": 1}})";
inline constexpr const char* kGreedy = R"({"learning": {"policy": "epsilon_greedy", "epsilon": 0.1}})";
inline constexpr uint64_t kSeed = 4711;

class Evaluate : public Host {
 protected:
  // Routes a task and reports whether it went well, as its variant does.
  remora_decision run(remora_task t) {
    t.draw = random() | 1;
    const remora_decision decision = route(t);
    const bool success = std::uniform_real_distribution<>(0, 1)(random) < kSuccess[decision.variant & 3];
    EXPECT_EQ(record(decision.decision_id, success), REMORA_OK) << error.text;
    return decision;
  }
  void run(int tasks) {
    for (int i = 0; i < tasks; ++i) {
      run(task());
    }
  }
  remora_evaluation evaluate(const std::string& configuration, int32_t expected = REMORA_OK,
                             double least_effective = 0) {
    remora_evaluation evaluation = sized<remora_evaluation>();
    evaluation.least_effective = least_effective;
    EXPECT_EQ(plugin().evaluate(handle, configuration.data(), configuration.size(), &evaluation, &error),
              expected)
        << error.text;
    return evaluation;
  }

  std::mt19937_64 random{kSeed};
};

}  // namespace remora::test
