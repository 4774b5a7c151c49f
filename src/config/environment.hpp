// What the environment says: the kill switches REMORA_ENABLED, REMORA_LEARNING and REMORA_MODE, and whose
// snapshots are believed, REMORA_SNAPSHOT_KEY_FILE and REMORA_REQUIRE_MAC. It can only make things safer:
// nothing that it says switches on what the configuration or a call switched off.
#pragma once

#include <cstdint>

namespace remora::config {

struct Environment {
  bool disabled = false;                    // REMORA_ENABLED is false, 0, no or off; or REMORA_MODE is off
  bool no_learning = false;                 // REMORA_LEARNING is one of these
  bool monitor = false;                     // REMORA_MODE is monitor
  bool require_mac = false;                 // REMORA_REQUIRE_MAC has a value that does not mean no
  const char* snapshot_key_file = nullptr;  // REMORA_SNAPSHOT_KEY_FILE; the environment's own text
  // Names of variables whose value is none that is known: they change nothing, and the log should say so.
  const char* ignored[3] = {};
  uint32_t ignored_count = 0;
};

// Looks up one variable: nullptr when it is not set.
using Lookup = const char* (*)(const char* name);

// Reads the process's environment, or what a test puts in its place. In a set-user-id program nothing is
// read. Not safe while another thread changes the environment: called once, at open.
Environment read_environment();
Environment read_environment(Lookup lookup);

}  // namespace remora::config
