// Clocks that jump, stop and start anew, under the plugin alone: what takes an hour takes an hour, and
// nothing that was over begins again.
#include <algorithm>
#include <string>
#include <vector>

#include "engine/host.hpp"
#include "faults/system_calls.hpp"

namespace remora::test {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kHour = 3'600 * kSecond;
constexpr int64_t kYear = 365 * 24 * kHour;
constexpr uint32_t kVariant = 1;

struct Jump {
  const char* name;
  int64_t by_ns;
};

class Clocks : public Host, public testing::WithParamInterface<Jump> {
 protected:
  void SetUp() override {
    watch_plugin(reinterpret_cast<const void*>(plugin().route));
    set_wall_clock_ahead(0);
    Host::SetUp();
    tick_now();
  }

  remora_tick_report tick_now() {
    auto report = sized<remora_tick_report>();
    EXPECT_EQ(plugin().tick(handle, 0, 0, &report, &error), REMORA_OK) << error.text;
    return report;
  }
  remora_tick_report after(int64_t nanoseconds) {
    advance_clocks(nanoseconds);
    return tick_now();
  }
  void jump() { set_wall_clock_ahead(GetParam().by_ns); }

  remora_id start_canary() {
    auto plan = sized<remora_rollout_plan>();
    plan.agent = agent;
    plan.treatment = kVariant;
    plan.stage_count = 2;
    plan.stages[0] = {REMORA_MODE_CANARY, 5'000, 20, 0, kHour, 0, 0, {}};
    plan.stages[1] = {REMORA_MODE_FULL, 10'000, 20, 0, kHour, 0, 0, {}};
    remora_id rollout = 0;
    EXPECT_EQ(plugin().rollout_start(handle, "trial", 5, &plan, &rollout, &error), REMORA_OK) << error.text;
    return rollout;
  }
  void succeed(int times) {
    for (int i = 0; i < times; ++i) {
      ASSERT_EQ(record(route().decision_id, true), REMORA_OK) << error.text;
    }
  }
  uint32_t stage(remora_id rollout) {
    auto status = sized<remora_rollout>();
    EXPECT_EQ(plugin().rollout_status(handle, rollout, &status, &error), REMORA_OK) << error.text;
    EXPECT_EQ(status.state, REMORA_ROLLOUT_RUNNING);
    return status.stage;
  }

  void fail_critically() {
    auto outcome = sized<remora_outcome>();
    outcome.agent = agent;
    outcome.task_type = type;
    outcome.variant = kVariant;
    outcome.critical_error = 1;
    ASSERT_EQ(record(outcome), REMORA_OK) << error.text;
  }
  bool blocked() {
    auto query = sized<remora_safety_query>();
    auto verdict = sized<remora_safety_verdict>();
    query.agent = agent;
    query.variant = kVariant;
    EXPECT_EQ(plugin().safety_check(handle, &query, &verdict, &error), REMORA_OK) << error.text;
    return verdict.allowed == 0;
  }

  // Outcomes of a variant in the last hour, as the metrics say it.
  uint64_t in_the_last_hour(uint32_t variant) {
    std::string text(1 << 20, '\0');
    uint64_t needed = 0;
    EXPECT_EQ(plugin().metrics_text(handle, text.data(), text.size(), &needed, &error), REMORA_OK);
    const std::vector<std::string> names{"steady", "quick", "deep", "wild"};
    for (size_t at = text.find("\nremora_variant_outcomes_1h{"); at != std::string::npos;
         at = text.find("\nremora_variant_outcomes_1h{", at + 1)) {
      const std::string line = text.substr(at + 1, text.find('\n', at + 1) - at - 1);
      if (line.find("variant=\"" + names[variant] + "\"") != std::string::npos) {
        return std::stoull(line.substr(line.rfind(' ') + 1));
      }
    }
    return 0;
  }
};

TEST_P(Clocks, SnapshotsKeepTheirHour) {
  after(kHour);
  jump();
  uint32_t snapshots = tick_now().snapshots;
  EXPECT_LE(snapshots, 1U);
  for (int hour = 0; hour < 5; ++hour) {
    EXPECT_EQ(after(kHour).snapshots, 1U) << "hour " << hour << " after the jump";
  }
  set_wall_clock_ahead(0);
  EXPECT_LE(tick_now().snapshots, 1U);
  for (int hour = 0; hour < 5; ++hour) {
    EXPECT_EQ(after(kHour).snapshots, 1U) << "hour " << hour << " after the clock was put right";
  }
}

TEST_P(Clocks, AStageLastsItsTime) {
  const remora_id rollout = start_canary();
  succeed(200);
  after(kHour / 2);
  jump();
  EXPECT_EQ(tick_now().stage_changes, 0U);
  EXPECT_EQ(after(kHour / 2 - 60 * kSecond).stage_changes, 0U);
  EXPECT_EQ(stage(rollout), 0U);
  EXPECT_EQ(after(70 * kSecond).stage_changes, 1U);
  EXPECT_EQ(stage(rollout), 1U);
}

TEST_P(Clocks, ABlockFromBeforeLastsItsTime) {
  fail_critically();
  after(kHour / 2);
  jump();
  tick_now();
  EXPECT_TRUE(blocked());
  after(kHour / 2 - 60 * kSecond);
  EXPECT_TRUE(blocked());
  after(70 * kSecond);
  EXPECT_FALSE(blocked()) << "probation is late";
}

TEST_P(Clocks, ABlockFromAfterwardsLastsItsTime) {
  jump();
  tick_now();
  fail_critically();
  tick_now();
  EXPECT_TRUE(blocked());
  after(kHour - 60 * kSecond);
  EXPECT_TRUE(blocked());
  after(70 * kSecond);
  EXPECT_FALSE(blocked()) << "probation is late";
}

TEST_P(Clocks, WindowsHoldTheLastHour) {
  teach(kVariant, true, 30);
  tick_now();
  EXPECT_EQ(in_the_last_hour(kVariant), 30U);
  jump();
  tick_now();
  teach(2, true, 20);
  tick_now();
  EXPECT_EQ(in_the_last_hour(2), 20U);
  after(2 * kHour);
  EXPECT_EQ(in_the_last_hour(2), 0U);
  EXPECT_EQ(in_the_last_hour(kVariant), 0U) << "a window that was over is open again";
  set_wall_clock_ahead(0);
  tick_now();
  EXPECT_EQ(in_the_last_hour(2), 0U);
  EXPECT_EQ(in_the_last_hour(kVariant), 0U) << "a window that was over is open again";
  teach(3, true, 10);
  tick_now();
  EXPECT_EQ(in_the_last_hour(3), 10U);
}

std::string name_of(const testing::TestParamInfo<Jump>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Time, Clocks,
                         testing::Values(Jump{"NoJump", 0}, Jump{"AnHourBack", -kHour},
                                         Jump{"AnHourAhead", kHour}, Jump{"TenYearsBack", -10 * kYear},
                                         Jump{"TenYearsAhead", 10 * kYear},
                                         Jump{"ThirteenYearsAheadBeyond2038", 13 * kYear}),
                         name_of);

using HostTime = Clocks;

// A clock that stands still while the machine runs.
TEST_F(HostTime, AFrozenWallClockKeepsNothingWaiting) {
  const remora_id rollout = start_canary();
  succeed(200);
  for (int quarter = 1; quarter <= 4; ++quarter) {
    set_wall_clock_ahead(-quarter * (kHour / 4 + kSecond));
    const remora_tick_report report = after(kHour / 4 + kSecond);
    EXPECT_EQ(report.stage_changes, quarter == 4 ? 1U : 0U);
  }
  EXPECT_EQ(stage(rollout), 1U);
}

// Suspension counts as time: both clocks have moved.
TEST_F(HostTime, ASuspendedMachineIsNoJump) {
  const remora_id rollout = start_canary();
  succeed(200);
  EXPECT_EQ(after(8 * kHour).stage_changes, 1U);
  EXPECT_EQ(stage(rollout), 1U);
}

TEST_F(HostTime, OfTheFarPastChangesNothing) {
  const remora_id rollout = start_canary();
  succeed(200);
  for (int i = 0; i < 3; ++i) {
    tick(1);
    EXPECT_EQ(tick_now().stage_changes, 0U);
  }
  EXPECT_EQ(stage(rollout), 0U);
  EXPECT_EQ(after(kHour + kSecond).stage_changes, 1U);
}

// The host's word on the time is taken; what is due later is still done in its turn.
TEST_F(HostTime, OfTheFarFutureStopsNothing) {
  tick(plugin_wall_ns() + 10 * kYear);
  EXPECT_NE(route().decision_id, 0U);
  succeed(20);
  for (int hour = 0; hour < 3; ++hour) {
    EXPECT_EQ(after(kHour).snapshots, 1U) << "hour " << hour;
  }
}

}  // namespace
}  // namespace remora::test
