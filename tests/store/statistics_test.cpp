#include "store/statistics.hpp"

#include <gtest/gtest.h>

#include "support/test_state.hpp"

namespace remora::store {
namespace {

using test::Outcome;
using test::TestState;

constexpr int64_t kMinute = 60LL * 1'000'000'000;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kNow = 1'000'000 * kHour;  // the start of an hour

// Figures of outcomes of one variant, each at its time, seen at kNow.
struct Figures {
  VariantStatistics statistics{};
  void add(int64_t when_ns, bool success = true) {
    add_outcome(statistics, Outcome(0, 0, success, when_ns), kNow);
  }
};

TEST(Statistics, SumEveryFieldOfAnOutcome) {
  VariantStatistics s{};
  Outcome o(0, 0, true, kNow, 1.5F);
  o.flags |= kOutcomeCritical | kOutcomeViolation | kOutcomeComplaint | kOutcomeGraded | kOutcomeRated;
  o.quality = 0.5F;
  o.rating = 8;
  o.duration_ns = 2'000'000;
  o.cost_micros = 700;
  o.tokens_in = 11;
  o.tokens_out = 12;
  o.errors = 2;
  o.corrections = 3;
  o.tools_correct = 4;
  o.tools_total = 5;
  add_outcome(s, o, kNow);
  add_outcome(s, Outcome(0, 0, false, kNow, -0.5F), kNow);
  EXPECT_EQ(s.outcomes, 2U);
  EXPECT_EQ(s.successes, 1U);
  EXPECT_EQ(s.critical_errors, 1U);
  EXPECT_EQ(s.violations, 1U);
  EXPECT_EQ(s.complaints, 1U);
  EXPECT_EQ(s.graded, 1U) << "an outcome without a grade has no quality of 0";
  EXPECT_EQ(s.quality_sum, 0.5);
  EXPECT_EQ(s.rated, 1U);
  EXPECT_EQ(s.rating_sum, 8.0);
  EXPECT_EQ(s.timed, 1U);
  EXPECT_EQ(s.duration_sum_ns, 2e6);
  EXPECT_EQ(s.cost_sum_micros, 700.0);
  EXPECT_EQ(s.tokens_in, 11U);
  EXPECT_EQ(s.tokens_out, 12U);
  EXPECT_EQ(s.errors, 2U);
  EXPECT_EQ(s.corrections, 3U);
  EXPECT_EQ(s.tool_calls_correct, 4U);
  EXPECT_EQ(s.tool_calls_total, 5U);
  EXPECT_EQ(s.reward_sum, 1.0);
  EXPECT_EQ(s.reward_square_sum, 2.5);
}

TEST(Statistics, ForgetTheHourAndTheDayWhenTheyAreOver) {
  Figures f;
  f.add(kNow - 30 * kHour);
  f.add(kNow - 23 * kHour, false);
  f.add(kNow - 59 * kMinute);
  f.add(kNow, false);
  EXPECT_EQ(last_hour(f.statistics, kNow).count, 2U);
  EXPECT_EQ(last_hour(f.statistics, kNow).successes, 1U);
  EXPECT_EQ(last_day(f.statistics, kNow).count, 3U);
  EXPECT_EQ(last_day(f.statistics, kNow).successes, 1U);
  EXPECT_EQ(last_hour(f.statistics, kNow + 66 * kMinute).count, 0U);
  EXPECT_EQ(last_day(f.statistics, kNow + 2 * kHour).count, 2U);
  EXPECT_EQ(last_day(f.statistics, kNow + 26 * kHour).count, 0U);
  EXPECT_EQ(f.statistics.outcomes, 4U) << "totals stay";
}

TEST(Statistics, DoNotShowWhatLiesBehindTheTimeAskedFor) {
  Figures f;
  f.add(kNow);
  EXPECT_EQ(last_hour(f.statistics, kNow - 6 * kMinute).count, 0U);
  EXPECT_EQ(last_day(f.statistics, kNow - 2 * kHour).count, 0U);
}

TEST(Statistics, TakeOutcomesThatComeOutOfOrder) {
  Figures f;
  f.add(kNow);
  f.add(kNow - 50 * kMinute);
  f.add(kNow - 2 * 65 * kMinute);  // shares a bucket's place with a newer period
  EXPECT_EQ(last_hour(f.statistics, kNow).count, 2U);
  EXPECT_EQ(last_day(f.statistics, kNow).count, 3U);
}

TEST(Statistics, CountAnOutcomeFromTheFutureAsOfNow) {
  Figures f;
  f.add(kNow + 400 * 24 * kHour);
  f.add(kNow);
  EXPECT_EQ(last_hour(f.statistics, kNow).count, 2U);
  EXPECT_EQ(last_hour(f.statistics, kNow + 10 * kMinute).count, 2U);
}

TEST(Statistics, SurviveTimesBeforeTheEpoch) {
  VariantStatistics s{};
  add_outcome(s, Outcome(0, 0, true, -5), -10);
  EXPECT_EQ(s.outcomes, 1U);
  EXPECT_EQ(last_hour(s, -5).count, 1U);
}

TEST(Statistics, BoundDurationsByPowersOfTwo) {
  constexpr int64_t kFirst = 64'000;
  VariantStatistics s{};
  EXPECT_EQ(duration_quantile(s, 0.5), 0);
  for (const int64_t duration : {int64_t{1}, kFirst, kFirst + 1, 2 * kFirst, 2 * kFirst + 1, INT64_MAX}) {
    Outcome o(0, 0, true, kNow);
    o.duration_ns = duration;
    add_outcome(s, o, kNow);
  }
  EXPECT_EQ(s.duration_histogram[0], 2U);
  EXPECT_EQ(s.duration_histogram[1], 2U);
  EXPECT_EQ(s.duration_histogram[2], 1U);
  EXPECT_EQ(s.duration_histogram[kDurationBuckets - 1], 1U);
  EXPECT_EQ(duration_quantile(s, 0), kFirst);
  EXPECT_EQ(duration_quantile(s, 0.33), kFirst);
  EXPECT_EQ(duration_quantile(s, 0.5), 2 * kFirst);
  EXPECT_EQ(duration_quantile(s, 0.8), 4 * kFirst);
  EXPECT_EQ(duration_quantile(s, 1), kFirst << (kDurationBuckets - 1));
}

TEST(Statistics, AreReadAsLastPublished) {
  TestState state;
  const uint32_t agent = state.add_agent("a", 1);
  VariantRecord& record = state.variant(agent, 0);
  VariantStatistics copy;
  variant_statistics(record, &copy);
  EXPECT_EQ(copy.outcomes, 0U);
  Figures f;
  for (uint64_t fold = 1; fold <= 5; ++fold) {
    f.add(kNow);
    publish_statistics(record, f.statistics, fold);
    variant_statistics(record, &copy);
    EXPECT_EQ(copy.outcomes, fold);
    EXPECT_EQ(statistics_tag(record), fold);
  }
}

TEST(Statistics, OfAnAgentAreThoseOfTheVariantsThatItHas) {
  TestState state;
  const uint32_t agent = state.add_agent("a", 3);
  Figures f;
  f.add(kNow);
  f.add(kNow, false);
  publish_statistics(state.variant(agent, 0), f.statistics, 1);
  publish_statistics(state.variant(agent, 2), f.statistics, 1);
  const auto expect_all = [&](const char* when) {
    EXPECT_EQ(agent_outcomes(state.history(), state.agent(agent)), 4U) << when;
    EXPECT_EQ(agent_totals(state.history(), state.agent(agent)).outcomes, 4U) << when;
    EXPECT_EQ(agent_totals(state.history(), state.agent(agent)).reward, 4.0) << when;
  };
  expect_all("sound");
  ChoiceWord choice = ChoiceWord::unpack(state.agent(agent).choice.load());
  choice.count = 200;
  state.agent(agent).choice.store(choice.pack());
  expect_all("a damaged count");
}

TEST(Statistics, StayAsTheyWereWhenTheWriterDiesHalfWay) {
  TestState state;
  const uint32_t agent = state.add_agent("a", 1);
  VariantRecord& record = state.variant(agent, 0);
  Figures f;
  f.add(kNow);
  publish_statistics(record, f.statistics, 1);
  f.add(kNow);
  publish_statistics(record, f.statistics, 2);
  VariantStatistics& idle = record.statistics[record.statistics[0].tag.load() == 2 ? 1 : 0];
  idle.tag.store(0);
  idle.outcomes = 99;  // half written
  VariantStatistics copy;
  variant_statistics(record, &copy);
  EXPECT_EQ(copy.outcomes, 2U);
  f.add(kNow);
  publish_statistics(record, f.statistics, 3);
  variant_statistics(record, &copy);
  EXPECT_EQ(copy.outcomes, 3U);
}

}  // namespace
}  // namespace remora::store
