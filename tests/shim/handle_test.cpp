#include "shim/handle.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "support/status.hpp"
#include "support/temp_dir.hpp"

namespace remora::shim {
namespace {

using base::Code;
using base::Problem;
using test::is_ok;
using test::TempDir;

// The smallest state there is: these tests open many.
constexpr const char* kSmallest = R"({"state": {"states": 64, "ledger_slots": 1024, "names": 64,
  "label_sets": 64, "agents": 1, "variant_groups": 1, "rollouts": 1, "events": 64, "outcome_lanes": 1,
  "outcome_lane_slots": 256}})";

class OpenHandles : public testing::Test {
 protected:
  ~OpenHandles() override {
    for (const uint64_t handle : open_) {
      Problem problem;
      EXPECT_TRUE(is_ok(close_handle(handle, problem), problem));
    }
  }

  Code try_open(const std::string& name, uint32_t flags, uint64_t* handle) {
    const std::string path = folder_.file(name);
    if (!std::filesystem::exists(path)) {
      std::filesystem::create_directory(path);
      std::filesystem::permissions(path, std::filesystem::perms::owner_all);
      folder_.write(name + "/remora.json", kSmallest);
    }
    remora_options options{};
    options.struct_size = sizeof options;
    options.flags = flags | REMORA_OPEN_NO_ENVIRONMENT;
    const Code code = open_handle(path, options, handle, problem_);
    if (ok(code)) {
      open_.insert(*handle);
    }
    return code;
  }
  uint64_t open(const std::string& name, uint32_t flags = 0) {
    uint64_t handle = 0;
    EXPECT_TRUE(is_ok(try_open(name, flags, &handle), problem_));
    return handle;
  }
  void close(uint64_t handle) {
    EXPECT_TRUE(is_ok(close_handle(handle, problem_), problem_));
    open_.erase(handle);
  }
  static bool is_open(uint64_t handle) { return HandleCall(handle).ok(); }
  static const engine::Engine* engine_of(uint64_t handle) { return &HandleCall(handle).engine(); }

  TempDir folder_;
  std::set<uint64_t> open_;
  Problem problem_;
};

TEST_F(OpenHandles, OntoOneDirectoryShareOneEngine) {
  const uint64_t first = open("a");
  const uint64_t second = open("a");
  const uint64_t by_another_path = open("a/.");
  EXPECT_EQ(std::set<uint64_t>({first, second, by_another_path}).size(), 3U);
  EXPECT_EQ(engine_of(second), engine_of(first));
  EXPECT_EQ(engine_of(by_another_path), engine_of(first));
}

TEST_F(OpenHandles, OntoTwoDirectoriesShareNothing) { EXPECT_NE(engine_of(open("a")), engine_of(open("b"))); }

// A directory is known by its device and its number there, which another device has as well.
TEST_F(OpenHandles, OntoTwoFileSystemsShareNothing) {
  if (access("/dev/shm", W_OK) != 0) {
    GTEST_SKIP() << "there is one file system here";
  }
  const TempDir elsewhere("/dev/shm");
  elsewhere.write("remora.json", kSmallest);
  const uint64_t first = open("a");
  const uint64_t other = open(std::filesystem::relative(elsewhere.path(), folder_.path()).string());
  EXPECT_NE(engine_of(other), engine_of(first));
  EXPECT_EQ(engine_of(open("a")), engine_of(first));
  close(other);
}

TEST_F(OpenHandles, LiveOnWhenAnotherOfTheirDirectoryIsClosed) {
  const uint64_t first = open("a");
  const uint64_t second = open("a");
  close(first);
  EXPECT_FALSE(is_open(first));
  EXPECT_TRUE(is_open(second));
}

TEST_F(OpenHandles, AreNeverReachedByAnOldCopyOfTheirSlot) {
  std::set<uint64_t> old;
  for (int i = 0; i < 50; ++i) {
    const uint64_t handle = open("a");
    for (const uint64_t earlier : old) {
      ASSERT_FALSE(is_open(earlier));
    }
    close(handle);
    ASSERT_TRUE(old.insert(handle).second) << "a handle was given out twice";
    ASSERT_EQ(close_handle(handle, problem_), Code::kHandle);
  }
}

TEST_F(OpenHandles, ForWritingAndForReadingDoNotMix) {
  const uint64_t writing = open("a");
  uint64_t handle = 0;
  EXPECT_EQ(try_open("a", REMORA_OPEN_READ_ONLY, &handle), Code::kState);
  EXPECT_EQ(handle, 0U);
  EXPECT_TRUE(is_open(writing));
  close(writing);
  open("a", REMORA_OPEN_READ_ONLY);
  EXPECT_EQ(try_open("a", 0, &handle), Code::kState);
}

TEST_F(OpenHandles, AreLimitedInNumberAndComeBackWhenClosed) {
  uint64_t last = 0;
  for (uint32_t i = 0; i < kHandleSlots; ++i) {
    last = open("a");
  }
  uint64_t handle = 0;
  EXPECT_EQ(try_open("a", 0, &handle), Code::kFull);
  EXPECT_EQ(handle, 0U);
  close(last);
  open("a");
}

TEST_F(OpenHandles, OntoMoreDirectoriesThanThereAreRoomsAreRefused) {
  constexpr int kTooMany = 100;
  std::vector<uint64_t> handles;
  uint64_t handle = 0;
  while (handles.size() < kTooMany && ok(try_open(std::to_string(handles.size()), 0, &handle))) {
    handles.push_back(handle);
  }
  EXPECT_EQ(handles.size(), 64U);
  EXPECT_EQ(problem_.code(), Code::kFull);
  open("0");
  close(handles[5]);
  open("one more");
  for (size_t i = 0; i < handles.size(); ++i) {
    EXPECT_EQ(is_open(handles[i]), i != 5);
  }
}

TEST_F(OpenHandles, OfAStateThatCannotBeOpenedLeaveNoTrace) {
  std::filesystem::create_directory(folder_.file("a"));
  folder_.write("a/history.rmap", "no history");
  uint64_t handle = 0;
  EXPECT_EQ(try_open("a", 0, &handle), Code::kDamaged);
  EXPECT_EQ(handle, 0U);
  std::filesystem::remove(folder_.file("a/history.rmap"));
  folder_.write("a/remora.json", kSmallest);
  open("a");
}

TEST_F(OpenHandles, AreClosedOnlyWhenNoCallIsInsideAndRefuseNewOnes) {
  const uint64_t handle = open("a");
  std::atomic<bool> closed{false};
  std::thread closer;
  {
    const HandleCall inside(handle);
    ASSERT_TRUE(inside.ok());
    closer = std::thread([&] {
      close(handle);
      closed = true;
    });
    while (is_open(handle)) {
      std::this_thread::yield();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_FALSE(closed);
    EXPECT_FALSE(inside.engine().read_only()) << "what the call uses is still there";
  }
  closer.join();
  EXPECT_TRUE(closed);
}

}  // namespace
}  // namespace remora::shim
