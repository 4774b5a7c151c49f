// How often a canary stage with default numbers advances, holds or rolls back a treatment whose true success
// rate is known: simulated outcome by outcome with the rules as they are. docs/rollout.md carries these
// figures, and is held to them here.

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "rollout/agent_in_rollout.hpp"
#include "rollout/verdict.hpp"

namespace remora::rollout {
namespace {

constexpr double kBaselineRate = 0.8;
constexpr int kRuns = 1'000;
constexpr uint64_t kLast = 1'000;  // treatment outcomes after which a run is called "holds"

// Raw draws rather than a distribution of the standard library, which each library computes its own way.
class Chance {
 public:
  bool happens(double chance) { return static_cast<double>(random_() >> 11) * 0x1p-53 < chance; }

 private:
  std::mt19937_64 random_{2024};
};

struct Tally {
  int advanced = 0, rolled_back = 0, held = 0;
};

// One stage at a share of 10 % until it is decided. `outcomes_for_time`: treatment outcomes that come before
// the minimum time is over.
void run_stage(double rate, uint64_t outcomes_for_time, Chance& chance, Tally* tally) {
  const Rules rules = Rules::of({});
  const store::StagePlan stage = rules.settings.stages[2];
  Evidence evidence;
  while (evidence.treatment.trials < kLast) {
    const bool treated = chance.happens(0.1);
    stats::Count& arm = treated ? evidence.treatment : evidence.baseline;
    ++arm.trials;
    arm.successes += chance.happens(treated ? rate : kBaselineRate) ? 1 : 0;
    Reason reason = Reason::kNone;
    if (must_roll_back(stage, evidence, rules, &reason)) {
      ++tally->rolled_back;
      return;
    }
    evidence.elapsed_ns = evidence.treatment.trials >= outcomes_for_time ? stage.minimum_ns : 0;
    if (treated && judge(stage, evidence, rules).action == Action::kAdvance) {
      ++tally->advanced;
      return;
    }
  }
  ++tally->held;
}

Tally simulate(double rate, uint64_t outcomes_for_time) {
  Chance chance;
  Tally tally;
  for (int run = 0; run < kRuns; ++run) {
    run_stage(rate, outcomes_for_time, chance, &tally);
  }
  return tally;
}

std::string table_line(double rate, uint64_t outcomes_for_time) {
  const Tally t = simulate(rate, outcomes_for_time);
  char text[128];
  std::snprintf(text, sizeof text, "| %.2f | %.1f %% | %.1f %% | %.1f %% |", rate, 100.0 * t.advanced / kRuns,
                100.0 * t.rolled_back / kRuns, 100.0 * t.held / kRuns);
  return text;
}

TEST(FalseRollbacks, SpareASoundTreatmentAndCatchABadOne) {
  const Tally sound = simulate(0.8, 100);
  const Tally bad = simulate(0.6, 100);
  EXPECT_LT(sound.rolled_back, kRuns * 6 / 100);
  EXPECT_GT(sound.advanced, kRuns * 94 / 100);
  EXPECT_GT(bad.rolled_back, kRuns * 9 / 10);
  EXPECT_LT(bad.advanced, kRuns / 100);
}

TEST(FalseRollbacks, AreAsDocumented) {
  std::ifstream file(std::string(REMORA_SOURCE_FOLDER) + "/docs/rollout.md");
  const std::string page{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  ASSERT_FALSE(page.empty());
  for (const uint64_t outcomes_for_time : {100ULL, 500ULL}) {
    for (const double rate : {0.85, 0.80, 0.75, 0.70, 0.65, 0.60}) {
      const std::string line = table_line(rate, outcomes_for_time);
      EXPECT_NE(page.find(line), std::string::npos) << "the page lacks " << line;
    }
  }
}

}  // namespace
}  // namespace remora::rollout
