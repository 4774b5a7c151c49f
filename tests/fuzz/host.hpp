// A host for fuzz targets: a very small state in memory, and what must hold of every answer.
#pragma once

#include <remora/remora.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "fuzz/require.hpp"
#include "fuzz/steady_random.hpp"

namespace remora::fuzz {

inline constexpr int64_t kNow = 1'800'000'000'000'000'000;

// As small as the ranges allow, so that thousands of states can be made in a second.
inline constexpr std::string_view kSmallState = R"({
  "state": {"states": 64, "ledger_slots": 1024, "names": 64, "label_sets": 64, "agents": 8, "variant_groups": 8,
            "rollouts": 4, "events": 64, "outcome_lanes": 1, "outcome_lane_slots": 256},
  "classifier": {"use_default_rules": false, "rules": [{"task_type": "api-design", "keywords": ["endpoint"]}]},
  "rollout": {"stages": [{"mode": "shadow", "minimum_hours": 0, "minimum_samples": 2},
                         {"mode": "canary", "share_percent": 50, "minimum_hours": 0, "minimum_samples": 2},
                         {"mode": "full", "minimum_hours": 0, "minimum_samples": 2}]}
})";

template <class Struct>
Struct sized() {
  Struct value{};
  value.struct_size = sizeof(Struct);
  return value;
}

inline void require_code(int32_t code) { REMORA_REQUIRE(code <= REMORA_OK && code > REMORA_STATUS_END); }

// What a host that runs a decision relies on, whatever the state files hold.
inline void require_safe(const remora_decision& decision) {
  REMORA_REQUIRE(decision.variant < REMORA_MAX_VARIANTS);
  REMORA_REQUIRE(decision.baseline_variant < REMORA_MAX_VARIANTS);
  REMORA_REQUIRE(decision.shadow_variant == REMORA_NONE || decision.shadow_variant < REMORA_MAX_VARIANTS);
  REMORA_REQUIRE(std::fabs(decision.q_value) <= 1e6);
  REMORA_REQUIRE(decision.propensity > 0 && decision.propensity <= 1);
  REMORA_REQUIRE(decision.epsilon >= 0 && decision.epsilon <= 1);
  REMORA_REQUIRE(decision.decision_id < 1ULL << 53 && decision.shadow_decision_id < 1ULL << 53);
}

class Host {
 public:
  Host() {
    const char* root = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    std::string pattern = std::string(root) + "/remora-fuzz.XXXXXX";
    REMORA_REQUIRE(mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    path_ = folder_ + "/state";
  }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  ~Host() {
    close();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  const std::string& path() const { return path_; }
  std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }

  // An empty folder with a configuration.
  void begin(std::string_view config = kSmallState) {
    close();
    restart_random();
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
    std::filesystem::create_directory(path_);
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all);
    write("remora.json", config);
  }

  void write(std::string_view name, std::string_view content) const {
    std::ofstream(file(name), std::ios::binary | std::ios::trunc)
        .write(content.data(), static_cast<std::streamsize>(content.size()));
    std::filesystem::permissions(file(name),
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
  std::string read(std::string_view name) const {
    std::ifstream stream(file(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  }

  int32_t open() {
    remora_options options = sized<remora_options>();
    options.flags = REMORA_OPEN_NO_AUTO_TICK | REMORA_OPEN_NO_ENVIRONMENT;
    remora_error error = REMORA_ERROR_INIT;
    const int32_t code = remora_open(path_.data(), path_.size(), &options, &handle, &error);
    require_code(code);
    REMORA_REQUIRE((code == REMORA_OK) == (handle != 0));
    REMORA_REQUIRE(code == REMORA_OK || error.text[0] != '\0');
    return code;
  }
  void close() {
    if (handle != 0) {
      REMORA_REQUIRE(remora_close(handle, nullptr) == REMORA_OK);
      handle = 0;
    }
  }

  uint64_t handle = 0;

 private:
  std::string folder_, path_;
};

}  // namespace remora::fuzz
