// The plugin as a host has it: loaded at run time, with a small state in a folder of its own.
#pragma once

#include <gtest/gtest.h>
#include <remora/remora_loader.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <string>

namespace remora::abi_test {

// The resolved functions; loaded once and never unloaded.
inline const remora_api& plugin() {
  static const remora_api loaded = [] {
    remora_api api;
    char why[1024] = "";
    if (remora_load(&api, REMORA_LIBRARY_PATH, why, sizeof why) != REMORA_OK) {
      ADD_FAILURE() << why;
    }
    return api;
  }();
  return loaded;
}

// A struct of the ABI, zero but for its size.
template <class Struct>
Struct sized() {
  Struct value{};
  value.struct_size = sizeof(Struct);
  return value;
}

inline remora_options small_options() {
  remora_options options = sized<remora_options>();
  options.abi_version = REMORA_ABI_VERSION;
  options.states = 1024;
  options.ledger_slots = 4096;
  options.names = 512;
  return options;
}

// A folder that is removed at the end.
class Folder {
 public:
  Folder() {
    char name[] = "/tmp/remora-abi-XXXXXX";
    path_ = mkdtemp(name) == nullptr ? "" : name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// An open state with one agent of two variants.
class OpenPlugin : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(plugin().library, nullptr);
    handle = open_state();
    ASSERT_EQ(plugin().agent_define(handle, "guest-agent", "steady,shaky", &agent, &error), REMORA_OK)
        << error.text;
  }
  void TearDown() override {
    if (handle != 0) {
      EXPECT_EQ(plugin().close(handle, &error), REMORA_OK) << error.text;
    }
  }
  uint64_t open_state(const std::string& name = "state") {
    const remora_options options = small_options();
    uint64_t opened = 0;
    const std::string path = folder.path() + "/" + name;
    EXPECT_EQ(plugin().open(path.data(), path.size(), &options, &opened, &error), REMORA_OK) << error.text;
    return opened;
  }

  Folder folder;
  remora_error error = REMORA_ERROR_INIT;
  uint64_t handle = 0;
  remora_id agent = 0;
};

// The same, for calls that may never return: then the program ends.
class WatchedPlugin : public OpenPlugin {
 protected:
  void SetUp() override {
    alarm(300);
    OpenPlugin::SetUp();
  }
  void TearDown() override {
    OpenPlugin::TearDown();
    alarm(0);
  }
};

}  // namespace remora::abi_test
