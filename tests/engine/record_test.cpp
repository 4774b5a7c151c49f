#include <cmath>
#include <limits>

#include "engine/host.hpp"

namespace remora::test {
namespace {

using Record = Host;

TEST_F(Record, CountsExactlyOnce) {
  const remora_decision decision = route();
  EXPECT_EQ(record(decision.decision_id, true), REMORA_OK);
  EXPECT_EQ(record(decision.decision_id, true), REMORA_E_ALREADY_RECORDED);
  EXPECT_EQ(record(decision.decision_id, false), REMORA_E_ALREADY_RECORDED);
  EXPECT_EQ(stats().visits, 1U);
  EXPECT_EQ(stats().outcomes, 1U);
}

TEST_F(Record, RefusesDecisionsThatWereNeverMade) {
  const remora_decision decision = route();
  EXPECT_EQ(record(decision.decision_id ^ (1ULL << 40), true), REMORA_E_EXPIRED);
  EXPECT_EQ(record(1, true), REMORA_E_EXPIRED);
  EXPECT_EQ(record(~0ULL, true), REMORA_E_EXPIRED);
  EXPECT_EQ(stats().visits, 0U);
}

TEST_F(Record, ExplainsTheReward) {
  const remora_decision decision = route();
  remora_outcome outcome = sized<remora_outcome>();
  outcome.decision_id = decision.decision_id;
  outcome.success = 1;
  outcome.flags = REMORA_OUTCOME_HAS_QUALITY;
  outcome.quality = 0.8;
  outcome.duration_ns = 60'000'000'000;  // the time scale: half of the weight
  outcome.error_count = 3;               // the error scale: half of the weight
  remora_reward reward = sized<remora_reward>();
  ASSERT_EQ(record(outcome, &reward), REMORA_OK) << error.text;
  EXPECT_NEAR(reward.success_term, 1.0, 1e-6);
  EXPECT_NEAR(reward.quality_term, 0.4, 1e-6);
  EXPECT_NEAR(reward.time_term, -0.15, 1e-6);
  EXPECT_NEAR(reward.error_term, -0.25, 1e-6);
  EXPECT_NEAR(reward.reward, 1.0, 1e-6);
  EXPECT_EQ(reward.visits, 1U);
  EXPECT_NEAR(reward.q_after, 1.0, 1e-6);
}

TEST_F(Record, MovesTheValueByTheLearningRateOnceTheMeanHasSettled) {
  configure(R"({"learning": {"learning_rate": 0.1}})");
  teach(0, true, 20);
  remora_outcome outcome = sized<remora_outcome>();
  outcome.agent = agent;
  outcome.task_type = type;
  remora_reward reward = sized<remora_reward>();
  ASSERT_EQ(record(outcome, &reward), REMORA_OK);
  EXPECT_NEAR(reward.q_before, 1.0, 1e-6);
  EXPECT_NEAR(reward.q_after, 0.9, 1e-6);
}

TEST_F(Record, ANextStateAddsItsDiscountedValue) {
  const remora_id follow_up = intern(REMORA_KIND_TASK_TYPE, "follow-up");
  remora_outcome outcome = sized<remora_outcome>();
  outcome.agent = agent;
  outcome.task_type = follow_up;
  outcome.variant = 2;
  outcome.success = 1;
  ASSERT_EQ(record(outcome), REMORA_OK);
  outcome.task_type = type;
  outcome.variant = 0;
  outcome.success = 0;
  outcome.flags = REMORA_OUTCOME_HAS_NEXT;
  outcome.next_task_type = follow_up;
  remora_reward reward = sized<remora_reward>();
  ASSERT_EQ(record(outcome, &reward), REMORA_OK) << error.text;
  EXPECT_NEAR(reward.reward, 0.0, 1e-6);
  EXPECT_NEAR(reward.target, 0.9, 1e-6);
}

TEST_F(Record, AnAbandonedDecisionHasARewardOfNothing) {
  remora_reward reward = sized<remora_reward>();
  reward.reward = reward.q_after = reward.success_term = std::nan("");
  reward.flags = 1;
  remora_outcome outcome = sized<remora_outcome>();
  outcome.decision_id = route().decision_id;
  outcome.flags = REMORA_OUTCOME_ABANDONED;
  ASSERT_EQ(record(outcome, &reward), REMORA_OK) << error.text;
  EXPECT_EQ(reward.flags, 0U);
  EXPECT_EQ(reward.reward, 0);
  EXPECT_EQ(reward.q_after, 0);
  EXPECT_EQ(reward.success_term, 0);
}

TEST_F(Record, AnAbandonedDecisionTeachesNothingAndIsOver) {
  const remora_decision decision = route();
  remora_outcome outcome = sized<remora_outcome>();
  outcome.decision_id = decision.decision_id;
  outcome.flags = REMORA_OUTCOME_ABANDONED;
  EXPECT_EQ(record(outcome), REMORA_OK) << error.text;
  EXPECT_EQ(record(decision.decision_id, true), REMORA_E_ALREADY_RECORDED);
  EXPECT_EQ(stats().visits, 0U);
}

struct BadField {
  const char* name;
  void (*spoil)(remora_outcome&);
};

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr BadField kBadFields[] = {
    {"quality", [](remora_outcome& o) { o.flags = REMORA_OUTCOME_HAS_QUALITY, o.quality = kNan; }},
    {"quality", [](remora_outcome& o) { o.quality = kInfinity; }},
    {"quality", [](remora_outcome& o) { o.flags = REMORA_OUTCOME_HAS_QUALITY, o.quality = 1.01; }},
    {"quality", [](remora_outcome& o) { o.flags = REMORA_OUTCOME_HAS_QUALITY, o.quality = -0.01; }},
    {"user_rating", [](remora_outcome& o) { o.flags = REMORA_OUTCOME_HAS_RATING, o.user_rating = 11; }},
    {"user_rating", [](remora_outcome& o) { o.user_rating = -kInfinity; }},
    {"duration_ns", [](remora_outcome& o) { o.duration_ns = -1; }},
    {"duration_ns", [](remora_outcome& o) { o.duration_ns = INT64_MAX; }},
    {"cost_micros", [](remora_outcome& o) { o.cost_micros = -1; }},
    {"cost_micros", [](remora_outcome& o) { o.cost_micros = INT64_MAX; }},
    {"now_ns", [](remora_outcome& o) { o.now_ns = -5; }},
    {"tokens", [](remora_outcome& o) { o.tokens_in = UINT64_MAX; }},
    {"tool_calls", [](remora_outcome& o) { o.tool_calls_correct = 2, o.tool_calls_total = 1; }},
    {"metric_count", [](remora_outcome& o) { o.metric_count = 9; }},
    {"metrics[0]", [](remora_outcome& o) { o.metric_count = 1, o.metrics[0] = kNan; }},
    {"metric_ids", [](remora_outcome& o) { o.metric_count = 1, o.metric_ids[0] = 77; }},
    {"flags", [](remora_outcome& o) { o.flags = 1U << 30; }},
    {"label_count", [](remora_outcome& o) { o.label_count = 9; }},
    {"next_task_type", [](remora_outcome& o) { o.flags = REMORA_OUTCOME_HAS_NEXT, o.next_task_type = 3; }},
};

TEST_F(Record, RefusesBadValuesByNameAndChangesNothing) {
  uint64_t recorded = 0;
  for (const BadField& bad : kBadFields) {
    const remora_decision decision = route();
    remora_outcome outcome = sized<remora_outcome>();
    outcome.decision_id = decision.decision_id;
    outcome.success = 1;
    bad.spoil(outcome);
    const int32_t code = record(outcome);
    EXPECT_TRUE(code == REMORA_E_INVALID || code == REMORA_E_UNSUPPORTED) << bad.name << " " << code;
    EXPECT_NE(std::string(error.text).find(bad.name[0] == 'n' && bad.name[1] == 'e' ? "task_type" : bad.name),
              std::string::npos)
        << bad.name << ": " << error.text;
    EXPECT_EQ(stats().visits, recorded) << bad.name;
    EXPECT_EQ(record(decision.decision_id, true), REMORA_OK) << bad.name << ": the decision is still open";
    ++recorded;
  }
}

TEST_F(Record, AfterARestoreOldDecisionsReportIntoHistoryOnly) {
  teach(1, true, 5);
  remora_snapshot_info info = sized<remora_snapshot_info>();
  ASSERT_EQ(plugin().snapshot(handle, &info, &error), REMORA_OK) << error.text;
  char path[256];
  ASSERT_EQ(plugin().snapshot_path(handle, info.sequence, path, sizeof path, nullptr, &error), REMORA_OK)
      << error.text;
  const remora_decision before = route();
  ASSERT_EQ(plugin().restore(handle, path, std::strlen(path), nullptr, &error), REMORA_OK) << error.text;
  EXPECT_EQ(record(before.decision_id, true), REMORA_OK) << error.text;
  EXPECT_EQ(stats().visits, 5U);
  EXPECT_EQ(stats().outcomes, 6U);
  const remora_decision after = route();
  EXPECT_EQ(record(after.decision_id, true), REMORA_OK);
  EXPECT_EQ(stats().visits, 6U);
}

TEST_F(Record, SurvivesARestartWithEveryOpenDecision) {
  teach(2, true, 7);
  const remora_decision open_decision = route();
  reopen();
  EXPECT_EQ(stats().visits, 7U);
  EXPECT_EQ(record(open_decision.decision_id, true), REMORA_OK) << error.text;
  EXPECT_EQ(record(open_decision.decision_id, true), REMORA_E_ALREADY_RECORDED);
  EXPECT_EQ(stats().visits, 8U);
}

TEST_F(Record, ABatchRecordsWhatItCan) {
  remora_outcome outcomes[3];
  for (remora_outcome& outcome : outcomes) {
    outcome = sized<remora_outcome>();
    outcome.decision_id = route().decision_id;
  }
  outcomes[1].decision_id = 99;
  remora_reward rewards[3] = {sized<remora_reward>(), sized<remora_reward>(), sized<remora_reward>()};
  remora_batch batch = sized<remora_batch>();
  batch.count = 3;
  EXPECT_EQ(plugin().record_outcome_batch(handle, outcomes, rewards, &batch, &error), REMORA_E_EXPIRED);
  EXPECT_EQ(batch.done, 2U);
  EXPECT_EQ(batch.first_failed, 1U);
  EXPECT_EQ(stats().visits, 2U);
}

}  // namespace
}  // namespace remora::test
