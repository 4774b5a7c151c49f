// The log of the library's own doings. Pull by default: lines wait in a ring in memory until the host drains
// them. A file in the state directory and a callback of the host come on top when asked for. Nothing is ever
// written to the terminal.
//
// Never log the text of a task, nor anything else of the host's that is not a name.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/directory.hpp"
#include "base/status.hpp"
#include "config/settings.hpp"

namespace remora::ops {

using Level = config::LogLevel;

// As remora_log_function.
using LogFunction = void (*)(void* user, int32_t level, const char* text, uint64_t size);

// One of a state directory in a process. All functions may be called by many threads at once, unless it says
// otherwise.
class Log {
 public:
  static constexpr uint32_t kLines = 256;               // of the ring, and of what waits for the callback
  static constexpr uint32_t kLongestLine = 1'000;       // bytes of a message; the rest is cut off
  static constexpr int64_t kCallbackWait = 50'000'000;  // ns; see set_callback

  // The directory outlives the log. `read_only`: no file, whatever the settings say. Without memory the log
  // drops everything, until configure finds some; nothing else fails for that.
  Log(const base::Directory& directory, const config::LogSettings& settings, bool read_only) noexcept;
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // Whether a line of this level goes anywhere. One load.
  bool takes(Level level) const {
    return static_cast<uint8_t>(level) >= lowest_.load(std::memory_order_relaxed);
  }

  // Logs a line (printf form). It may be called with locks held, and by a callback: the callback is not
  // called here. Control characters become spaces, so that a line stays one.
  [[gnu::format(printf, 3, 4)]] void write(Level level, const char* format, ...) noexcept;

  // Calls the callback with the lines that wait for it. To be called by threads that are inside a call of the
  // host, with no lock held. Does nothing when another thread is at it, or when the caller is inside the
  // callback. One load when nothing waits.
  void deliver() noexcept;

  // Takes the oldest lines that fit, each with its line feed; *needed is what was written, 0 when there are
  // none. A line on top tells how many the ring has lost. Errors: kBuffer when not even the oldest fits
  // (*needed says how much it takes; nothing is taken).
  base::Code drain(char* buffer, uint64_t capacity, uint64_t* needed, base::Problem& problem) noexcept;

  // Sends lines of at least `level` to a function, in place of the one before; nullptr for none. `owner` is
  // whom remove_callback knows it by. Waits until no other thread is inside the one before; from within a
  // callback it does not wait. Errors: kInvalid (level), kBusy (the one before did not return within
  // kCallbackWait; it is not called again).
  base::Code set_callback(LogFunction function, void* user, int32_t level, uint64_t owner,
                          base::Problem& problem) noexcept;
  // The same as set_callback(nullptr) when the callback is this owner's; otherwise nothing.
  base::Code remove_callback(uint64_t owner, base::Problem& problem) noexcept;

  bool is_missing() const { return parts() == nullptr; }

  // Applies changed settings: level, file. Makes the log if it is missing. One thread at a time.
  void configure(const config::LogSettings& settings) noexcept;

  // In a forked child, before any other call: another thread may have held a lock of this log at the fork.
  // Lines that were waiting and the callback are the parent's.
  void after_fork() noexcept;

  // Lines that could not be logged, or not be written to the file.
  uint64_t failures() const;

 private:
  struct Parts;

  Parts* parts() const { return parts_.load(std::memory_order_acquire); }
  void start() noexcept;
  void apply_settings();
  void set_lowest();

  const base::Directory& directory_;
  bool read_only_;
  config::LogSettings settings_;
  std::atomic<uint8_t> lowest_{static_cast<uint8_t>(Level::kOff)};
  std::atomic<Parts*> parts_{nullptr};
};

}  // namespace remora::ops
