// The environment's variables: whatever they hold, they only ever make things safer.
#include <iterator>
#include <string>
#include <string_view>

#include "config/environment.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"

namespace {

constexpr std::string_view kNames[] = {"REMORA_ENABLED", "REMORA_LEARNING", "REMORA_MODE",
                                       "REMORA_REQUIRE_MAC", "REMORA_SNAPSHOT_KEY_FILE"};
constexpr size_t kVariables = std::size(kNames);

std::string g_values[kVariables];
bool g_set[kVariables];

const char* lookup(const char* name) {
  for (size_t i = 0; i < kVariables; ++i) {
    if (name == kNames[i]) {
      return g_set[i] ? g_values[i].c_str() : nullptr;
    }
  }
  const bool is_documented = false;
  REMORA_REQUIRE(is_documented);
  return nullptr;
}

bool ignored(const remora::config::Environment& environment, std::string_view name) {
  for (uint32_t i = 0; i < environment.ignored_count; ++i) {
    if (environment.ignored[i] == name) {
      return true;
    }
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  remora::fuzz::Input input(data, size);
  for (size_t i = 0; i < kVariables; ++i) {
    const auto length = input.take<uint8_t>();
    g_set[i] = length != 0;
    g_values[i] = input.take_text(length);
  }
  const remora::config::Environment environment = remora::config::read_environment(lookup);
  REMORA_REQUIRE(environment.ignored_count <= 3);
  const bool given = g_set[0] || g_set[1] || g_set[2];
  REMORA_REQUIRE(given || !(environment.disabled || environment.no_learning || environment.monitor));
  // A value that is reported as ignored has changed nothing.
  REMORA_REQUIRE(!ignored(environment, "REMORA_LEARNING") || !environment.no_learning);
  REMORA_REQUIRE(!ignored(environment, "REMORA_MODE") || !environment.monitor);
  REMORA_REQUIRE(!ignored(environment, "REMORA_ENABLED") || !environment.disabled || g_set[2]);
  REMORA_REQUIRE(g_set[3] || !environment.require_mac);
  REMORA_REQUIRE(environment.snapshot_key_file == nullptr || *environment.snapshot_key_file != '\0');
  return 0;
}
