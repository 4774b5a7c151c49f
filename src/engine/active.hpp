// The settings in force in this process: made once from a configuration, then only read, then replaced whole.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "config/settings.hpp"
#include "guard/thresholds.hpp"
#include "rollout/rules.hpp"
#include "route/classifier_source.hpp"
#include "store/history.hpp"

namespace remora::engine {

// What holds for one agent.
struct Profile {
  learn::Settings learning;
  guard::Thresholds safety;
};

struct Active {
  uint64_t number = 1;  // one more with each change
  config::Settings settings;
  uint64_t held_down =
      0;  // store::ControlBits that configuration and environment set, whatever the control word says
  rollout::Rules rollout;
  std::unique_ptr<const route::ClassifierSource> classifier;
  std::vector<uint32_t> classified_ids;    // public id of each of the classifier's types
  std::vector<Profile> profiles;           // [0] = the fleet's
  std::vector<uint16_t> profile_of_agent;  // by agent index

  const Profile& profile(uint32_t agent) const {
    return profiles[agent < profile_of_agent.size() ? profile_of_agent[agent] : 0];
  }
};

// Bits of store::ControlBits in force: those that a call set, and those that these settings hold down. [hot]
inline uint64_t control_in_force(const store::History& history, const Active& active) {
  // Relaxed: the word is the whole message.
  return history.control->line.control.load(std::memory_order_relaxed) | active.held_down;
}

}  // namespace remora::engine
