// The kill switch and the mode: three hands can hold the library down - a call (the control word in the
// mapping, for all processes), the configuration, and this process's environment - and what any of them holds
// is held.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "config/environment.hpp"
#include "config/settings.hpp"
#include "store/history.hpp"

namespace remora::ops {

// Bits of Control::source, as remora_control.
enum ControlSource : uint32_t { kByCall = 1, kByConfig = 2, kByEnvironment = 4 };

// What is in force, or asked for. `mode` is a remora_mode: full or monitor, whether enabled or not; off is
// understood as not enabled.
struct Control {
  bool enabled = true;
  bool learning = true;
  uint32_t mode = 4;
  uint32_t source = 0;
};

// The store::ControlBits that configuration and environment set, whatever the control word says.
uint64_t held_down(const config::ControlSettings& settings, const config::Environment& environment);

// What is in force for this process.
Control effective_control(const store::History& history, const config::ControlSettings& settings,
                          const config::Environment& environment);

// Sets the control word, seen by every process at its next call, and publishes an event if that changes it.
// `source` is not read. Errors: kInvalid (mode).
base::Code set_control(const store::History& history, const Control& wanted, int64_t now_ns,
                       base::Problem& problem);

}  // namespace remora::ops
