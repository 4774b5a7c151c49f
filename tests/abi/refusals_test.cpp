// What a host may not ask for: each is refused with a code and a text, and nothing is changed.
#include <gtest/gtest.h>
#include <remora/remora_loader.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "abi/plugin.hpp"

namespace remora::abi_test {
namespace {

constexpr uint64_t kManyBytes = uint64_t{1} << 20;

class Refusals : public OpenPlugin {
 protected:
  void expect(int32_t code, int32_t answer, const char* call) {
    EXPECT_EQ(answer, code) << call;
    EXPECT_EQ(error.code, code) << call;
    EXPECT_NE(error.text[0], '\0') << call;
    error = REMORA_ERROR_INIT;
  }

  std::vector<std::string> content_of(std::initializer_list<const char*> files) const {
    std::vector<std::string> contents;
    for (const char* name : files) {
      std::ifstream stream(folder.path() + "/state/" + name, std::ios::binary);
      contents.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
    }
    return contents;
  }
};

TEST_F(Refusals, AReadOnlyStateIsNotChanged) {
  const remora_api& api = plugin();
  remora_snapshot_info info = sized<remora_snapshot_info>();
  char snapshot[256];
  uint64_t needed = 0;
  ASSERT_EQ(api.snapshot(handle, &info, &error), REMORA_OK) << error.text;
  ASSERT_EQ(api.snapshot_path(handle, info.sequence, snapshot, sizeof snapshot, &needed, &error), REMORA_OK);
  ASSERT_EQ(api.close(handle, &error), REMORA_OK) << error.text;
  const auto before = content_of({"history.rmap", "generation-00000001.rmap"});
  remora_options options = small_options();
  options.flags = REMORA_OPEN_READ_ONLY;
  const std::string path = folder.path() + "/state";
  ASSERT_EQ(api.open(path.data(), path.size(), &options, &handle, &error), REMORA_OK) << error.text;
  remora_id id = 0;
  remora_variant variant = sized<remora_variant>();
  variant.agent = agent;
  remora_rollout_plan plan = sized<remora_rollout_plan>();
  plan.agent = agent;
  plan.stage_count = 1;
  plan.stages[0] = {REMORA_MODE_FULL, 10'000, 1, 0, 0, 0.9, 0.95, {}};
  remora_control control = sized<remora_control>();
  remora_replay_request request = sized<remora_replay_request>();
  remora_replay_report replayed = sized<remora_replay_report>();
  remora_tick_report ticked = sized<remora_tick_report>();
  constexpr int32_t kNo = REMORA_E_PERMISSION;
  expect(kNo, api.intern(handle, REMORA_KIND_LABEL, "new", 3, &id, &error), "intern");
  expect(kNo, api.agent_register(handle, "new", 3, 0, &id, &error), "agent_register");
  expect(kNo, api.variant_register(handle, "new", 3, &variant, &error), "variant_register");
  expect(kNo, api.agent_define(handle, "new", "one,two", &id, &error), "agent_define");
  expect(kNo, api.variant_block(handle, agent, 1, &error), "variant_block");
  expect(kNo, api.variant_unblock(handle, agent, 1, &error), "variant_unblock");
  expect(kNo, api.rollout_start(handle, "new", 3, &plan, &id, &error), "rollout_start");
  expect(kNo, api.snapshot(handle, &info, &error), "snapshot");
  expect(kNo, api.restore(handle, snapshot, needed - 1, &info, &error), "restore");
  expect(kNo, api.control_set(handle, &control, &error), "control_set");
  expect(kNo, api.replay(handle, &request, &replayed, &error), "replay");
  expect(kNo, api.record_result(handle, 1234567, 1, 0, &error), "record_result");
  api.tick(handle, 0, 0, &ticked, &error);
  uint32_t count = 7;
  EXPECT_EQ(api.snapshot_list(handle, &info, 0, 1, &count, &error), REMORA_OK) << error.text;
  EXPECT_EQ(count, 1U);
  EXPECT_EQ(content_of({"history.rmap", "generation-00000001.rmap"}), before);
}

TEST_F(Refusals, TimesBeforeTheEpochAreNone) {
  remora_tick_report report = sized<remora_tick_report>();
  expect(REMORA_E_INVALID, plugin().tick(handle, -1, 0, &report, &error), "now");
  expect(REMORA_E_INVALID, plugin().tick(handle, 0, -1, &report, &error), "budget");
  report.struct_size = 3;
  expect(REMORA_E_INVALID, plugin().tick(handle, 0, 0, &report, &error), "report");
}

TEST_F(Refusals, AReplayHasLimits) {
  const auto replay = [&](const std::function<void(remora_replay_request&)>& change) {
    remora_replay_request request = sized<remora_replay_request>();
    change(request);
    remora_replay_report report = sized<remora_replay_report>();
    return plugin().replay(handle, &request, &report, &error);
  };
  constexpr int32_t kNo = REMORA_E_INVALID;
  expect(kNo, replay([](auto& r) { r.mode = 3; }), "mode");
  expect(kNo, replay([](auto& r) { r.batches = 1'000'001; }), "batches");
  expect(kNo, replay([](auto& r) { r.batch_size = 4'097; }), "batch_size");
  expect(kNo, replay([](auto& r) { r.pool = (1U << 20) + 1; }), "pool");
  expect(kNo, replay([](auto& r) { r.alpha = 1.5; }), "alpha");
  expect(kNo, replay([](auto& r) { r.beta = -0.5; }), "beta");
  expect(kNo, replay([](auto& r) { r.agent = 0x01'00'00'77; }), "agent");
}

TEST_F(Refusals, AgentsAndRolloutsAreNotMadeByName) {
  remora_id id = 0;
  for (const uint32_t kind : {REMORA_KIND_AGENT, REMORA_KIND_ROLLOUT}) {
    expect(REMORA_E_INVALID, plugin().intern(handle, kind, "name", 4, &id, &error), "intern");
  }
  EXPECT_EQ(id, 0U);
}

TEST_F(Refusals, AListNeedsRoomForItsLength) {
  uint64_t cursor = 0;
  uint32_t count = 7;
  remora_id id = 0;
  remora_event event = sized<remora_event>();
  const remora_api& api = plugin();
  EXPECT_EQ(api.list_names(handle, REMORA_KIND_AGENT, nullptr, &id, 1, &count), REMORA_E_INVALID);
  EXPECT_EQ(api.list_names(handle, REMORA_KIND_AGENT, &cursor, &id, 1, nullptr), REMORA_E_INVALID);
  EXPECT_EQ(api.list_names(handle, REMORA_KIND_AGENT, &cursor, nullptr, 1, &count), REMORA_E_INVALID);
  EXPECT_EQ(api.list_names(handle, REMORA_KIND_AGENT, &cursor, nullptr, 0, &count), REMORA_OK);
  EXPECT_EQ(count, 0U);
  count = 7;
  EXPECT_EQ(api.events(handle, &cursor, nullptr, 0, 0, &count), REMORA_OK);
  EXPECT_EQ(count, 0U);
  EXPECT_EQ(api.events(handle, nullptr, &event, 0, 1, &count), REMORA_E_INVALID);
  EXPECT_EQ(api.events(handle, &cursor, &event, 0, 1, nullptr), REMORA_E_INVALID);
  event.struct_size = 3;
  EXPECT_EQ(api.events(handle, &cursor, &event, 0, 1, &count), REMORA_E_INVALID);
}

TEST_F(Refusals, SnapshotsAreListedIntoStructsOfAKnownSize) {
  remora_snapshot_info infos[2] = {sized<remora_snapshot_info>(), {}};
  infos[1].struct_size = 3;
  uint32_t count = 0;
  const remora_api& api = plugin();
  ASSERT_EQ(api.snapshot(handle, nullptr, &error), REMORA_OK) << error.text;
  ASSERT_EQ(api.snapshot(handle, nullptr, &error), REMORA_OK) << error.text;
  EXPECT_EQ(api.snapshot_list(handle, nullptr, 0, 0, &count, &error), REMORA_OK);
  EXPECT_EQ(count, 2U);
  expect(REMORA_E_INVALID, api.snapshot_list(handle, infos, sizeof infos[0], 2, &count, &error), "list");
  expect(REMORA_E_INVALID, api.snapshot_list(handle, infos, 0, 2, nullptr, &error), "count");
  expect(REMORA_E_INVALID, api.snapshot(handle, &infos[1], &error), "snapshot");
  const std::string path = "snapshots/000000000001-manual.rsnap";
  expect(REMORA_E_INVALID, api.restore(handle, path.data(), path.size(), &infos[1], &error), "restore");
  expect(REMORA_E_INVALID, api.snapshot_verify(handle, path.data(), path.size(), &infos[1], &error),
         "verify");
}

TEST_F(Refusals, EventsAreReadIntoStructsOfAKnownSize) {
  const remora_api& api = plugin();
  ASSERT_EQ(api.snapshot(handle, nullptr, &error), REMORA_OK) << error.text;
  ASSERT_EQ(api.snapshot(handle, nullptr, &error), REMORA_OK) << error.text;
  remora_event events[2] = {sized<remora_event>(), {}};
  events[1].struct_size = 3;
  uint64_t cursor = 0;
  uint32_t count = 0;
  EXPECT_EQ(api.events(handle, &cursor, events, sizeof events[0], 2, &count), REMORA_E_INVALID);
  EXPECT_EQ(count, 1U) << "the first one was read";
  EXPECT_NE(events[0].sequence, 0U);
}

TEST_F(Refusals, ADecisionOfAnUnknownSizeIsNotWritten) {
  remora_decision decision = sized<remora_decision>();
  decision.struct_size = 3;
  decision.variant = 77;
  for (const char* name : {"guest-agent", "nobody"}) {
    EXPECT_NE(plugin().route_named(handle, name, "testing", 0, &decision, &error), REMORA_OK);
    EXPECT_EQ(decision.variant, 77U) << name;
  }
}

TEST_F(Refusals, WhoOpensWithoutOptionsGetsWhatTheConfigSays) {
  const std::string path = folder.path() + "/plain";
  ASSERT_TRUE(std::filesystem::create_directory(path));
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  std::ofstream(path + "/remora.json") << R"({"state": {"states": 64, "names": 64, "agents": 1}})";
  uint64_t plain = 0;
  ASSERT_EQ(plugin().open(path.data(), path.size(), nullptr, &plain, &error), REMORA_OK) << error.text;
  remora_id id = 0;
  EXPECT_EQ(plugin().agent_define(plain, "first", "one", &id, &error), REMORA_OK) << error.text;
  EXPECT_EQ(plugin().agent_define(plain, "second", "one", &id, &error), REMORA_E_FULL);
  EXPECT_EQ(plugin().close(plain, &error), REMORA_OK) << error.text;
}

TEST_F(Refusals, OptionsOfAnUnknownSizeOpenNothing) {
  remora_options options = small_options();
  options.struct_size = 3;
  uint64_t opened = 77;
  const std::string path = folder.path() + "/other";
  expect(REMORA_E_INVALID, plugin().open(path.data(), path.size(), &options, &opened, &error), "open");
  EXPECT_EQ(opened, 0U);
  EXPECT_FALSE(std::filesystem::exists(path));
  expect(REMORA_E_INVALID, plugin().open(path.data(), path.size(), nullptr, nullptr, &error), "open");
}

TEST_F(Refusals, OfABatchTheFirstFailureIsTold) {
  remora_task tasks[4];
  remora_decision decisions[4];
  for (int i = 0; i < 4; ++i) {
    tasks[i] = sized<remora_task>();
    tasks[i].agent =
        i % 2 == 0 ? agent : agent + 1 + static_cast<remora_id>(i);  // two agents that are not there
    decisions[i] = sized<remora_decision>();
  }
  remora_batch batch = sized<remora_batch>();
  batch.count = 4;
  expect(REMORA_E_NOT_FOUND, plugin().route_batch(handle, tasks, decisions, &batch, &error), "route_batch");
  EXPECT_EQ(batch.done, 2U);
  EXPECT_EQ(batch.first_failed, 1U);
  batch.count = 0;
  EXPECT_EQ(plugin().route_batch(handle, nullptr, nullptr, &batch, &error), REMORA_OK);
  expect(REMORA_E_HANDLE, plugin().route_batch(handle + 1, nullptr, nullptr, &batch, &error), "no batch");
}

TEST_F(Refusals, AnErrorIsCutToTheRoomThatTheHostGave) {
  constexpr uint32_t kTextOffset = offsetof(remora_error, text);
  for (const uint32_t size : {uint32_t{0}, kTextOffset, kTextOffset + 1, kTextOffset + 9}) {
    remora_error small;
    std::memset(&small, 0x55, sizeof small);
    small.struct_size = size;
    EXPECT_EQ(plugin().close(1, &small), REMORA_E_HANDLE);
    const auto* bytes = reinterpret_cast<const char*>(&small);
    for (size_t i = std::max<size_t>(size, sizeof small.struct_size); i < sizeof small; ++i) {
      ASSERT_EQ(bytes[i], 0x55) << "byte " << i << " of an error of " << size;
    }
    if (size > kTextOffset) {
      EXPECT_EQ(small.code, REMORA_E_HANDLE);
      EXPECT_EQ(std::strlen(small.text), size - kTextOffset - 1);
    }
  }
  remora_error none = REMORA_ERROR_INIT;
  none.struct_size = 3;
  uint32_t bytes = 0;
  EXPECT_EQ(plugin().tick(handle, 0, 0, nullptr, &none), REMORA_OK);
  EXPECT_EQ(none.struct_size, 3U);
  EXPECT_EQ(plugin().struct_size("remora_error", &bytes), REMORA_OK);
  EXPECT_EQ(bytes, sizeof none);
}

TEST_F(Refusals, ATextThatDoesNotFitSaysHowLongItIs) {
  uint64_t needed = 0;
  char buffer[8];
  const remora_api& api = plugin();
  expect(REMORA_E_BUFFER, api.metrics_text(handle, buffer, sizeof buffer, &needed, &error), "metrics_text");
  EXPECT_GT(needed, sizeof buffer);
  EXPECT_LT(needed, kManyBytes);
  expect(REMORA_E_BUFFER, api.metrics_text(handle, nullptr, 0, nullptr, &error), "metrics_text");
  expect(REMORA_E_INVALID, api.metrics_text(handle, nullptr, 8, &needed, &error), "metrics_text");
}

}  // namespace
}  // namespace remora::abi_test
