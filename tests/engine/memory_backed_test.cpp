// A state whose live files are in memory, under a name that is made of the directory's number.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "engine/host.hpp"

namespace remora::test {
namespace {

class MemoryBacked : public testing::Test {
 protected:
  void SetUp() override {
    if (access("/dev/shm", W_OK) != 0) {
      GTEST_SKIP() << "no memory-backed file system";
    }
  }
  void TearDown() override {
    struct stat folder_is {};
    if (stat(folder.path().c_str(), &folder_is) == 0) {
      char live[64];
      std::snprintf(live, sizeof live, "/dev/shm/remora-%llx-%llx",
                    static_cast<unsigned long long>(folder_is.st_dev),
                    static_cast<unsigned long long>(folder_is.st_ino));
      std::filesystem::remove_all(live);
    }
  }
  void open() {
    remora_options options = abi_test::small_options();
    options.flags = REMORA_OPEN_NO_AUTO_TICK | REMORA_OPEN_NO_ENVIRONMENT;
    options.durability = REMORA_DURABILITY_MEMORY;
    const std::string path = folder.path();
    ASSERT_EQ(plugin().open(path.data(), path.size(), &options, &handle, &error), REMORA_OK) << error.text;
  }
  void close() { ASSERT_EQ(plugin().close(handle, &error), REMORA_OK) << error.text; }
  remora_stats stats() {
    remora_stats s = sized<remora_stats>();
    EXPECT_EQ(plugin().stats_get(handle, &s, &error), REMORA_OK) << error.text;
    return s;
  }
  void decide_once() {
    remora_id agent = 0;
    ASSERT_EQ(plugin().agent_define(handle, "architect", "steady,quick", &agent, &error), REMORA_OK)
        << error.text;
    remora_task task = sized<remora_task>();
    task.agent = agent;
    remora_decision decision = sized<remora_decision>();
    ASSERT_EQ(plugin().route(handle, &task, &decision, &error), REMORA_OK) << error.text;
  }

  abi_test::Folder folder;
  uint64_t handle = 0;
  remora_error error = REMORA_ERROR_INIT;
};

// A folder emptied in place has the number of the one before, as a new one may have of one that was removed.
TEST_F(MemoryBacked, ANewDirectoryInheritsNothingFromOneThatIsGone) {
  open();
  decide_once();
  close();
  open();
  EXPECT_EQ(stats().decisions, 1U) << "the same directory goes on";
  close();
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    std::filesystem::remove_all(entry.path());
  }
  open();
  EXPECT_EQ(stats().decisions, 0U);
  EXPECT_EQ(stats().generation, 1U);
  close();
}

}  // namespace
}  // namespace remora::test
