// The files of a state are removed, renamed or replaced while hosts have it open: whoever opens then gets
// another state. That is noticed and told, and what was learned is kept.
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

#include "engine/host.hpp"

namespace remora::test {
namespace {

namespace fs = std::filesystem;

constexpr int kLearned = 30;

class LostFiles : public Host {
 protected:
  void SetUp() override {
    Host::SetUp();
    teach(2, true, kLearned);
    tick();
  }

  std::string file(const char* name) const { return folder.path() + "/state/" + name; }
  int32_t tick_now() { return plugin().tick(handle, 0, 0, nullptr, &error); }
  // Reasons of the events that tell of it.
  std::vector<int32_t> told() {
    uint64_t cursor = 0;
    std::vector<remora_event> events(256, sized<remora_event>());
    uint32_t count = 0;
    EXPECT_EQ(plugin().events(handle, &cursor, events.data(), sizeof(remora_event), 256, &count), REMORA_OK);
    std::vector<int32_t> reasons;
    for (uint32_t i = 0; i < count; ++i) {
      if (events[i].kind == REMORA_EVENT_FILES_LOST) {
        EXPECT_EQ(events[i].value, 1) << "a snapshot was taken";
        reasons.push_back(events[i].reason);
      }
    }
    return reasons;
  }
  void expect_told_once(int32_t reason) {
    EXPECT_EQ(tick_now(), REMORA_E_DAMAGED) << error.text;
    EXPECT_NE(std::string(error.text).find("open again"), std::string::npos) << error.text;
    EXPECT_EQ(tick_now(), REMORA_OK) << error.text;
    EXPECT_EQ(told(), std::vector<int32_t>{reason});
  }
  void expect_values_after_reopening() {
    reopen();
    EXPECT_EQ(stats().visits, static_cast<uint64_t>(kLearned));
  }
};

TEST_F(LostFiles, ASoundStateTellsNothing) {
  tick();
  EXPECT_TRUE(told().empty());
}

TEST_F(LostFiles, ARemovedHistoryIsToldAndWhatWasLearnedComesBack) {
  fs::remove(file("history.rmap"));
  expect_told_once(3);
  EXPECT_NE(route().decision_id, 0U) << "decisions go on";
  expect_values_after_reopening();
}

TEST_F(LostFiles, AReplacedHistoryIsTold) {
  fs::rename(file("history.rmap"), file("aside"));
  fs::copy_file(file("aside"), file("history.rmap"));
  expect_told_once(3);
}

TEST_F(LostFiles, ARemovedGenerationIsToldAndWhatWasLearnedComesBack) {
  fs::remove(file("generation-00000001.rmap"));
  expect_told_once(4);
  expect_values_after_reopening();
}

TEST_F(LostFiles, AReplacedLockIsTold) {
  fs::remove(file("lock"));
  std::ofstream{file("lock")};
  expect_told_once(2);
}

TEST_F(LostFiles, ARenamedFolderIsTold) {
  fs::rename(folder.path() + "/state", folder.path() + "/moved");
  expect_told_once(1);
  EXPECT_FALSE(fs::exists(folder.path() + "/state")) << "nothing is made in its place";
}

TEST_F(LostFiles, AnOlderGenerationMayGo) {
  auto info = sized<remora_snapshot_info>();
  ASSERT_EQ(plugin().snapshot(handle, &info, &error), REMORA_OK) << error.text;
  char path[512];
  uint64_t size = 0;
  ASSERT_EQ(plugin().snapshot_path(handle, info.sequence, path, sizeof path, &size, &error), REMORA_OK);
  ASSERT_EQ(plugin().restore(handle, path, std::strlen(path), nullptr, &error), REMORA_OK) << error.text;
  route();
  fs::remove(file("generation-00000001.rmap"));
  tick();
  EXPECT_TRUE(told().empty());
}

}  // namespace
}  // namespace remora::test
