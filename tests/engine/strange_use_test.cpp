// What hosts and operators do that no manual foresees: files that are gone, sizes that were never set, times
// in other units, flags of later versions.
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "engine/host.hpp"

namespace remora::test {
namespace {

class StrangeUse : public Host {
 protected:
  std::string state_path(const std::string& name) const { return folder.path() + "/state/" + name; }

  std::vector<remora_event> events_of(uint32_t kind) {
    std::vector<remora_event> all(256, sized<remora_event>());
    uint64_t cursor = 0;
    uint32_t count = 0;
    EXPECT_EQ(plugin().events(handle, &cursor, all.data(), 0, 256, &count), REMORA_OK);
    std::vector<remora_event> found;
    for (uint32_t i = 0; i < count; ++i) {
      if (all[i].kind == kind) {
        found.push_back(all[i]);
      }
    }
    return found;
  }

  void close() { ASSERT_EQ(plugin().close(handle, &error), REMORA_OK) << error.text; }

  // Learns something, keeps it in a snapshot, learns more, and loses the file.
  template <typename Lose>
  void lose(const Lose& lose) {
    stop_exploring();
    teach(2, true, 30);
    remora_snapshot_info info = sized<remora_snapshot_info>();
    ASSERT_EQ(plugin().snapshot(handle, &info, &error), REMORA_OK) << error.text;
    kept_ = info.sequence;
    close();
    lose(state_path("generation-00000001.rmap"));
    open();
    stop_exploring();
  }

  uint64_t kept_ = 0;
};

TEST_F(StrangeUse, LosingTheFileOfTheValuesBringsBackTheNewestSnapshotAndIsTold) {
  lose([](const std::string& file) { std::filesystem::remove(file); });
  EXPECT_EQ(route().variant, 2U);
  const std::vector<remora_event> lost = events_of(REMORA_EVENT_VALUES_LOST);
  ASSERT_EQ(lost.size(), 1U);
  EXPECT_EQ(lost[0].severity, uint32_t{REMORA_SEVERITY_CRITICAL});
  EXPECT_EQ(lost[0].value, 1.0);
  EXPECT_EQ(lost[0].detail[1], kept_);
}

TEST_F(StrangeUse, DamageToTheFileOfTheValuesIsALossToo) {
  lose([](const std::string& file) { std::filesystem::resize_file(file, 1000); });
  EXPECT_EQ(route().variant, 2U);
  EXPECT_EQ(events_of(REMORA_EVENT_VALUES_LOST).size(), 1U);
}

TEST_F(StrangeUse, ALossWithoutASnapshotIsTold) {
  teach(2, true, 30);
  close();
  std::filesystem::remove(state_path("generation-00000001.rmap"));
  open();
  const std::vector<remora_event> lost = events_of(REMORA_EVENT_VALUES_LOST);
  ASSERT_EQ(lost.size(), 1U);
  EXPECT_EQ(lost[0].detail[1], 0U);
}

TEST_F(StrangeUse, TimesInOtherUnitsAreRefusedAndChangeNothing) {
  constexpr int64_t kYear2106 = 4'294'967'296'000'000'000;
  for (const int64_t wrong : {int64_t{-7}, kYear2106, INT64_MAX}) {
    EXPECT_EQ(plugin().tick(handle, wrong, 0, nullptr, &error), REMORA_E_INVALID) << wrong;
    EXPECT_NE(std::string(error.text).find("nanoseconds since 1970"), std::string::npos) << error.text;
    remora_task t = task();
    t.now_ns = wrong;
    remora_decision decision = sized<remora_decision>();
    EXPECT_EQ(plugin().route(handle, &t, &decision, &error), REMORA_E_INVALID) << wrong;
    remora_outcome outcome = sized<remora_outcome>();
    outcome.agent = agent;
    outcome.now_ns = wrong;
    EXPECT_EQ(record(outcome), REMORA_E_INVALID) << wrong;
    remora_safety_query query = sized<remora_safety_query>();
    query.agent = agent;
    query.now_ns = wrong;
    remora_safety_verdict verdict = sized<remora_safety_verdict>();
    EXPECT_EQ(plugin().safety_check(handle, &query, &verdict, &error), REMORA_E_INVALID) << wrong;
  }
  EXPECT_EQ(stats().outcomes, 0U);
}

TEST_F(StrangeUse, SizesThatWereNeverSetAreRefusedBeforeAByteIsRead) {
  remora_id id = 0;
  EXPECT_EQ(plugin().intern(handle, REMORA_KIND_LABEL, "abc", UINT64_MAX, &id, &error), REMORA_E_INVALID);
  EXPECT_EQ(plugin().find(handle, REMORA_KIND_LABEL, "abc", 1ULL << 40, &id, &error), REMORA_E_INVALID);
  uint64_t other = 0;
  EXPECT_EQ(plugin().open("x", 1ULL << 40, nullptr, &other, &error), REMORA_E_INVALID);
  remora_text text = sized<remora_text>();
  text.text_size = 1ULL << 40;
  remora_classification found = sized<remora_classification>();
  EXPECT_EQ(plugin().classify(handle, "abc", 1ULL << 40, &text, &found, &error), REMORA_E_INVALID);
  EXPECT_EQ(plugin().restore(handle, "abc", 1ULL << 40, nullptr, &error), REMORA_E_INVALID);
}

TEST_F(StrangeUse, FlagsOfALaterVersionAreRefused) {
  remora_task t = task();
  t.flags = 1;
  remora_decision decision = sized<remora_decision>();
  EXPECT_EQ(plugin().route(handle, &t, &decision, &error), REMORA_E_UNSUPPORTED);
  remora_safety_query query = sized<remora_safety_query>();
  query.agent = agent;
  query.flags = 4;
  remora_safety_verdict verdict = sized<remora_safety_verdict>();
  EXPECT_EQ(plugin().safety_check(handle, &query, &verdict, &error), REMORA_E_UNSUPPORTED);
  remora_control control = sized<remora_control>();
  control.enabled = 1;
  control.mode = REMORA_MODE_FULL;
  control.reserved = 1;
  EXPECT_EQ(plugin().control_set(handle, &control, &error), REMORA_E_UNSUPPORTED);
}

TEST_F(StrangeUse, NeitherTheBaselineNorTheLastVariantCanBeRetired) {
  const auto retire = [&](const std::string& name) {
    remora_variant variant = sized<remora_variant>();
    variant.agent = agent;
    variant.flags = REMORA_VARIANT_RETIRED;
    return plugin().variant_register(handle, name.data(), name.size(), &variant, &error);
  };
  EXPECT_EQ(retire("steady"), REMORA_E_STATE);
  EXPECT_NE(std::string(error.text).find("baseline"), std::string::npos) << error.text;
  for (const char* name : {"quick", "deep", "wild"}) {
    EXPECT_EQ(retire(name), REMORA_OK) << error.text;
  }
  EXPECT_EQ(retire("steady"), REMORA_E_STATE);
  EXPECT_EQ(route().variant, 0U);
}

TEST_F(StrangeUse, AKilledStateKeepsItsModeForWhoeverSwitchesItOnAgain) {
  remora_control control = sized<remora_control>();
  control.enabled = 1;
  control.learning = 1;
  control.mode = REMORA_MODE_MONITOR;
  ASSERT_EQ(plugin().control_set(handle, &control, &error), REMORA_OK);
  for (const uint32_t enabled : {0U, 1U}) {
    ASSERT_EQ(plugin().control_get(handle, &control, &error), REMORA_OK);
    control.enabled = enabled;
    ASSERT_EQ(plugin().control_set(handle, &control, &error), REMORA_OK);
  }
  ASSERT_EQ(plugin().control_get(handle, &control, &error), REMORA_OK);
  EXPECT_EQ(control.enabled, 1U);
  EXPECT_EQ(control.mode, uint32_t{REMORA_MODE_MONITOR});
}

TEST_F(StrangeUse, TheKillSwitchWorksWhileTheConfigurationIsBad) {
  close();
  std::ofstream(state_path("remora.json")) << R"({"safety": {"lookback": 100}})";
  const std::string path = folder.path() + "/state";
  remora_options options = abi_test::small_options();
  EXPECT_EQ(plugin().open(path.data(), path.size(), &options, &handle, &error), REMORA_E_CONFIG);
  open(REMORA_OPEN_NO_CONFIG | REMORA_OPEN_NO_AUTO_TICK);
  remora_control control = sized<remora_control>();
  control.mode = REMORA_MODE_FULL;
  EXPECT_EQ(plugin().control_set(handle, &control, &error), REMORA_OK) << error.text;
  tick();
  EXPECT_NE(route().flags & REMORA_DECISION_CONTROL_OFF, 0U);
}

TEST_F(StrangeUse, LabelsLeaveRoomForTheNamesThatAreRegistered) {
  for (int i = 0;; ++i) {
    const std::string label = "user=" + std::to_string(i);
    remora_id id = 0;
    const int32_t code = plugin().intern(handle, REMORA_KIND_LABEL, label.data(), label.size(), &id, &error);
    if (code != REMORA_OK) {
      EXPECT_EQ(code, REMORA_E_FULL) << error.text;
      break;
    }
  }
  remora_id late = 0;
  EXPECT_EQ(plugin().agent_define(handle, "late", "a,b", &late, &error), REMORA_OK) << error.text;
}

TEST_F(StrangeUse, AConfigurationThatIsRefusedForOneAgentRegistersNone) {
  const std::string json = R"({"agents": [
    {"name": "fresh", "variants": [{"name": "a", "baseline": true}]},
    {"name": "architect", "category": "another", "variants": [{"name": "steady", "baseline": true}]}]})";
  EXPECT_NE(plugin().configure(handle, json.data(), json.size(), &error), REMORA_OK);
  remora_id id = 0;
  EXPECT_EQ(plugin().find(handle, REMORA_KIND_AGENT, "fresh", 5, &id, &error), REMORA_E_NOT_FOUND);
}

TEST_F(StrangeUse, ACategoryOfAnAgentWithoutVariantsHoldsOnceItHasSome) {
  configure(R"({"agents": [{"name": "later", "category": "testing"}]})");
  remora_agent info = sized<remora_agent>();
  ASSERT_EQ(plugin().agent_define(handle, "later", "a,b", &info.agent, &error), REMORA_OK) << error.text;
  ASSERT_EQ(plugin().agent_info(handle, &info, &error), REMORA_OK) << error.text;
  EXPECT_EQ(info.category, intern(REMORA_KIND_CATEGORY, "testing"));
}

}  // namespace
}  // namespace remora::test
