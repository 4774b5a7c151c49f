// Several reports of one decision, as a host sees them.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <deque>
#include <limits>
#include <map>
#include <random>
#include <string>

#include "engine/joining_host.hpp"
#include "engine/raw_state.hpp"
#include "store/roster.hpp"
#include "store/statistics.hpp"
#include "store/words.hpp"

namespace remora::test {
namespace {

TEST_F(Join, TheFirstReportHoldsUnlessConfiguredOtherwise) {
  const uint64_t id = decide(0);
  ASSERT_EQ(tell(report(id, true)), REMORA_OK) << error.text;
  EXPECT_EQ(tell(report(id, false)), REMORA_E_ALREADY_RECORDED);
  EXPECT_EQ(tell(report(id, false, 1, 2)), REMORA_E_ALREADY_RECORDED) << "whatever its number";
  EXPECT_NEAR(belief(0).state_value, 1, 1e-6);
}

TEST_F(Join, EachRuleMakesItsOwnOfTheReports) {
  const std::map<std::string, double> after_three = {
      {"last", 0.1}, {"sum", 1.5}, {"mean", 0.5}, {"min", 0.1}, {"max", 1}};
  for (const auto& [rule, expected] : after_three) {
    join(rule);
    type = intern(REMORA_KIND_TASK_TYPE, "by " + rule);
    const uint64_t id = decide(0);
    remora_reward reward = sized<remora_reward>();
    ASSERT_EQ(tell(report(id, true)), REMORA_OK) << error.text;
    EXPECT_NEAR(belief(0).state_value, 1, 1e-6) << "the first is learned at once";
    ASSERT_EQ(tell(report(id, false, 0.8)), REMORA_OK) << rule << ": " << error.text;
    ASSERT_EQ(record(report(id, false, 0.2), &reward), REMORA_OK) << rule << ": " << error.text;
    EXPECT_NEAR(reward.reward, 0.1, 1e-6) << "the report's own";
    EXPECT_NEAR(reward.target, expected, 1e-6) << rule;
    EXPECT_EQ(reward.flags, 1U);
    EXPECT_EQ(reward.visits, 1U);
    EXPECT_NEAR(belief(0).state_value, expected, 1e-6) << rule;
    EXPECT_EQ(belief(0).state_visits, 1U) << "one decision, one outcome";
  }
  EXPECT_EQ(stats().outcomes, 5U);
  EXPECT_EQ(metric("remora_joined_reports_total "), 10);
}

TEST_F(Join, ASumIsClippedAsARewardIs) {
  join("sum");
  const uint64_t id = decide(0);
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(tell(report(id, true)), REMORA_OK) << error.text;
  }
  EXPECT_NEAR(belief(0).state_value, 2, 1e-6);
}

TEST_F(Join, IsSetForEachAgent) {
  const remora_id usual = agent;
  remora_id other = 0;
  ASSERT_EQ(plugin().agent_define(handle, "other", "a", &other, &error), REMORA_OK) << error.text;
  configure(R"({"agents": [{"name": "other", "learning": {"join": "max"}}]})");
  const uint64_t first = decide(0);
  agent = other;
  const uint64_t second = decide(0);
  for (const uint64_t id : {first, second}) {
    ASSERT_EQ(tell(report(id, false)), REMORA_OK) << error.text;
  }
  EXPECT_EQ(tell(report(first, true)), REMORA_E_ALREADY_RECORDED);
  EXPECT_EQ(tell(report(second, true)), REMORA_OK) << error.text;
  EXPECT_NEAR(belief(0).state_value, 1, 1e-6);
  agent = usual;
  EXPECT_NEAR(belief(0).state_value, 0, 1e-6);
}

TEST_F(Join, ANumberedReportCountsOnce) {
  join("sum");
  const uint64_t id = decide(0);
  ASSERT_EQ(tell(report(id, false, 0.2, 3)), REMORA_OK) << error.text;
  EXPECT_EQ(tell(report(id, false, 0.2, 3)), REMORA_E_ALREADY_RECORDED);
  EXPECT_NE(std::string(error.text).find("report number 3"), std::string::npos) << error.text;
  ASSERT_EQ(tell(report(id, false, 0.4)), REMORA_OK) << error.text;
  EXPECT_EQ(tell(report(id, false, 0.4, 1)), REMORA_E_ALREADY_RECORDED) << "the one without took number 1";
  EXPECT_NEAR(belief(0).state_value, 0.3, 1e-6);
}

TEST_F(Join, ADecisionTakesSevenReports) {
  join("mean");
  const uint64_t id = decide(0);
  for (int i = 0; i < 7; ++i) {
    ASSERT_EQ(tell(report(id, i != 0)), REMORA_OK) << error.text;
  }
  EXPECT_EQ(tell(report(id, true)), REMORA_E_ALREADY_RECORDED);
  EXPECT_NE(std::string(error.text).find("all of its 7 reports"), std::string::npos) << error.text;
  EXPECT_NEAR(belief(0).state_value, 6.0 / 7, 1e-6);
}

TEST_F(Join, LaterReportsAreTakenWithinTheWindow) {
  join("last", R"(, "join_window_seconds": 60)");
  const uint64_t id = decide(0, kStart);
  remora_outcome outcome = report(id, true);
  outcome.now_ns = kStart + 50 * kSecond;
  ASSERT_EQ(tell(outcome), REMORA_OK) << error.text;
  outcome.success = 0;
  outcome.now_ns = kStart + 60 * kSecond;
  ASSERT_EQ(tell(outcome), REMORA_OK) << error.text;
  outcome.now_ns = kStart + 61 * kSecond;
  EXPECT_EQ(tell(outcome), REMORA_E_ALREADY_RECORDED);
  EXPECT_NE(std::string(error.text).find("for 60 s only"), std::string::npos) << error.text;
}

TEST_F(Join, WhatIsNotAcceptableIsRefusedAndChangesNothing) {
  join("last");
  const uint64_t id = decide(0);
  ASSERT_EQ(tell(report(id, true)), REMORA_OK) << error.text;
  remora_outcome outcome = report(id, false);
  outcome.flags = REMORA_OUTCOME_HAS_NEXT;
  EXPECT_EQ(tell(outcome), REMORA_E_INVALID);
  outcome.flags = REMORA_OUTCOME_ABANDONED;
  EXPECT_EQ(tell(outcome), REMORA_E_ALREADY_RECORDED);
  outcome.flags = REMORA_OUTCOME_HAS_QUALITY;
  outcome.quality = 2;
  EXPECT_EQ(tell(outcome), REMORA_E_INVALID);
  EXPECT_NEAR(belief(0).state_value, 1, 1e-6);
  EXPECT_EQ(tell(report(id, false)), REMORA_OK) << "it takes more still: " << error.text;
}

TEST_F(Join, WhatADeadlineOrTheHostGaveUpTakesNoReports) {
  join("last", R"(, "deadline": {"seconds": 60})");
  const uint64_t overdue = decide(0, kStart);
  tick(kStart + 100 * kSecond);
  EXPECT_EQ(tell(report(overdue, true)), REMORA_E_ALREADY_RECORDED);
  EXPECT_NE(std::string(error.text).find("within its agent's deadline"), std::string::npos) << error.text;
  const uint64_t abandoned = decide(0, kStart + 100 * kSecond);
  remora_outcome outcome = report(abandoned, false);
  outcome.flags = REMORA_OUTCOME_ABANDONED;
  ASSERT_EQ(tell(outcome), REMORA_OK) << error.text;
  EXPECT_EQ(tell(report(abandoned, true)), REMORA_E_ALREADY_RECORDED);
}

TEST_F(Join, SafetyCountsADecisionOnceAndActsOnWhatIsGrave) {
  join("last", "", "true");
  const uint64_t id = decide(1);
  ASSERT_EQ(tell(report(id, true)), REMORA_OK) << error.text;
  ASSERT_EQ(tell(report(id, false)), REMORA_OK) << error.text;
  EXPECT_EQ(verdict(1).window_count, 1U);
  EXPECT_EQ(verdict(1).window_successes, 1U);
  EXPECT_EQ(verdict(1).allowed, 1U);
  remora_outcome grave = report(id, false);
  grave.safety_violation = 1;
  ASSERT_EQ(tell(grave), REMORA_OK) << error.text;
  EXPECT_EQ(verdict(1).allowed, 0U);
  EXPECT_EQ(verdict(1).window_count, 1U);
}

TEST_F(Join, FiguresCountADecisionOnceAndAddWhatReportsTell) {
  join("last");
  const uint64_t id = decide(2);
  remora_outcome outcome = report(id, true);
  outcome.cost_micros = 500;
  ASSERT_EQ(tell(outcome), REMORA_OK) << error.text;
  outcome = report(id, false, 0.8);
  outcome.cost_micros = 250;
  outcome.complaint = 1;
  ASSERT_EQ(tell(outcome), REMORA_OK) << error.text;
  ASSERT_EQ(tell(outcome), REMORA_OK) << "the same complaint once more: " << error.text;
  tick();
  const auto raw = open_raw(folder);
  const store::History& history = raw->history();
  store::VariantStatistics s;
  store::variant_statistics(*history.variant(history.agents[0], 2), &s);
  EXPECT_EQ(s.outcomes, 1U);
  EXPECT_EQ(s.successes, 1U);
  EXPECT_NEAR(s.reward_sum, 0.4, 1e-6);
  EXPECT_NEAR(s.reward_square_sum, 0.16, 1e-6);
  EXPECT_NEAR(s.cost_sum_micros, 1'000, 1e-6);
  EXPECT_EQ(s.graded, 2U);
  EXPECT_EQ(s.complaints, 1U);
}

TEST_F(Join, ADamagedRewardOfTheFirstReportReachesNoValue) {
  join("sum");
  for (const float wrong : {std::numeric_limits<float>::quiet_NaN(), 1e30F}) {
    const uint64_t id = decide(2);
    ASSERT_EQ(tell(report(id, true)), REMORA_OK) << error.text;
    const auto raw = open_raw(folder);
    for (uint32_t i = 0; i < raw->history().capacities.ledger_slots; ++i) {
      raw->history().ledger[i].result.store(store::FloatPair{wrong, 0}.pack());
    }
    const remora_outcome second = report(id, true);
    remora_reward reward = sized<remora_reward>();
    ASSERT_EQ(plugin().record_outcome(handle, &second, &reward, &error), REMORA_OK) << error.text;
    EXPECT_LE(std::fabs(reward.q_after), 2.0);
  }
}

// Whether reports come together or the second one long behind, the values end at the same place: those of the
// state and those of the agent.
TEST_F(Join, ALateReportMovesValuesToWhereItWouldHaveTakenThemAtOnce) {
  const std::string rules =
      R"({"safety": {"enabled": false}, "learning": {"learning_rate": 0.1, "join": "last",
                               "pooling": {"category_weight": 0, "fleet_weight": 0}}})";
  remora_id at_once = 0;
  ASSERT_EQ(plugin().agent_define(handle, "at-once", "a", &at_once, &error), REMORA_OK) << error.text;
  configure(rules);
  const remora_id late = agent;
  const uint32_t seed = 11;
  SCOPED_TRACE(seed);
  std::mt19937 dice(seed);
  struct Owed {
    int due;
    remora_outcome outcome;
  };
  std::deque<Owed> owed;
  for (int i = 0; i < 400; ++i) {
    const double first = static_cast<double>(dice() % 100) / 99;
    const double second = static_cast<double>(dice() % 100) / 99;
    agent = at_once;
    ASSERT_EQ(tell(report(decide(0), false, second)), REMORA_OK) << error.text;
    agent = late;
    const uint64_t id = decide(0);
    ASSERT_EQ(tell(report(id, false, first)), REMORA_OK) << error.text;
    owed.push_back({i + static_cast<int>(dice() % 60), report(id, false, second)});
    for (auto o = owed.begin(); o != owed.end();) {
      if (i < 390 && o->due > i) {
        ++o;
        continue;
      }
      ASSERT_EQ(tell(o->outcome), REMORA_OK) << error.text;
      o = owed.erase(o);
    }
    tick();
    if (i == 5) {
      EXPECT_GT(owed.size(), 0U);
    }
  }
  ASSERT_TRUE(owed.empty());
  const remora_belief moved = belief(0);
  agent = at_once;
  const remora_belief direct = belief(0);
  EXPECT_EQ(moved.state_visits, direct.state_visits);
  EXPECT_NEAR(moved.state_value, direct.state_value, 1e-4);
  EXPECT_NEAR(moved.agent_value, direct.agent_value, 1e-4);
}

TEST_F(Join, LearningAgainByOtherWeightsJoinsTheReportsAnew) {
  join("mean");
  const uint64_t id = decide(0);
  ASSERT_EQ(tell(report(id, true)), REMORA_OK) << error.text;
  ASSERT_EQ(tell(report(id, false, 0.8)), REMORA_OK) << error.text;
  tick();
  EXPECT_NEAR(belief(0).state_value, 0.7, 1e-6);
  join("mean", R"(, "reward": {"success": 0.5, "quality": 1})");
  remora_replay_request request = sized<remora_replay_request>();
  request.mode = REMORA_REPLAY_RELEARN;
  remora_replay_report again = sized<remora_replay_report>();
  ASSERT_EQ(plugin().replay(handle, &request, &again, &error), REMORA_OK) << error.text;
  EXPECT_EQ(again.outcomes, 1U);
  EXPECT_NEAR(belief(0).state_value, (0.5 + 0.8) / 2, 1e-6);
  EXPECT_NEAR(belief(0).agent_value, (0.5 + 0.8) / 2, 1e-6);
  ASSERT_EQ(tell(report(id, true)), REMORA_OK) << "values that go on from the decision's: " << error.text;
  const double moved = (0.5 - 0.7) / 3;  // the decision's own reward was joined by the weights of then
  EXPECT_NEAR(belief(0).state_value, (0.5 + 0.8) / 2 + moved, 1e-6);
}

TEST_F(Join, ReplayMovesValuesTowardsWhatAllReportsMake) {
  join("last");
  for (int i = 0; i < 20; ++i) {
    const uint64_t id = decide(0);
    ASSERT_EQ(tell(report(id, true)), REMORA_OK) << error.text;
    ASSERT_EQ(tell(report(id, false)), REMORA_OK) << error.text;
  }
  EXPECT_NEAR(belief(0).state_value, 0, 1e-5);
  remora_replay_request request = sized<remora_replay_request>();
  request.batches = 20;
  request.seed = 1;
  remora_replay_report again = sized<remora_replay_report>();
  ASSERT_EQ(plugin().replay(handle, &request, &again, &error), REMORA_OK) << error.text;
  EXPECT_EQ(again.outcomes, 20U);
  EXPECT_NEAR(belief(0).state_value, 0, 1e-5);
}

TEST_F(Join, AnEvaluationWeighsADecisionOnceByAllItsReports) {
  configure(R"({"safety": {"enabled": false}, "learning": {"policy": "softmax", "join": "last"}})");
  for (int i = 0; i < 400; ++i) {
    const uint64_t id = route().decision_id;
    ASSERT_EQ(tell(report(id, true)), REMORA_OK) << error.text;
    ASSERT_EQ(tell(report(id, false, 0.5)), REMORA_OK) << error.text;
  }
  remora_evaluation e = sized<remora_evaluation>();
  e.resamples = 100;
  ASSERT_EQ(plugin().evaluate(handle, nullptr, 0, &e, &error), REMORA_OK) << error.text;
  EXPECT_EQ(e.outcomes, 400U);
  EXPECT_NEAR(e.logged, 0.25, 1e-6);
}

TEST_F(Join, AReportBehindARestoreGoesIntoHistoryAlone) {
  join("last");
  remora_snapshot_info info = sized<remora_snapshot_info>();
  ASSERT_EQ(plugin().snapshot(handle, &info, &error), REMORA_OK) << error.text;
  char path[512] = {};
  uint64_t needed = 0;
  ASSERT_EQ(plugin().snapshot_path(handle, info.sequence, path, sizeof path, &needed, &error), REMORA_OK);
  const uint64_t id = decide(0);
  ASSERT_EQ(tell(report(id, true)), REMORA_OK) << error.text;
  tick();
  ASSERT_EQ(plugin().restore(handle, path, std::strlen(path), nullptr, &error), REMORA_OK) << error.text;
  for (int i = 0; i < 2; ++i) {
    remora_reward reward = sized<remora_reward>();
    ASSERT_EQ(record(report(id, false), &reward), REMORA_OK) << error.text;
    EXPECT_EQ(reward.flags, 0U);
  }
  tick();
  EXPECT_EQ(belief(0).state_visits, 0U);
  EXPECT_EQ(belief(0).agent_visits, 0U);
}

}  // namespace
}  // namespace remora::test
