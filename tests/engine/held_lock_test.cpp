// Somebody holds the structure lock and does not go on: a process that was stopped amid a registration, say.
#include <remora/names.h>

#include <fstream>

#include "base/directory.hpp"
#include "base/file_lock.hpp"
#include "engine/host.hpp"
#include "store/file_names.hpp"

namespace remora::test {
namespace {

class HeldLock : public Host {
 protected:
  void SetUp() override {
    Host::SetUp();
    base::Problem problem;
    ASSERT_TRUE(ok(base::Directory::open(state(), {}, &directory_, problem))) << problem.text();
    ASSERT_TRUE(ok(locks_.open(directory_, store::kLockFile, problem))) << problem.text();
  }
  std::string state() const { return folder.path() + "/state"; }
  void hold() {
    base::Problem problem;
    ASSERT_TRUE(ok(lock_.lock_for(locks_, store::kStructureLock, kSecond, problem))) << problem.text();
  }
  int32_t tick() { return plugin().tick(handle, 0, 0, nullptr, &error); }
  void write_config(const std::string& variant, int cost) {
    std::ofstream(state() + "/remora.json") << R"({"agents": [{"name": "architect", "variants": [{"name": ")"
                                            << variant << R"(", "cost_micros": )" << cost << "}]}]}";
  }
  int64_t cost_of_quick() {
    remora_variant variant = sized<remora_variant>();
    variant.agent = agent;
    variant.variant = 1;
    EXPECT_EQ(plugin().variant_info(handle, &variant, &error), REMORA_OK) << error.text;
    return variant.cost_micros;
  }

  uint32_t variants() {
    remora_variant variant = sized<remora_variant>();
    variant.agent = agent;
    while (plugin().variant_info(handle, &variant, &error) == REMORA_OK) {
      ++variant.variant;
    }
    return variant.variant;
  }

  base::Directory directory_;
  base::LockFile locks_;
  base::ByteLock lock_;
};

TEST_F(HeldLock, WhatTheConfigurationChangesOfVariantsIsDoneWhenTheLockIsFree) {
  write_config("quick", 700);
  hold();
  EXPECT_EQ(tick(), REMORA_OK) << error.text;
  EXPECT_EQ(cost_of_quick(), 0) << "still held";
  EXPECT_EQ(tick(), REMORA_OK) << error.text;
  lock_.unlock();
  EXPECT_EQ(tick(), REMORA_OK) << error.text;
  EXPECT_EQ(cost_of_quick(), 700);
}

TEST_F(HeldLock, ANewVariantOfTheConfigurationWaitsForTheLock) {
  write_config("new", 700);
  hold();
  EXPECT_EQ(tick(), REMORA_E_BUSY) << error.text;
  EXPECT_EQ(variants(), 4U);
  lock_.unlock();
  EXPECT_EQ(tick(), REMORA_OK) << error.text;
  EXPECT_EQ(variants(), 5U);
}

}  // namespace
}  // namespace remora::test
