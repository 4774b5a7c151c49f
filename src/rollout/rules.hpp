// Settings with what is computed from them once, when they change.
#pragma once

#include "rollout/settings.hpp"

namespace remora::rollout {

// Immutable once made; may be copied and shared by threads.
struct Rules {
  static Rules of(const Settings& settings);

  Settings settings;
  double z = 1.959964;  // of settings.confidence, two-sided
};

}  // namespace remora::rollout
