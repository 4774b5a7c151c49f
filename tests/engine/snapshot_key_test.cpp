// Where a host's key comes from, and which keys are none.
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "engine/host.hpp"

namespace remora::test {
namespace {

const std::string kHexKey = "000102030405060708090a0b0c0d0e0fF0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF";

std::string raw_key() {
  std::string raw;
  for (size_t i = 0; i < kHexKey.size(); i += 2) {
    raw += static_cast<char>(std::stoi(kHexKey.substr(i, 2), nullptr, 16));
  }
  return raw;
}

// Opens states of its own; the one that Host opens stays as it is.
class SnapshotKey : public Host {
 protected:
  void TearDown() override {
    unsetenv("REMORA_SNAPSHOT_KEY_FILE");
    unsetenv("REMORA_REQUIRE_MAC");
    Host::TearDown();
  }

  static void set(const char* variable, const std::string& value) {
    ASSERT_EQ(setenv(variable, value.c_str(), 1), 0);
  }
  std::string key_file(const std::string& content, mode_t mode = 0600, const std::string& name = "key") {
    const std::string path = folder.path() + "/" + name;
    std::ofstream(path, std::ios::binary) << content;
    EXPECT_EQ(chmod(path.c_str(), mode), 0);
    return path;
  }

  int32_t open_other(uint32_t flags = 0, const std::string& key = "", const std::string& name = "other") {
    remora_options options = abi_test::small_options();
    options.flags = flags | REMORA_OPEN_NO_AUTO_TICK;
    if (!key.empty()) {
      options.flags |= REMORA_OPEN_SNAPSHOT_KEY;
      std::memcpy(options.snapshot_key, key.data(), sizeof options.snapshot_key);
    }
    const std::string path = folder.path() + "/" + name;
    const int32_t code = plugin().open(path.data(), path.size(), &options, &other_, &error);
    if (code == REMORA_OK) {
      last_ = other_;
    }
    return code;
  }
  // The key id of a snapshot of the state opened last.
  uint64_t key_id() {
    remora_snapshot_info info = sized<remora_snapshot_info>();
    EXPECT_EQ(plugin().snapshot(last_, &info, &error), REMORA_OK) << error.text;
    return info.key_id;
  }
  void close_other() { EXPECT_EQ(plugin().close(last_, &error), REMORA_OK) << error.text; }

  uint64_t other_ = 0, last_ = 0;
};

TEST_F(SnapshotKey, IsTheSameInAllItsForms) {
  ASSERT_EQ(open_other(0, raw_key()), REMORA_OK) << error.text;
  const uint64_t id = key_id();
  EXPECT_NE(id, 0U);
  close_other();
  for (const std::string& content : {kHexKey, kHexKey + "\n", raw_key()}) {
    set("REMORA_SNAPSHOT_KEY_FILE", key_file(content));
    ASSERT_EQ(open_other(), REMORA_OK) << error.text;
    EXPECT_EQ(key_id(), id);
    close_other();
  }
}

TEST_F(SnapshotKey, OfTheFirstLineSigns) {
  const std::string other(64, '7');
  set("REMORA_SNAPSHOT_KEY_FILE", key_file(kHexKey));
  ASSERT_EQ(open_other(), REMORA_OK) << error.text;
  const uint64_t id = key_id();
  close_other();
  for (const std::string& first : {kHexKey, other}) {
    const std::string& second = first == other ? kHexKey : other;
    set("REMORA_SNAPSHOT_KEY_FILE", key_file(first + "\n" + second));
    ASSERT_EQ(open_other(), REMORA_OK) << error.text;
    EXPECT_EQ(key_id() == id, first == kHexKey);
    close_other();
  }
}

TEST_F(SnapshotKey, MayHaveSevenBesideIt) {
  std::string lines;
  for (int i = 1; i <= 8; ++i) {
    lines += std::string(64, static_cast<char>('0' + i)) + "\n";
  }
  set("REMORA_SNAPSHOT_KEY_FILE", key_file(lines));
  ASSERT_EQ(open_other(), REMORA_OK) << error.text;
  close_other();
  set("REMORA_SNAPSHOT_KEY_FILE", key_file(lines + kHexKey));
  EXPECT_EQ(open_other(), REMORA_E_INVALID);
  EXPECT_NE(std::string(error.text).find("1 to 8 lines"), std::string::npos) << error.text;
}

TEST_F(SnapshotKey, OfTheHostGoesBeforeTheEnvironments) {
  set("REMORA_SNAPSHOT_KEY_FILE", folder.path() + "/nothing");
  EXPECT_EQ(open_other(0, raw_key()), REMORA_OK) << error.text;
  close_other();
}

TEST_F(SnapshotKey, IsNotLookedForWhereTheEnvironmentIsNotRead) {
  set("REMORA_SNAPSHOT_KEY_FILE", folder.path() + "/nothing");
  ASSERT_EQ(open_other(REMORA_OPEN_NO_ENVIRONMENT), REMORA_OK) << error.text;
  EXPECT_EQ(key_id(), 0U);
  close_other();
}

TEST_F(SnapshotKey, InAFileThatIsNoneIsRefusedWithTheReason) {
  const auto refused = [&](const std::string& path) {
    set("REMORA_SNAPSHOT_KEY_FILE", path);
    EXPECT_NE(open_other(), REMORA_OK) << path;
    EXPECT_NE(std::string(error.text).find("REMORA_SNAPSHOT_KEY_FILE"), std::string::npos) << error.text;
    return error.code;
  };
  EXPECT_EQ(refused(folder.path() + "/nothing"), REMORA_E_NOT_FOUND);
  EXPECT_EQ(refused("key"), REMORA_E_INVALID);
  EXPECT_EQ(refused(key_file(kHexKey, 0640)), REMORA_E_PERMISSION);
  EXPECT_EQ(refused(key_file(kHexKey, 0604)), REMORA_E_PERMISSION);
  EXPECT_EQ(refused(key_file("too short")), REMORA_E_INVALID);
  EXPECT_EQ(refused(key_file(kHexKey + kHexKey)), REMORA_E_INVALID);
  EXPECT_EQ(refused(key_file("x" + kHexKey.substr(1))), REMORA_E_INVALID);
  EXPECT_EQ(refused(key_file("")), REMORA_E_INVALID);
  EXPECT_EQ(refused(key_file(kHexKey + "\n\n" + kHexKey)), REMORA_E_INVALID);
  std::filesystem::create_symlink(key_file(kHexKey), folder.path() + "/link");
  EXPECT_EQ(refused(folder.path() + "/link"), REMORA_E_PERMISSION);
}

TEST_F(SnapshotKey, MayNotLieInTheStateDirectory) {
  ASSERT_EQ(open_other(), REMORA_OK) << error.text;
  close_other();
  set("REMORA_SNAPSHOT_KEY_FILE", key_file(kHexKey, 0600, "other/key"));
  EXPECT_EQ(open_other(), REMORA_E_PERMISSION);
  EXPECT_NE(std::string(error.text).find("lies in the state directory"), std::string::npos) << error.text;
}

TEST_F(SnapshotKey, OfZerosIsNone) {
  EXPECT_EQ(open_other(0, std::string(32, '\0')), REMORA_E_INVALID);
  EXPECT_NE(std::string(error.text).find("all zeros"), std::string::npos) << error.text;
}

TEST_F(SnapshotKey, MustBeThereWhereSignaturesAreRequired) {
  EXPECT_EQ(open_other(REMORA_OPEN_REQUIRE_MAC), REMORA_E_INVALID);
  EXPECT_NE(std::string(error.text).find("there is no key"), std::string::npos) << error.text;
  set("REMORA_REQUIRE_MAC", "true");
  EXPECT_EQ(open_other(), REMORA_E_INVALID);
  EXPECT_EQ(open_other(REMORA_OPEN_NO_ENVIRONMENT), REMORA_OK) << error.text;
  close_other();
}

TEST_F(SnapshotKey, IsOneForAllHandlesOfADirectory) {
  ASSERT_EQ(open_other(0, raw_key()), REMORA_OK) << error.text;
  const uint64_t first = last_;
  EXPECT_EQ(open_other(0, std::string(32, 'x')), REMORA_E_STATE);
  EXPECT_NE(std::string(error.text).find("another snapshot key"), std::string::npos) << error.text;
  EXPECT_EQ(open_other(REMORA_OPEN_REQUIRE_MAC, raw_key()), REMORA_E_STATE);
  ASSERT_EQ(open_other(0, raw_key()), REMORA_OK) << error.text;
  close_other();
  ASSERT_EQ(open_other(), REMORA_OK) << "who brings no key takes part: " << error.text;
  close_other();
  last_ = first;
  close_other();
}

TEST_F(SnapshotKey, RequiringItBindsAllHandlesOfADirectory) {
  ASSERT_EQ(open_other(REMORA_OPEN_REQUIRE_MAC, raw_key()), REMORA_OK) << error.text;
  const uint64_t first = last_;
  EXPECT_EQ(open_other(REMORA_OPEN_REQUIRE_MAC, raw_key()), REMORA_OK) << error.text;
  close_other();
  EXPECT_EQ(open_other(REMORA_OPEN_REQUIRE_MAC), REMORA_OK) << "as it is: " << error.text;
  close_other();
  last_ = first;
  close_other();
}

TEST_F(SnapshotKey, RefusesAnUnsignedSnapshotByCallAndByVerifying) {
  ASSERT_EQ(open_other(), REMORA_OK) << error.text;
  EXPECT_EQ(key_id(), 0U);
  close_other();
  ASSERT_EQ(open_other(REMORA_OPEN_REQUIRE_MAC, raw_key()), REMORA_OK) << error.text;
  const std::string path = "snapshots/000000000001-manual.rsnap";
  EXPECT_EQ(plugin().snapshot_verify(last_, path.data(), path.size(), nullptr, &error), REMORA_E_PERMISSION);
  EXPECT_EQ(plugin().restore(last_, path.data(), path.size(), nullptr, &error), REMORA_E_PERMISSION);
  close_other();
}

}  // namespace
}  // namespace remora::test
