// Follows remora.json: has it changed, and what does it say now.
#pragma once

#include <cstdint>

#include "base/directory.hpp"
#include "base/file.hpp"
#include "base/status.hpp"
#include "config/settings.hpp"

namespace remora::config {

enum class Change {
  kNone,      // nothing new
  kReloaded,  // *settings holds what the file says now
  kRefused,   // the file cannot be used; *settings is unchanged, problem says why
  kMissing    // the file was there before and is gone; *settings is unchanged
};

// One watch a directory. Used by one thread at a time.
class Watch {
 public:
  // Looks whether the file is another one than at the last look, and reads it if so. Each state of the file
  // is reported once: a bad file is refused once, until it is changed. A file that was never there is no
  // change.
  Change poll(const base::Directory& directory, Settings* settings, base::Problem& problem);

  // Reads the file whether or not it changed. A missing one is kNone, with *settings the defaults.
  Change read(const base::Directory& directory, Settings* settings, base::Problem& problem);

  // The next poll reports the file again, changed or not.
  void forget() {
    settled_ = false;
    content_hash_ = 0;
  }

 private:
  bool same_as_seen(const base::Directory& directory, bool* missing);
  void remember_unread(const base::Directory& directory, base::Code code);

  bool present_ = false;       // at the last look
  bool settled_ = false;       // `seen_` was old enough when it was read to tell any later change
  base::FileIdentity seen_;    // of the file read last
  uint64_t content_hash_ = 0;  // of its bytes, or of its identity when they could not be read; 0 = none yet
};

}  // namespace remora::config
