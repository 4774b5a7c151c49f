// A change of reward weights takes effect on what is known already.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "base/file_lock.hpp"
#include "engine/host.hpp"
#include "engine/raw_state.hpp"
#include "store/file_names.hpp"

namespace remora::test {
namespace {

constexpr const char* kOld = R"("success": 1, "quality": 0, "time": 0, "error": -0.5, "cost": 0)";
constexpr const char* kNew = R"("success": 0.25, "quality": 1, "time": -0.5, "error": 0, "cost": -1)";

using Values = std::map<std::tuple<remora_id, remora_id, uint32_t>, std::pair<double, uint32_t>>;

class Relearn : public Host {
 protected:
  void weights(const char* reward) {
    configure(std::string(R"({"safety": {"enabled": false}, "learning": {"reward": {)") + reward + "}}}");
  }
  // Outcomes of many kinds, the same ones each time, under two task types.
  void live(int outcomes) {
    const remora_id types[] = {intern(REMORA_KIND_TASK_TYPE, "one"), intern(REMORA_KIND_TASK_TYPE, "two")};
    for (int i = 0; i < outcomes; ++i) {
      remora_outcome o = sized<remora_outcome>();
      o.agent = agent;
      o.task_type = types[i % 2];
      o.variant = static_cast<uint32_t>(i / 2 % 4);
      o.success = i % 3 == 0 ? 0 : 1;
      o.flags = i % 5 == 0 ? 0U : static_cast<uint32_t>(REMORA_OUTCOME_HAS_QUALITY);
      o.quality = (i % 5) * 0.2;
      o.duration_ns = (i % 11) * 5'000'000'000LL;
      o.error_count = static_cast<uint32_t>(i % 4);
      o.cost_micros = (i % 7) * 10'000;
      o.now_ns = 1'700'000'000'000'000'000LL + i * 1'000'000LL;
      ASSERT_EQ(record(o), REMORA_OK) << error.text;
    }
  }
  remora_replay_report relearn(int32_t expected = REMORA_OK) {
    remora_replay_request request = sized<remora_replay_request>();
    request.mode = REMORA_REPLAY_RELEARN;
    remora_replay_report report = sized<remora_replay_report>();
    EXPECT_EQ(plugin().replay(handle, &request, &report, &error), expected) << error.text;
    return report;
  }
  Values values() {
    Values found;
    uint64_t cursor = 0;
    for (uint32_t count = 1; count != 0;) {
      remora_q_cell cell = sized<remora_q_cell>();
      EXPECT_EQ(plugin().q_cells(handle, &cursor, &cell, 0, 1, &count), REMORA_OK);
      if (count != 0) {
        found[{cell.agent, cell.task_type, cell.variant}] = {cell.q_value, cell.visits};
      }
    }
    return found;
  }
  remora_belief belief(uint32_t variant) {
    remora_belief b = sized<remora_belief>();
    b.agent = agent;
    b.task_type = intern(REMORA_KIND_TASK_TYPE, "one");
    b.variant = variant;
    EXPECT_EQ(plugin().explain(handle, &b, &error), REMORA_OK) << error.text;
    return b;
  }
};

// The same life in another directory, under other weights from the start.
class Other : public Relearn {
 public:
  void TestBody() override {}
  Values lived(const char* reward, int outcomes, double* of_agent) {
    SetUp();
    weights(reward);
    live(outcomes);
    tick();
    const Values found = values();
    *of_agent = belief(1).agent_value;
    TearDown();
    return found;
  }
};

TEST_F(Relearn, GivesTheValuesOfAStateThatHadTodaysWeightsFromTheStart) {
  constexpr int kOutcomes = 600;  // 75 a value: the plain mean and the step size both count
  weights(kOld);
  live(kOutcomes);
  tick();
  const Values before = values();
  weights(kNew);
  const remora_replay_report report = relearn();
  double of_agent = 0;
  const Values wanted = Other().lived(kNew, kOutcomes, &of_agent);
  EXPECT_EQ(report.outcomes, 600U);
  EXPECT_EQ(report.missing, 0U);
  EXPECT_EQ(report.values_changed, 8U);
  EXPECT_LT(report.error_after, report.error_before);
  EXPECT_EQ(values(), wanted) << "bit for bit";
  EXPECT_NE(values(), before);
  EXPECT_NEAR(belief(1).agent_value, of_agent, 1e-6);
}

TEST_F(Relearn, ReachesWhatAgentsLeanOn) {
  const remora_id first = agent;
  ASSERT_EQ(plugin().agent_define(handle, "other", "steady,quick,deep,wild", &agent, &error), REMORA_OK);
  const remora_id other = agent;
  weights(R"("success": 1)");
  type = intern(REMORA_KIND_TASK_TYPE, "one");
  for (const remora_id each : {first, other}) {
    agent = each;
    teach(1, true, 10);
  }
  tick();
  EXPECT_NEAR(belief(1).category_value, 1, 1e-6);
  weights(R"("success": 0.25)");
  relearn();
  for (const bool ticked : {false, true}) {
    EXPECT_NEAR(belief(1).agent_value, 0.25, 1e-6) << ticked;
    EXPECT_NEAR(belief(1).category_value, 0.25, 1e-6) << ticked;
    EXPECT_LT(belief(1).mean, 0.4) << ticked;
    tick();
  }
}

// A retry's state, and what all of the agent's retries made together, are its own: the first attempt's never
// learn of it.
TEST_F(Relearn, TeachesARetryToTheRetrysStateAlone) {
  const std::string cascade = R"({"safety": {"enabled": false}, "learning": {"epsilon": 0,
    "cascade": {"enabled": true}, "reward": {"time": 0, "success": )";
  configure(cascade + "1}}}");
  for (int i = 0; i < 10; ++i) {
    remora_task t = task();
    t.allowed_variants = 0b01;
    const remora_decision first = route(t);
    t.allowed_variants = 0b10;
    t.previous_decision = first.decision_id;
    const remora_decision second = route(t);
    ASSERT_EQ(record(first.decision_id, false), REMORA_OK) << error.text;
    ASSERT_EQ(record(second.decision_id, true), REMORA_OK) << error.text;
  }
  tick();
  configure(cascade + "0.25}}}");
  EXPECT_EQ(relearn().outcomes, 20U);
  for (const bool ticked : {false, true}) {
    const remora_belief retry = explain(1, 1, 0b01);
    EXPECT_NEAR(retry.state_value, 0.25, 1e-6) << ticked;
    EXPECT_NEAR(retry.agent_value, 0.25, 1e-6) << ticked;
    EXPECT_EQ(retry.state_visits, 10U);
    EXPECT_EQ(retry.agent_visits, 10U);
    EXPECT_EQ(explain(1, 0, 0).state_visits, 0U);
    EXPECT_EQ(explain(1, 0, 0).agent_visits, 0U) << ticked;
    EXPECT_EQ(explain(0, 0, 0).agent_visits, 10U) << ticked;
    tick();
  }
}

TEST_F(Relearn, ChangesNothingWhenTheWeightsDidNot) {
  weights(kOld);
  live(400);
  tick();
  const Values before = values();
  EXPECT_EQ(relearn().values_changed, 0U);
  EXPECT_EQ(values(), before);
}

TEST_F(Relearn, AgainAfterASecondChange) {
  weights(kOld);
  live(200);
  tick();
  const Values first = values();
  weights(kNew);
  relearn();
  EXPECT_NE(values(), first);
  weights(kOld);
  const remora_replay_report back = relearn();
  EXPECT_EQ(back.outcomes, 200U) << "the new generation goes on from the old one's outcomes";
  EXPECT_EQ(values(), first);
}

TEST_F(Relearn, SaysWhatTheHistoryNoLongerHolds) {
  constexpr uint32_t kLanes = 16;
  constexpr uint32_t kLaneSlots = 2'048;
  weights(kOld);
  // One thread fills one lane.
  teach(0, true, 100);
  teach(0, false, kLaneSlots);
  tick();
  weights(R"("success": 2)");
  const remora_replay_report report = relearn();
  EXPECT_EQ(report.outcomes, kLaneSlots) << "of " << kLanes << " lanes one was used";
  EXPECT_EQ(report.missing, 100U);
  EXPECT_EQ(stats().visits, 100U + kLaneSlots);
}

TEST_F(Relearn, IsUndoneByTheSnapshotThatItNames) {
  weights(kOld);
  live(100);
  tick();
  const Values before = values();
  weights(kNew);
  const remora_replay_report report = relearn();
  EXPECT_NE(values(), before);
  char path[128];
  uint64_t needed = 0;
  ASSERT_EQ(plugin().snapshot_path(handle, report.snapshot, path, sizeof path, &needed, &error), REMORA_OK)
      << error.text;
  ASSERT_EQ(plugin().restore(handle, path, needed - 1, nullptr, &error), REMORA_OK) << error.text;
  EXPECT_EQ(values(), before);
}

TEST_F(Relearn, IsToldAsAnEvent) {
  weights(kOld);
  live(100);
  weights(kNew);
  const uint64_t generation = stats().generation;
  const remora_replay_report report = relearn();
  EXPECT_EQ(stats().generation, report.generation);
  uint64_t cursor = 0;
  bool told = false;
  for (uint32_t count = 1; count != 0;) {
    remora_event event = sized<remora_event>();
    ASSERT_EQ(plugin().events(handle, &cursor, &event, 0, 1, &count), REMORA_OK);
    if (count != 0 && event.kind == REMORA_EVENT_RELEARNED) {
      told = true;
      EXPECT_EQ(event.value, static_cast<double>(generation));
      EXPECT_EQ(event.detail[0], report.generation);
      EXPECT_EQ(event.detail[1], 100U);
    }
  }
  EXPECT_TRUE(told);
}

TEST_F(Relearn, SurvivesAReopening) {
  weights(kOld);
  live(100);
  weights(kNew);
  relearn();
  const Values after = values();
  reopen();
  EXPECT_EQ(values(), after);
  weights(kOld);
  EXPECT_EQ(relearn().outcomes, 100U) << "the file says which generations it goes on from";
}

TEST_F(Relearn, GivesWayToAnotherProcessThatWritesASnapshot) {
  live(10);
  const Values before = values();
  const auto other = open_raw(folder);
  base::ByteLock lock;
  base::Problem problem;
  ASSERT_EQ(lock.lock_for(other->locks(), store::kSnapshotLock, 0, problem), base::Code::kOk);
  const remora_replay_report report = relearn(REMORA_E_BUSY);
  EXPECT_EQ(report.outcomes, 0U);
  EXPECT_EQ(report.snapshot, 0U);
  EXPECT_EQ(values(), before);
  lock.unlock();
  EXPECT_GT(relearn().outcomes, 0U);
}

TEST_F(Relearn, IsRefusedWhileLearningIsOff) {
  live(10);
  remora_control control = sized<remora_control>();
  control.enabled = 1;
  ASSERT_EQ(plugin().control_set(handle, &control, &error), REMORA_OK) << error.text;
  relearn(REMORA_E_STATE);
}

// Outcomes that no tick had folded when the values were replaced.
class UnfoldedAtARestore : public Host {
 protected:
  uint32_t agent_visits() { return explain(1).agent_visits; }
};

TEST_F(UnfoldedAtARestore, AreNotLearnedByWhatWasRestored) {
  teach(1, true, 10);
  tick();
  remora_snapshot_info info = sized<remora_snapshot_info>();
  ASSERT_EQ(plugin().snapshot(handle, &info, &error), REMORA_OK) << error.text;
  teach(1, false, 7);
  char path[128];
  uint64_t needed = 0;
  ASSERT_EQ(plugin().snapshot_path(handle, info.sequence, path, sizeof path, &needed, &error), REMORA_OK);
  ASSERT_EQ(plugin().restore(handle, path, needed - 1, nullptr, &error), REMORA_OK) << error.text;
  tick();
  EXPECT_EQ(agent_visits(), 10U) << "what was taken back came in again";
  teach(1, true, 2);
  tick();
  EXPECT_EQ(agent_visits(), 12U);
}

TEST_F(UnfoldedAtARestore, AreLearnedWhereValuesAreLearnedAgain) {
  teach(1, true, 10);
  tick();
  teach(1, false, 7);
  remora_replay_request request = sized<remora_replay_request>();
  request.mode = REMORA_REPLAY_RELEARN;
  ASSERT_EQ(plugin().replay(handle, &request, nullptr, &error), REMORA_OK) << error.text;
  tick();
  EXPECT_EQ(agent_visits(), 17U);
}

}  // namespace
}  // namespace remora::test
