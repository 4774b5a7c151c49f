#include "scratch.hpp"

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace simulation {

Scratch::Scratch(const remora::Library& library, const std::string& configuration) {
  // In memory where that can be had: nobody wants these files back after a power loss.
  std::error_code none;
  const std::filesystem::path memory = "/dev/shm";
  const auto parent =
      std::filesystem::is_directory(memory, none) ? memory : std::filesystem::temp_directory_path();
  std::string pattern = (parent / "remora-simulation-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    problem_ = "no folder for a state can be made at " + pattern;
    return;
  }
  folder_ = pattern;
  remora::Options options;
  options.flags = REMORA_OPEN_NO_AUTO_TICK | REMORA_OPEN_NO_ENVIRONMENT;
  options.states = 1024;
  options.ledger_slots = 1024;
  options.names = 1024;
  options.sync_interval_ns = -1;
  state_ = library.open(folder_ + "/state", options);
  if (!state_) {
    problem_ = state_.error().text();
  } else if (const auto configured = state_->configure(configuration); !configured) {
    problem_ = configured.error().text();
  }
}

Scratch::~Scratch() {
  if (state_) {
    (void)state_->close();
  }
  std::error_code ignored;
  if (!folder_.empty()) {
    std::filesystem::remove_all(folder_, ignored);
  }
}

}  // namespace simulation
