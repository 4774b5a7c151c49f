// Finding and refusing libraries. The fakes beside the real plugin are built from fake_library.c.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <remora/remora_loader.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>

namespace {

using testing::HasSubstr;

// A path of tests/abi/CMakeLists.txt: FAKE_FOLDER/<name>/libremora.so.1.
std::string fake(const std::string& name) {
  return std::string(FAKE_FOLDER) + "/" + name + "/libremora.so.1";
}

struct Loading : testing::Test {
  Loading() { unsetenv("REMORA_LIBRARY"); }
  ~Loading() override {
    remora_unload(&api);
    unsetenv("REMORA_LIBRARY");
  }
  int32_t load(const std::string& path, int32_t required_minor = REMORA_ABI_MINOR) {
    return remora_load_minor(&api, path.c_str(), required_minor, message, sizeof message);
  }
  void expect_nothing_loaded() const {
    EXPECT_EQ(api.library, nullptr);
#define F(name, since, tag, parameters) EXPECT_EQ(api.name, nullptr);
#include <remora/functions.def>
#undef F
  }

  remora_api api{};
  char message[1024] = "not touched";
};

TEST_F(Loading, ResolvesEveryFunctionOfThePlugin) {
  ASSERT_EQ(load(REMORA_LIBRARY_PATH), REMORA_OK) << message;
  EXPECT_STREQ(message, "");
  EXPECT_NE(api.library, nullptr);
#define F(name, since, tag, parameters) EXPECT_NE(api.name, nullptr) << #name;
#include <remora/functions.def>
#undef F
  EXPECT_EQ(api.abi_version(), REMORA_ABI_VERSION);
}

TEST_F(Loading, UnloadingClearsTheStruct) {
  ASSERT_EQ(load(REMORA_LIBRARY_PATH), REMORA_OK) << message;
  remora_unload(&api);
  expect_nothing_loaded();
  remora_unload(&api);  // and again does nothing
  remora_unload(nullptr);
}

TEST_F(Loading, TakesTheEnvironmentsLibraryWhenTheHostNamesNone) {
  setenv("REMORA_LIBRARY", fake("whole").c_str(), 1);
  ASSERT_EQ(remora_load(&api, nullptr, message, sizeof message), REMORA_OK) << message;
  EXPECT_EQ(api.close(0, nullptr), REMORA_E_INTERNAL) << "the fake, not the plugin";
}

TEST_F(Loading, PrefersTheHostsPathToTheEnvironments) {
  setenv("REMORA_LIBRARY", "/nowhere/libremora.so", 1);
  EXPECT_EQ(load(fake("whole")), REMORA_OK) << message;
}

TEST_F(Loading, DoesNotGoOnSearchingWhenThePathIsWrong) {
  setenv("REMORA_LIBRARY", fake("whole").c_str(), 1);
  EXPECT_EQ(load("/nowhere/libremora.so"), REMORA_E_NOT_FOUND);
  EXPECT_THAT(message, HasSubstr("/nowhere/libremora.so (given by the host)"));
  EXPECT_THAT(message, HasSubstr("No such file"));
  EXPECT_THAT(message, HasSubstr("Correct the path"));
  expect_nothing_loaded();
}

TEST_F(Loading, DoesNotGoOnSearchingWhenTheEnvironmentIsWrong) {
  setenv("REMORA_LIBRARY", "/nowhere/libremora.so", 1);
  EXPECT_EQ(remora_load(&api, "", message, sizeof message), REMORA_E_NOT_FOUND);
  EXPECT_THAT(message, HasSubstr("/nowhere/libremora.so (from REMORA_LIBRARY)"));
  EXPECT_THAT(message, HasSubstr("unset REMORA_LIBRARY"));
}

TEST_F(Loading, NamesEverythingThatItTriedInTheSystemsSearch) {
  // The test does not run where a Remora is installed: then the search would rightly find that one.
  if (remora_load(&api, nullptr, message, sizeof message) == REMORA_OK) {
    GTEST_SKIP() << "a Remora is installed on this machine";
  }
  EXPECT_THAT(message, HasSubstr("libremora.so.1: "));
  EXPECT_THAT(message, HasSubstr("libremora.so: "));
  EXPECT_THAT(message, HasSubstr("set REMORA_LIBRARY"));
  expect_nothing_loaded();
}

TEST_F(Loading, GivesTheSystemsReasonForAFileThatIsNoLibrary) {
  EXPECT_EQ(load(__FILE__), REMORA_E_NOT_FOUND);
  EXPECT_THAT(message, HasSubstr("invalid ELF header"));
}

TEST_F(Loading, RefusesALibraryThatIsNoRemora) {
  EXPECT_EQ(load(fake("foreign")), REMORA_E_FORMAT);
  EXPECT_THAT(message, HasSubstr("no function remora_abi_version"));
  expect_nothing_loaded();
}

TEST_F(Loading, RefusesAnotherMajorVersionAndNamesBoth) {
  EXPECT_EQ(load(fake("major_2")), REMORA_E_VERSION);
  EXPECT_THAT(message, HasSubstr("has ABI version 2.0"));
  EXPECT_THAT(message, HasSubstr("needs 1." + std::to_string(REMORA_ABI_MINOR)));
  expect_nothing_loaded();
}

TEST_F(Loading, RefusesAMinorVersionThatIsTooOld) {
  EXPECT_EQ(load(fake("whole"), REMORA_ABI_MINOR + 1), REMORA_E_VERSION);
  EXPECT_THAT(message, HasSubstr("needs 1." + std::to_string(REMORA_ABI_MINOR + 1)));
  expect_nothing_loaded();
}

// Every function of ABI 1.0 and no other, made from the headers of that time.
TEST_F(Loading, TellsALibraryOfTheFirstVersionFromOneThatTheHostNeeds) {
  EXPECT_EQ(load(fake("abi_1_0")), REMORA_E_VERSION);
  EXPECT_THAT(message, HasSubstr("has ABI version 1.0"));
  EXPECT_THAT(message, HasSubstr("needs 1." + std::to_string(REMORA_ABI_MINOR)));
  expect_nothing_loaded();
  ASSERT_EQ(load(fake("abi_1_0"), 0), REMORA_OK)
      << "a host that runs with any library of this major: " << message;
#define F(name, since, tag, parameters) EXPECT_EQ(api.name != nullptr, (since) == 0) << #name;
#include <remora/functions.def>
#undef F
}

TEST_F(Loading, TakesALaterMinorVersion) { EXPECT_EQ(load(fake("minor_9")), REMORA_OK) << message; }

TEST_F(Loading, RefusesALibraryThatLacksARequiredFunction) {
  EXPECT_EQ(load(fake("incomplete")), REMORA_E_FORMAT);
  EXPECT_THAT(message, HasSubstr("lacks the function remora_close"));
  expect_nothing_loaded();
}

TEST_F(Loading, LeavesAFunctionNullThatTheHostDoesNotRequire) {
  // Functions of minor 0 are optional to a host that would run with any minor, here written as -1.
  ASSERT_EQ(load(fake("incomplete"), -1), REMORA_OK) << message;
  EXPECT_EQ(api.close, nullptr);
  EXPECT_NE(api.open, nullptr);
}

TEST_F(Loading, CutsItsMessageToTheBuffer) {
  char guarded[32];
  std::memset(guarded, '#', sizeof guarded);
  EXPECT_EQ(remora_load(&api, "/nowhere/libremora.so", guarded, 16), REMORA_E_NOT_FOUND);
  EXPECT_EQ(std::strlen(guarded), 15u);
  EXPECT_EQ(std::string(guarded + 16, 16), std::string(16, '#'));
  char one = '#';
  EXPECT_EQ(remora_load(&api, "/nowhere/libremora.so", &one, 1), REMORA_E_NOT_FOUND);
  EXPECT_EQ(one, '\0');
  EXPECT_EQ(remora_load(&api, "/nowhere/libremora.so", nullptr, 0), REMORA_E_NOT_FOUND);
  EXPECT_EQ(remora_load(&api, "/nowhere/libremora.so", nullptr, 100), REMORA_E_NOT_FOUND);
}

TEST_F(Loading, SaysWhatIsWrongWithoutAStructToFill) {
  EXPECT_EQ(remora_load(nullptr, nullptr, message, sizeof message), REMORA_E_INVALID);
  EXPECT_THAT(message, HasSubstr("NULL"));
}

TEST_F(Loading, AcceptsAVeryLongPath) {
  EXPECT_EQ(load("/" + std::string(8000, 'x')), REMORA_E_NOT_FOUND);
  EXPECT_EQ(std::strlen(message), sizeof message - 1);
}

TEST_F(Loading, GivesTwoStructsOntoOneLibrary) {
  remora_api second{};
  ASSERT_EQ(load(REMORA_LIBRARY_PATH), REMORA_OK) << message;
  ASSERT_EQ(remora_load(&second, REMORA_LIBRARY_PATH, message, sizeof message), REMORA_OK) << message;
  EXPECT_EQ(api.route, second.route);
  remora_unload(&second);
  EXPECT_EQ(api.abi_version(), REMORA_ABI_VERSION);
}

}  // namespace
