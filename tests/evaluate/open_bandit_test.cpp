// Against the Open Bandit sample (Saito et al. 2020): a shop's recommendations, logged under a uniform policy
// and under Thompson sampling, and the figures that its own reference script gives.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "evaluate/estimators.hpp"

namespace remora::evaluate {
namespace {

using base::Code;
using base::Problem;

using Rows = std::vector<std::vector<std::string>>;

std::string traces() {
  const char* folder = std::getenv("REMORA_TRACES");
  return folder != nullptr ? folder : REMORA_SOURCE_FOLDER "/../shared/data";
}

// Fields of a file's lines but the first; empty when there is no such file.
Rows read(const std::string& name) {
  std::ifstream file(traces() + "/" + name);
  Rows rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    rows.emplace_back();
    for (std::string field; std::getline(fields, field, '\t');) {
      rows.back().push_back(field);
    }
  }
  return rows;
}

class OpenBandit : public testing::Test {
 protected:
  void SetUp() override {
    policy_ = read("obd_men_bts_policy.tsv");
    if (policy_.empty()) {
      GTEST_SKIP() << "no traces in " << traces() << "; REMORA_TRACES names their folder";
    }
  }

  // The log under a target whose probabilities stand in the policy's columns `first` .. `first` + 2, by
  // position; without them under the uniform one.
  Log log_of(const std::string& name, size_t first) const {
    std::map<std::string, std::vector<double>> target;
    for (const char* position : {"1", "2", "3"}) {
      for (const auto& row : policy_) {
        target[position].push_back(first == 0
                                       ? 1.0 / static_cast<double>(policy_.size())
                                       : std::stod(row.at(first + static_cast<size_t>(position[0] - '1'))));
      }
    }
    Log log;
    for (const auto& row : read(name)) {
      const auto action = static_cast<uint32_t>(std::stoul(row.at(1)));
      log.add({0, 0, action, std::stod(row.at(3)), std::stod(row.at(4))}, target.at(row.at(2)));
    }
    return log;
  }

  struct Reference {
    double ips, self_normalised, direct, doubly_robust, effective;
  };

  // The reference has six digits.
  static void expect(const Log& log, const Reference& reference) {
    Evaluation e;
    Problem problem;
    ASSERT_EQ(evaluate(log, {}, &e, problem), Code::kOk) << problem.text();
    EXPECT_EQ(e.decisions, 10'000U);
    EXPECT_NEAR(e.ips.value, reference.ips, 1e-6);
    EXPECT_NEAR(e.self_normalised.value, reference.self_normalised, 1e-6);
    EXPECT_NEAR(e.direct.value, reference.direct, 1e-6);
    EXPECT_NEAR(e.doubly_robust.value, reference.doubly_robust, 1e-6);
    EXPECT_NEAR(e.effective, reference.effective, 0.6);
    EXPECT_LT(e.ips.low, e.ips.value);
    EXPECT_GT(e.ips.high, e.ips.value);
  }

  Rows policy_;
};

TEST_F(OpenBandit, TheStartingPolicyIsWorthWhatTheReferenceSays) {
  expect(log_of("obd_men_random.tsv", 3), {0.004590, 0.004664, 0.005173, 0.004696, 2486});
}

TEST_F(OpenBandit, TheSharesReallyShownAreWorthWhatTheReferenceSays) {
  expect(log_of("obd_men_random.tsv", 6), {0.005656, 0.005740, 0.005962, 0.005812, 2869});
}

TEST_F(OpenBandit, TheUniformPolicyIsWorthWhatTheReferenceSays) {
  expect(log_of("obd_men_bts.tsv", 0), {0.003009, 0.003189, 0.003619, 0.002923, 656});
}

// The uniform policy's true value is known from its own log: 0.0046. The interval from the other log holds
// it.
TEST_F(OpenBandit, TheIntervalHoldsTheValueThatTheOtherLogShows) {
  Evaluation e;
  Problem problem;
  ASSERT_EQ(evaluate(log_of("obd_men_bts.tsv", 0), {}, &e, problem), Code::kOk) << problem.text();
  EXPECT_LT(e.self_normalised.low, 0.0046);
  EXPECT_GT(e.self_normalised.high, 0.0046);
}

TEST_F(OpenBandit, TooFewDecisionsToBearAnEstimateAreRefused) {
  const Log all = log_of("obd_men_bts.tsv", 0);
  Log few;
  for (size_t i = 0; i < 500; ++i) {
    few.add(all[i], all.target(i));
  }
  Evaluation e;
  Problem problem;
  EXPECT_EQ(evaluate(few, {}, &e, problem), Code::kState);
  EXPECT_LT(e.effective, 100);
  EXPECT_EQ(e.ips.value, 0);
}

}  // namespace
}  // namespace remora::evaluate
