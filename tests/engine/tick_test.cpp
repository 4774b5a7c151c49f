// What a tick answers when a part of it failed: the part's code, with everything else done.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "engine/host.hpp"
#include "engine/raw_state.hpp"

namespace remora::test {
namespace {

class Tick : public Host {
 protected:
  std::string path(const std::string& name) const { return folder.path() + "/state/" + name; }
  void put(const std::string& name, const std::string& content) const {
    std::ofstream(path(name) + ".new") << content;
    std::filesystem::rename(path(name) + ".new", path(name));
  }
  int32_t tick_once(int64_t now_ns = 0) {
    report = sized<remora_tick_report>();
    return plugin().tick(handle, now_ns, 0, &report, &error);
  }
  std::string log() {
    std::string lines(65'536, '\0');
    uint64_t written = 0;
    EXPECT_EQ(plugin().log_drain(handle, lines.data(), lines.size(), &written, &error), REMORA_OK);
    return lines.substr(0, lines.find('\0'));
  }

  remora_tick_report report = sized<remora_tick_report>();
};

TEST_F(Tick, TellsThatAConfigurationWasRefusedAndDoesTheRest) {
  teach(1, true, 3);
  put("remora.json", "{\n  \"safety\": {\"lookback\": 100}\n}\n");
  EXPECT_EQ(tick_once(), REMORA_E_CONFIG);
  EXPECT_NE(std::string(error.text).find("remora.json:2: safety.lookback is 100"), std::string::npos)
      << error.text;
  EXPECT_EQ(report.config_reloads, 0U);
  EXPECT_EQ(report.folded, 3U) << "what came after the configuration was left out";
  EXPECT_NE(log().find("the settings before stay in force"), std::string::npos);
  EXPECT_EQ(tick_once(), REMORA_OK) << "one refusal was told twice";

  put("remora.json", R"({"learning": {"epsilon": 0.25}})");
  EXPECT_EQ(tick_once(), REMORA_OK) << error.text;
  EXPECT_EQ(report.config_reloads, 1U);
  EXPECT_NEAR(route().epsilon, 0.25, 1e-6);
}

// A budget that is over before anything has begun: each tick does one part.
TEST_F(Tick, WhatABudgetHasNoTimeForComesFirstInTheNext) {
  teach(1, true, 3);
  uint64_t folded = 0;
  for (int i = 0; i < 12; ++i) {
    report = sized<remora_tick_report>();
    ASSERT_EQ(plugin().tick(handle, 0, 1, &report, &error), REMORA_OK) << error.text;
    folded += report.folded;
  }
  EXPECT_EQ(folded, 3U);
  EXPECT_TRUE(std::filesystem::exists(path("events.jsonl"))) << "the last part but one was never reached";
}

TEST_F(Tick, TellsThatASwappedSnapshotWasRefusedAndDoesTheRest) {
  teach(1, true, 3);
  put("active.rsnap", std::string(500, 'x'));
  const int64_t later = std::chrono::system_clock::now().time_since_epoch().count() + 10'000'000'000;
  EXPECT_EQ(tick_once(later), REMORA_E_FORMAT);
  EXPECT_NE(std::string(error.text).find("active.rsnap was refused"), std::string::npos) << error.text;
  EXPECT_EQ(report.restores, 0U);
  EXPECT_EQ(report.folded, 3U);
  EXPECT_TRUE(std::filesystem::exists(path("events.jsonl"))) << "what comes after it was left out";
  EXPECT_EQ(tick_once(later), REMORA_OK) << "one refusal was told twice";
  EXPECT_EQ(stats().visits, 3U);
}

TEST_F(Tick, GivesItsTimeToCallsThatTakeNone) {
  constexpr int64_t kDay = 86'400'000'000'000;
  const int64_t ahead = std::chrono::system_clock::now().time_since_epoch().count() + 30 * kDay;
  ASSERT_EQ(tick_once(ahead), REMORA_OK) << error.text;
  remora_snapshot_info info = sized<remora_snapshot_info>();
  ASSERT_EQ(plugin().snapshot(handle, &info, &error), REMORA_OK) << error.text;
  EXPECT_EQ(info.taken_ns, ahead);
  remora_control control = sized<remora_control>();
  control.learning = control.enabled = 1;
  control.mode = REMORA_MODE_MONITOR;
  ASSERT_EQ(plugin().control_set(handle, &control, &error), REMORA_OK) << error.text;
  ASSERT_EQ(plugin().variant_block(handle, agent, 2, &error), REMORA_OK) << error.text;
  ASSERT_EQ(plugin().variant_unblock(handle, agent, 2, &error), REMORA_OK) << error.text;
  remora_event events[16];
  std::fill(std::begin(events), std::end(events), sized<remora_event>());
  uint64_t cursor = 0;
  uint32_t count = 0;
  ASSERT_EQ(plugin().events(handle, &cursor, events, 0, 16, &count), REMORA_OK);
  for (uint32_t i = 0; i < count; ++i) {
    if (events[i].kind != REMORA_EVENT_OPENED) {
      EXPECT_EQ(events[i].time_ns, ahead) << "kind " << events[i].kind;
    }
  }
  EXPECT_EQ(tick_once(ahead + 1), REMORA_OK) << error.text;
  EXPECT_EQ(report.snapshots, 0U) << "the one by call counts in the schedule";
}

TEST_F(Tick, ComesByItselfWhereTheTimeOfTheLastOneIsDamaged) {
  for (const int64_t last_ns : {INT64_MIN, INT64_MAX}) {
    const auto raw = open_raw(folder);
    store::Word& last = raw->history().control->last_tick_ns;
    last.store(static_cast<uint64_t>(last_ns));
    ASSERT_EQ(plugin().close(handle, &error), REMORA_OK) << error.text;
    open(REMORA_OPEN_NO_ENVIRONMENT);
    const auto ticks = [&] {
      teach(1, true);
      return static_cast<int64_t>(last.load()) != last_ns;
    };
    bool ticked = ticks();
    EXPECT_TRUE(ticked || last_ns > 0) << "long overdue";
    for (int i = 0; i < 3'000 && !ticked; ++i) {  // within an interval, however far off the last one seems
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      ticked = ticks();
    }
    EXPECT_TRUE(ticked);
  }
}

TEST_F(Tick, SaysThatAConfigurationIsGoneAndKeepsIt) {
  put("remora.json", R"({"learning": {"epsilon": 0.25}})");
  EXPECT_EQ(tick_once(), REMORA_OK) << error.text;
  std::filesystem::remove(path("remora.json"));
  log();
  EXPECT_EQ(tick_once(), REMORA_OK) << error.text;
  EXPECT_NE(log().find("remora.json is gone"), std::string::npos);
  EXPECT_NEAR(route().epsilon, 0.25, 1e-6);
}

TEST_F(Tick, TellsOnceThatASnapshotFailedAndLeavesTheNextTicksInPeace) {
  teach(1, true, 3);
  std::filesystem::remove_all(path("snapshots"));
  put("snapshots", "no folder\n");
  const int64_t later = std::chrono::system_clock::now().time_since_epoch().count() + 4'000'000'000'000;
  EXPECT_NE(tick_once(later), REMORA_OK) << "a snapshot was taken where there is no folder";
  EXPECT_EQ(report.folded, 3U) << "the rest was left out";
  EXPECT_EQ(tick_once(later), REMORA_OK) << "it was tried again at once: " << error.text;
  EXPECT_EQ(report.snapshots, 0U);

  uint64_t cursor = 0;
  uint32_t count = 0;
  std::vector<remora_event> events(64, sized<remora_event>());
  ASSERT_EQ(plugin().events(handle, &cursor, events.data(), 0, 64, &count), REMORA_OK);
  EXPECT_EQ(std::count_if(events.begin(), events.begin() + count,
                          [](const remora_event& event) {
                            return event.kind == REMORA_EVENT_SNAPSHOT_FAILED &&
                                   event.severity == REMORA_SEVERITY_CRITICAL;
                          }),
            1);
}

}  // namespace
}  // namespace remora::test
