// No stage changes without the snapshot that leads back; a rollback needs none.
#include <chrono>
#include <filesystem>
#include <fstream>

#include "engine/host.hpp"

namespace remora::test {
namespace {

constexpr int64_t kHour = 3'600'000'000'000;

class StageSnapshot : public Host {
 protected:
  void SetUp() override {
    Host::SetUp();
    stop_exploring();
    now_ = std::chrono::system_clock::now().time_since_epoch().count();
    remora_rollout_plan plan = sized<remora_rollout_plan>();
    plan.agent = agent;
    plan.treatment = 1;
    plan.stage_count = 2;
    plan.now_ns = now_;
    plan.stages[0].mode = REMORA_MODE_MONITOR;
    plan.stages[0].minimum_samples = 5;
    plan.stages[0].minimum_ns = kHour;
    plan.stages[1].mode = REMORA_MODE_FULL;
    ASSERT_EQ(plugin().rollout_start(handle, "trial", 5, &plan, &rollout_, &error), REMORA_OK) << error.text;
    for (int i = 0; i < 5; ++i) {
      ASSERT_EQ(record(route().decision_id, true), REMORA_OK) << error.text;
    }
    tick(now_);
  }

  int32_t tick_after(int hours) {
    report_ = sized<remora_tick_report>();
    return plugin().tick(handle, now_ + hours * kHour, 0, &report_, &error);
  }
  remora_rollout status() {
    remora_rollout s = sized<remora_rollout>();
    EXPECT_EQ(plugin().rollout_status(handle, rollout_, &s, &error), REMORA_OK) << error.text;
    return s;
  }
  // A file in place of the folder.
  void spoil_snapshots() const {
    std::filesystem::remove_all(snapshots());
    std::ofstream(snapshots()) << "no folder\n";
  }
  void mend_snapshots() const {
    std::filesystem::remove(snapshots());
    std::filesystem::create_directory(snapshots());
    std::filesystem::permissions(snapshots(), std::filesystem::perms::owner_all);
  }
  std::string snapshots() const { return folder.path() + "/state/snapshots"; }

  int64_t now_ = 0;
  remora_id rollout_ = 0;
  remora_tick_report report_ = sized<remora_tick_report>();
};

TEST_F(StageSnapshot, ThatFailedHoldsTheStageUntilOneSucceeds) {
  spoil_snapshots();
  EXPECT_NE(tick_after(2), REMORA_OK) << "the failure was not told";
  EXPECT_EQ(report_.stage_changes, 0U);
  EXPECT_EQ(status().stage, 0U);
  mend_snapshots();
  EXPECT_EQ(tick_after(3), REMORA_OK) << error.text;
  EXPECT_EQ(report_.stage_changes, 1U);
  EXPECT_EQ(status().stage, 1U);
  remora_snapshot_info newest = sized<remora_snapshot_info>();
  uint32_t count = 0;
  ASSERT_EQ(plugin().snapshot_list(handle, &newest, 0, 1, &count, &error), REMORA_OK) << error.text;
  EXPECT_GT(count, 0U);
}

TEST_F(StageSnapshot, ThatFailedHoldsAnAdvanceByHand) {
  spoil_snapshots();
  EXPECT_NE(plugin().rollout_command(handle, rollout_, REMORA_ROLLOUT_ADVANCE, 0, &error), REMORA_OK);
  EXPECT_EQ(status().stage, 0U);
  mend_snapshots();
  EXPECT_EQ(plugin().rollout_command(handle, rollout_, REMORA_ROLLOUT_ADVANCE, 0, &error), REMORA_OK)
      << error.text;
  EXPECT_EQ(status().stage, 1U);
}

TEST_F(StageSnapshot, ThatFailedHoldsNoRollback) {
  ASSERT_EQ(plugin().variant_block(handle, agent, 1, &error), REMORA_OK) << error.text;
  spoil_snapshots();
  tick_after(2);
  EXPECT_EQ(report_.stage_changes, 1U);
  EXPECT_EQ(status().state, uint32_t{REMORA_ROLLOUT_ROLLED_BACK});
}

}  // namespace
}  // namespace remora::test
