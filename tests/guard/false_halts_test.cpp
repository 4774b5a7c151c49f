// How often the safety rule halts a variant whose true success rate is known, within 100 tasks: computed
// exactly, over all sequences of outcomes. docs/safety.md carries these figures, and is held to them here.

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "guard/guarded_agent.hpp"
#include "guard/thresholds.hpp"

namespace remora::guard {
namespace {

constexpr uint32_t kTasks = 100;

// Chance that a variant with independent outcomes of one success rate trips within `tasks`. A Markov chain:
// its states are the windows of the last `lookback` outcomes, and a window that trips is left out of the next
// step.
double halt_chance(const Thresholds& thresholds, double rate, uint32_t tasks) {
  const uint32_t lookback = thresholds.lookback;
  const size_t windows = size_t{1} << lookback;
  std::vector<bool> trips(windows);
  std::vector<double> chance(windows);
  for (size_t w = 0; w < windows; ++w) {
    const auto successes = static_cast<uint32_t>(std::popcount(w));
    trips[w] = thresholds.trips(lookback, successes);
    chance[w] = std::pow(rate, successes) * std::pow(1 - rate, lookback - successes);
  }
  double halted = 0;
  for (uint32_t task = lookback;; ++task) {
    for (size_t w = 0; w < windows; ++w) {
      if (trips[w]) {
        halted += chance[w];
        chance[w] = 0;
      }
    }
    if (task == tasks) {
      return halted;
    }
    // The oldest outcome, in the top bit, leaves; a new one enters at the bottom.
    std::vector<double> next(windows);
    for (size_t w = 0; w < windows / 2; ++w) {
      const double before = chance[w] + chance[w + windows / 2];
      next[2 * w] = before * (1 - rate);
      next[2 * w + 1] = before * rate;
    }
    chance.swap(next);
  }
}

Thresholds thresholds_of(uint32_t lookback, bool require_interval) {
  Settings settings;
  settings.lookback = lookback;
  settings.require_interval = require_interval;
  return Thresholds::of(settings);
}

std::string percent(double chance) {
  char text[32];
  std::snprintf(text, sizeof text,
                chance >= 0.9995   ? "%.0f %%"
                : chance >= 0.0005 ? "%.1f %%"
                                   : "%.4f %%",
                chance * 100);
  return text;
}

// One line of the table: the true rate, then plain rule and default rule for lookbacks of 10 and 16.
std::string table_line(double rate) {
  char text[160];
  std::snprintf(text, sizeof text, "| %.1f | %s | %s | %s | %s |", rate,
                percent(halt_chance(thresholds_of(10, false), rate, kTasks)).c_str(),
                percent(halt_chance(thresholds_of(10, true), rate, kTasks)).c_str(),
                percent(halt_chance(thresholds_of(16, false), rate, kTasks)).c_str(),
                percent(halt_chance(thresholds_of(16, true), rate, kTasks)).c_str());
  return text;
}

TEST(FalseHalts, PlainRuleHaltsNearlyEveryFifthSoundVariant) {
  // The chance of one look is the binomial's, P(at most 4 of 10).
  EXPECT_NEAR(halt_chance(thresholds_of(10, false), 0.8, 10), 0.0063694, 1e-7);
  const double exact = halt_chance(thresholds_of(10, false), 0.8, kTasks);
  EXPECT_NEAR(exact, 0.19035, 1e-5);
  // 18.6 % is what 20,000 simulated variants gave: within twice the error of so many.
  EXPECT_NEAR(exact, 0.186, 2 * std::sqrt(exact * (1 - exact) / 20'000));
}

TEST(FalseHalts, DefaultRuleHaltsHardlyASoundOneAndMostBadOnes) {
  const Thresholds usual = Thresholds::of({});
  EXPECT_LT(halt_chance(usual, 0.8, kTasks), 0.0005);
  EXPECT_GT(halt_chance(usual, 0.2, kTasks), 0.95);
}

TEST(FalseHalts, ComputedChanceIsWhatHappens) {
  // 1,500 variants with a true rate of 0.3, each reported 100 tasks long.
  constexpr int kRuns = 1'500;
  const double expected = halt_chance(Thresholds::of({}), 0.3, kTasks);
  test::GuardedAgent a(2);
  store::VariantRecord& record = a.state.variant(a.agent, 1);
  std::mt19937_64 random(11);
  std::bernoulli_distribution success(0.3);
  int halted = 0;
  for (int run = 0; run < kRuns; ++run) {
    record.block.store(0);
    record.recent.store(0);
    a.state.agent(a.agent).blocked.store(0);
    for (uint32_t task = 0; task < kTasks && !a.blocked(1); ++task) {
      a.report(1, success(random) ? "+" : "-");
    }
    halted += a.blocked(1) ? 1 : 0;
  }
  const double deviation = std::sqrt(expected * (1 - expected) / kRuns);
  EXPECT_NEAR(static_cast<double>(halted) / kRuns, expected, 4 * deviation);
}

TEST(FalseHalts, AreAsDocumented) {
  std::ifstream file(std::string(REMORA_SOURCE_FOLDER) + "/docs/safety.md");
  const std::string page{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  ASSERT_FALSE(page.empty());
  for (const double rate : {0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2}) {
    EXPECT_NE(page.find(table_line(rate)), std::string::npos) << "the page lacks " << table_line(rate);
  }
}

}  // namespace
}  // namespace remora::guard
