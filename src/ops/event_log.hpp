// events.jsonl: every event of the ring as a line of text, each once, whichever process writes it.
#pragma once

#include <cstdint>

#include "base/directory.hpp"
#include "base/status.hpp"
#include "config/settings.hpp"
#include "ops/rotating_file.hpp"
#include "store/file_names.hpp"
#include "store/history.hpp"

namespace remora::ops {

// What a process keeps between its turns at the file. Used by one thread at a time.
class EventLog {
 public:
  // Appends the events that no process has written yet and moves the cursor that all share behind them. The
  // caller holds the housekeeping lock. When a process died between writing and moving the cursor, what it
  // wrote is found at the end of the file and not written again. With the file switched off the cursor moves
  // all the same. Events that the ring has lost leave a gap in the sequences. Errors: kNoSpace, kIo,
  // kPermission, kMemory; the cursor then stays before what is not in the file, so that a later call goes on
  // there.
  base::Code append_new(const store::History& history, const base::Directory& directory,
                        const config::FileSettings& settings, base::Problem& problem);

 private:
  base::Code append_batch(const store::History& history, const base::Directory& directory,
                          const config::FileSettings& settings, uint64_t* next, bool* more,
                          base::Problem& problem);

  RotatingFile file_{store::kEventLog, true};
};

}  // namespace remora::ops
