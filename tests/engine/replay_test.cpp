// Experience replay as a host sees it: by call and from the tick.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <vector>

#include "engine/host.hpp"

namespace remora::test {
namespace {

class Replay : public Host {
 protected:
  // Rewards are success x 1 alone, and every outcome counts as the last ones do: a value follows quickly.
  void SetUp() override {
    Host::SetUp();
    learn(R"("learning_rate": 0.2)");
  }
  void learn(const std::string& keys) {
    configure(R"({"safety": {"enabled": false}, "learning": {"reward": {"time": 0}, )" + keys + "}}");
  }

  remora_replay_report replay(remora_replay_request request, int32_t expected = REMORA_OK) {
    request.struct_size = sizeof request;
    remora_replay_report report = sized<remora_replay_report>();
    EXPECT_EQ(plugin().replay(handle, &request, &report, &error), expected) << error.text;
    return report;
  }
  static remora_replay_request request(uint32_t mode, uint32_t batches, uint64_t seed = 1) {
    remora_replay_request r = sized<remora_replay_request>();
    r.mode = mode;
    r.batches = batches;
    r.seed = seed;
    r.alpha = 0.6;
    r.beta = 1;
    return r;
  }

  std::vector<remora_q_cell> cells() {
    std::vector<remora_q_cell> all(64);
    for (remora_q_cell& cell : all) {
      cell = sized<remora_q_cell>();
    }
    uint64_t cursor = 0;
    uint32_t count = 0;
    EXPECT_EQ(plugin().q_cells(handle, &cursor, all.data(), 0, 64, &count), REMORA_OK);
    all.resize(count);
    return all;
  }
  double value(uint32_t variant) {
    for (const remora_q_cell& cell : cells()) {
      if (cell.agent == agent && cell.task_type == type && cell.variant == variant) {
        return cell.q_value;
      }
    }
    return std::numeric_limits<double>::quiet_NaN();
  }
};

TEST_F(Replay, MovesAValueTowardsWhatTheHistoryHolds) {
  teach(0, true, 50);
  teach(0, false, 5);
  const double before = value(0);
  EXPECT_LT(before, 0.4) << "the last outcomes count most";
  const remora_replay_report report = replay(request(REMORA_REPLAY_UNIFORM, 20));
  EXPECT_EQ(report.outcomes, 55U);
  EXPECT_EQ(report.sampled, 640U);
  EXPECT_EQ(report.distinct, 55U);
  EXPECT_GT(value(0), 0.6);
  EXPECT_LT(report.error_after, report.error_before);
}

TEST_F(Replay, CountsNoOutcomeTwice) {
  teach(0, true, 30);
  teach(1, false, 20);
  tick();
  const remora_stats before = stats();
  replay(request(REMORA_REPLAY_UNIFORM, 10));
  replay(request(REMORA_REPLAY_PRIORITIZED, 10));
  tick();
  EXPECT_EQ(stats().visits, 50U);
  EXPECT_EQ(stats().visits, before.visits);
  EXPECT_EQ(stats().outcomes, before.outcomes);
}

TEST_F(Replay, TheSameSeedGivesTheSameValues) {
  std::vector<double> found;
  for (const uint64_t seed : {11U, 11U, 12U}) {
    type = intern(REMORA_KIND_TASK_TYPE, "t" + std::to_string(found.size()));
    agent = 0;
    const std::string name = "agent" + std::to_string(found.size());
    ASSERT_EQ(plugin().agent_define(handle, name.c_str(), "a,b", &agent, &error), REMORA_OK) << error.text;
    for (int i = 0; i < 40; ++i) {
      teach(0, i % 3 == 0);
    }
    remora_replay_request r = request(REMORA_REPLAY_PRIORITIZED, 7, seed);
    r.agent = agent;
    EXPECT_EQ(replay(r).outcomes, 40U);
    found.push_back(value(0));
  }
  EXPECT_EQ(found[0], found[1]);
  EXPECT_NE(found[0], found[2]);
}

TEST_F(Replay, PrioritizedDrawsTheSurprisingMoreOften) {
  teach(0, false, 4);
  teach(0, true, 200);
  learn(R"("learning_rate": 0.000001)");  // values stay where they are, so that priorities do
  remora_replay_request r = request(REMORA_REPLAY_PRIORITIZED, 1);
  r.batch_size = 200;
  const remora_replay_report prioritized = replay(r);
  r.mode = REMORA_REPLAY_UNIFORM;
  const remora_replay_report uniform = replay(r);
  EXPECT_EQ(prioritized.sampled, 200U);
  EXPECT_EQ(uniform.sampled, 200U);
  EXPECT_LT(prioritized.distinct + 20, uniform.distinct) << "the four failures come again and again";
}

TEST_F(Replay, LeavesOtherAgentsAlone) {
  teach(0, true, 20);
  teach(0, false, 20);
  const remora_id first = agent;
  ASSERT_EQ(plugin().agent_define(handle, "other", "a,b", &agent, &error), REMORA_OK);
  teach(0, true, 20);
  teach(0, false, 20);
  const double before = value(0);
  remora_replay_request r = request(REMORA_REPLAY_UNIFORM, 5);
  r.agent = first;
  EXPECT_EQ(replay(r).outcomes, 40U);
  EXPECT_EQ(value(0), before);
}

TEST_F(Replay, TakesNothingThatARestoreHasUndone) {
  teach(0, true, 10);
  remora_snapshot_info info = sized<remora_snapshot_info>();
  ASSERT_EQ(plugin().snapshot(handle, &info, &error), REMORA_OK) << error.text;
  teach(0, false, 10);
  char path[128];
  uint64_t needed = 0;
  ASSERT_EQ(plugin().snapshot_path(handle, info.sequence, path, sizeof path, &needed, &error), REMORA_OK);
  ASSERT_EQ(plugin().restore(handle, path, needed - 1, nullptr, &error), REMORA_OK) << error.text;
  const remora_replay_report report = replay(request(REMORA_REPLAY_UNIFORM, 5));
  EXPECT_EQ(report.outcomes, 0U);
  EXPECT_EQ(report.sampled, 0U);
  EXPECT_EQ(report.skipped_superseded, 20U);
  EXPECT_DOUBLE_EQ(value(0), 1);
}

TEST_F(Replay, TakesNothingThatWasNotLearned) {
  teach(0, true, 10);
  remora_control control = sized<remora_control>();
  control.enabled = 1;
  control.learning = 0;
  ASSERT_EQ(plugin().control_set(handle, &control, &error), REMORA_OK) << error.text;
  teach(0, false, 10);
  replay(request(REMORA_REPLAY_UNIFORM, 1), REMORA_E_STATE);
  control.learning = 1;
  ASSERT_EQ(plugin().control_set(handle, &control, &error), REMORA_OK) << error.text;
  const remora_replay_report report = replay(request(REMORA_REPLAY_UNIFORM, 5));
  EXPECT_EQ(report.outcomes, 10U);
  EXPECT_EQ(report.skipped_unlearned, 10U);
  EXPECT_DOUBLE_EQ(value(0), 1);
}

TEST_F(Replay, RefusesWhatMeansNothing) {
  for (const double wrong : {-0.1, 1.1, std::nan("")}) {
    remora_replay_request r = request(REMORA_REPLAY_PRIORITIZED, 1);
    r.alpha = wrong;
    replay(r, REMORA_E_INVALID);
    r.alpha = 0;
    r.beta = wrong;
    replay(r, REMORA_E_INVALID);
  }
  replay(request(3, 1), REMORA_E_INVALID);
  replay(request(REMORA_REPLAY_UNIFORM, 1'000'001), REMORA_E_INVALID);
  remora_replay_request r = request(REMORA_REPLAY_UNIFORM, 1);
  r.batch_size = 4'097;
  replay(r, REMORA_E_INVALID);
  r.batch_size = 1;
  r.agent = 12'345;
  replay(r, REMORA_E_INVALID);
}

TEST_F(Replay, TheTickReplaysOnlyWhenAsked) {
  teach(0, true, 50);
  teach(0, false, 5);
  const double before = value(0);
  tick();
  EXPECT_EQ(value(0), before);
  learn(R"("learning_rate": 0.2, "replay": {"ratio": 4, "batch_size": 8})");
  tick();
  EXPECT_EQ(value(0), before) << "no outcome came since the last tick";
  teach(1, true, 50);
  tick();
  EXPECT_GT(value(0), before);
  EXPECT_EQ(stats().visits, 105U);
}

TEST_F(Replay, ATickReplaysABatchHoweverShortItsBudgetIsAndLetsOthersHaveTheirTurn) {
  learn(R"("learning_rate": 0.2, "replay": {"ratio": 4, "batch_size": 64})");
  teach(0, true, 50);
  teach(0, false, 5);
  const double before = value(0);
  for (int i = 0; i < 4; ++i) {
    tick(0, 1);
  }
  const double replayed = value(0);
  EXPECT_GT(replayed, before) << "folded by the third, replayed by the fourth";
  for (int i = 0; i < 10; ++i) {
    tick(0, 1);
  }
  EXPECT_EQ(value(0), replayed) << "what a budget has no time for is left out";
  EXPECT_GT(std::filesystem::file_size(folder.path() + "/state/events.jsonl"), 0U);
}

}  // namespace
}  // namespace remora::test
