// The environment can only make things safer.
#include "config/environment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>

namespace remora::config {
namespace {

std::map<std::string, std::string>* g_variables = nullptr;

const char* look_up(const char* name) {
  const auto found = g_variables->find(name);
  return found == g_variables->end() ? nullptr : found->second.c_str();
}

Environment read(std::map<std::string, std::string> variables) {
  g_variables = &variables;
  const Environment environment = read_environment(&look_up);
  g_variables = nullptr;
  return environment;
}

TEST(Environment, NothingSetHoldsNothingDown) {
  const Environment environment = read({});
  EXPECT_FALSE(environment.disabled);
  EXPECT_FALSE(environment.no_learning);
  EXPECT_FALSE(environment.monitor);
  EXPECT_EQ(environment.ignored_count, 0U);
}

TEST(Environment, EveryWordForNoThrowsTheSwitch) {
  for (const char* no : {"false", "0", "no", "off", "FALSE", "Off", "No"}) {
    EXPECT_TRUE(read({{"REMORA_ENABLED", no}}).disabled) << no;
    EXPECT_TRUE(read({{"REMORA_LEARNING", no}}).no_learning) << no;
    EXPECT_FALSE(read({{"REMORA_LEARNING", no}}).disabled) << no;
  }
}

TEST(Environment, EveryWordForYesChangesNothing) {
  for (const char* yes : {"true", "1", "yes", "on", "TRUE", "Yes", ""}) {
    const Environment environment = read({{"REMORA_ENABLED", yes}, {"REMORA_LEARNING", yes}});
    EXPECT_FALSE(environment.disabled) << yes;
    EXPECT_FALSE(environment.no_learning) << yes;
    EXPECT_EQ(environment.ignored_count, 0U) << yes;
  }
}

TEST(Environment, Modes) {
  EXPECT_TRUE(read({{"REMORA_MODE", "monitor"}}).monitor);
  EXPECT_TRUE(read({{"REMORA_MODE", "Monitor"}}).monitor);
  EXPECT_TRUE(read({{"REMORA_MODE", "off"}}).disabled);
  EXPECT_FALSE(read({{"REMORA_MODE", "full"}}).monitor);
  EXPECT_FALSE(read({{"REMORA_MODE", ""}}).monitor);
}

TEST(Environment, UnknownValuesChangeNothingAndAreNamed) {
  const Environment environment =
      read({{"REMORA_ENABLED", "flase"}, {"REMORA_LEARNING", "2"}, {"REMORA_MODE", "shadow"}});
  EXPECT_FALSE(environment.disabled);
  EXPECT_FALSE(environment.no_learning);
  EXPECT_FALSE(environment.monitor);
  ASSERT_EQ(environment.ignored_count, 3U);
  EXPECT_STREQ(environment.ignored[0], "REMORA_ENABLED");
  EXPECT_STREQ(environment.ignored[1], "REMORA_LEARNING");
  EXPECT_STREQ(environment.ignored[2], "REMORA_MODE");
}

// Whoever mistypes it meant to be safer.
TEST(Environment, SignaturesAreRequiredByAllThatDoesNotMeanNo) {
  for (const char* no : {"", "false", "0", "No", "off"}) {
    EXPECT_FALSE(read({{"REMORA_REQUIRE_MAC", no}}).require_mac) << no;
  }
  for (const char* yes : {"true", "1", "on", "ture"}) {
    EXPECT_TRUE(read({{"REMORA_REQUIRE_MAC", yes}}).require_mac) << yes;
  }
}

TEST(Environment, AKeyFileIsNamedUnlessTheNameIsEmpty) {
  EXPECT_EQ(read({{"REMORA_SNAPSHOT_KEY_FILE", ""}}).snapshot_key_file, nullptr);
  EXPECT_NE(read({{"REMORA_SNAPSHOT_KEY_FILE", "/run/key"}}).snapshot_key_file, nullptr);
}

TEST(Environment, TheProcessesOwnVariablesAreRead) {
  ASSERT_EQ(setenv("REMORA_MODE", "monitor", 1), 0);
  const bool monitor = read_environment().monitor;
  unsetenv("REMORA_MODE");
  EXPECT_TRUE(monitor);
  EXPECT_FALSE(read_environment().monitor);
}

}  // namespace
}  // namespace remora::config
