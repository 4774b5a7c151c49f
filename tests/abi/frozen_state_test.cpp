// State directories that earlier builds left, frozen with their releases: today's library takes them up with
// all that is in them, and their snapshots bring back what was learned wherever they are restored.
#include "abi/frozen_state.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace remora::abi_test {
namespace {

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void run(const std::string& command) { ASSERT_EQ(std::system(command.c_str()), 0) << command; }

class FrozenState : public testing::TestWithParam<const char*> {
 protected:
  void thaw() {
    run("tar -xzf " + frozen() + "/state.tar.gz -C " + folder.path());
    ASSERT_FALSE(content(state + "/history.rmap").empty());
  }
  std::string frozen() const { return std::string(REMORA_SOURCE_FOLDER "/abi/v") + GetParam(); }
  uint64_t open(const std::string& path) {
    remora_options options = small_options();
    options.flags = REMORA_OPEN_NO_AUTO_TICK | REMORA_OPEN_NO_ENVIRONMENT;
    uint64_t handle = 0;
    EXPECT_EQ(plugin().open(path.data(), path.size(), &options, &handle, &error), REMORA_OK) << error.text;
    return handle;
  }
  void close(uint64_t handle) { EXPECT_EQ(plugin().close(handle, &error), REMORA_OK) << error.text; }
  std::string recorded(const char* file) const { return content(frozen() + "/" + file); }

  Folder folder;
  const std::string state = folder.path() + "/state";
  remora_error error = REMORA_ERROR_INIT;
};

TEST_P(FrozenState, IsTakenUpWithAllThatIsInIt) {
  thaw();
  const uint64_t handle = open(state);
  EXPECT_EQ(Reader(handle).values(), recorded("values.txt"));
  EXPECT_EQ(Reader(handle).rest(), recorded("names.txt"));
  remora_stats stats = sized<remora_stats>();
  ASSERT_EQ(plugin().stats_get(handle, &stats, &error), REMORA_OK) << error.text;
  EXPECT_EQ(stats.outcomes, 400U);
  EXPECT_EQ(stats.pending, 1U);
  close(handle);
}

TEST_P(FrozenState, RecordsTheOutcomeThatWasUnderWayAndGoesOn) {
  thaw();
  const uint64_t handle = open(state);
  const uint64_t decision = std::strtoull(recorded("decision.txt").c_str(), nullptr, 10);
  EXPECT_EQ(plugin().record_result(handle, decision, 1, 0, &error), REMORA_OK) << error.text;
  EXPECT_EQ(plugin().record_result(handle, decision, 1, 0, &error), REMORA_E_ALREADY_RECORDED);
  remora_decision next = sized<remora_decision>();
  ASSERT_EQ(plugin().route_named(handle, kFrozenAgents[0], "api-design", 1, &next, &error), REMORA_OK);
  EXPECT_EQ(plugin().record_result(handle, next.decision_id, 1, 0, &error), REMORA_OK) << error.text;
  EXPECT_NE(next.variant, 3U) << "its block was forgotten";
  close(handle);
}

TEST_P(FrozenState, ItsSnapshotBringsBackWhatWasLearned) {
  thaw();
  std::string snapshot;
  for (const auto& entry : std::filesystem::directory_iterator(state + "/snapshots")) {
    snapshot = std::max(snapshot, entry.path().string());
  }
  const std::string elsewhere = folder.path() + "/new";
  const uint64_t handle = open(elsewhere);
  Session(handle).register_agents();
  ASSERT_EQ(plugin().restore(handle, snapshot.data(), snapshot.size(), nullptr, &error), REMORA_OK)
      << error.text;
  EXPECT_EQ(Reader(handle).values(), recorded("values.txt"));
  close(handle);
}

INSTANTIATE_TEST_SUITE_P(Of, FrozenState, testing::Values("1.0"), [](const auto& version) {
  std::string name = version.param;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
});

// Writes what the tests above read, of the library of today, into REMORA_FREEZE_TO: see abi/README.md.
TEST(FreezingAState, DISABLED_WritesItWithWhatAHostFindsInIt) {
  const char* const folder_to = std::getenv("REMORA_FREEZE_TO");
  ASSERT_NE(folder_to, nullptr);
  const std::string to = folder_to;
  Folder folder;
  const std::string state = folder.path() + "/state";
  remora_options options = small_options();
  options.flags = REMORA_OPEN_NO_AUTO_TICK | REMORA_OPEN_NO_ENVIRONMENT;
  options.states = 256;
  options.ledger_slots = 1'024;
  uint64_t handle = 0;
  remora_error error = REMORA_ERROR_INIT;
  ASSERT_EQ(plugin().open(state.data(), state.size(), &options, &handle, &error), REMORA_OK) << error.text;
  const uint64_t decision = Session(handle).fill();
  std::ofstream(to + "/decision.txt") << decision << '\n';
  std::ofstream(to + "/values.txt") << Reader(handle).values();
  std::ofstream(to + "/names.txt") << Reader(handle).rest();
  ASSERT_EQ(plugin().close(handle, &error), REMORA_OK) << error.text;
  run("tar --sort=name --owner=0 --group=0 --numeric-owner -czf " + to + "/state.tar.gz -C " + folder.path() +
      " state");
}

}  // namespace
}  // namespace remora::abi_test
