// The one file that knows spdlog. Its logger is made here, never taken from or put into spdlog's registry;
// there is no default logger, no thread, no sink that prints, and an error handler that counts in place of
// the one that prints.
#include "ops/log.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>
#include <mutex>
#include <new>
#include <optional>

#include <spdlog/formatter.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "base/thread_context.hpp"
#include "ops/line_ring.hpp"
#include "ops/rotating_file.hpp"
#include "store/file_names.hpp"

namespace remora::ops {
namespace {

using base::Code;
using base::Problem;

static_assert(static_cast<int>(Level::kTrace) == SPDLOG_LEVEL_TRACE);
static_assert(static_cast<int>(Level::kWarning) == SPDLOG_LEVEL_WARN);
static_assert(static_cast<int>(Level::kOff) == SPDLOG_LEVEL_OFF);

spdlog::level::level_enum spdlog_level(Level level) { return static_cast<spdlog::level::level_enum>(level); }

// A line as "time process level: message"; the process, for several share the file. Not spdlog's pattern
// formatter: that one asks the C library for the date, which takes a lock that a forked child may find held
// for ever.
class LineFormatter final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) override {
    using Nanoseconds = std::chrono::nanoseconds;
    char buffer[96];
    base::Text head(buffer, sizeof buffer);
    head.append_time(std::chrono::duration_cast<Nanoseconds>(message.time.time_since_epoch()).count());
    head.append(' ');
    head.append_signed(getpid());
    head.append(' ');
    const auto level = spdlog::level::to_string_view(message.level);
    head.append({level.data(), level.size()});
    head.append(": ");
    append(head.view(), line);
    append({message.payload.data(), message.payload.size()}, line);
    line.push_back('\n');
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<LineFormatter>(); }

 private:
  static void append(std::string_view text, spdlog::memory_buf_t& line) {
    line.append(text.data(), text.data() + text.size());
  }
};

std::unique_ptr<spdlog::formatter> make_formatter() { return std::make_unique<LineFormatter>(); }

std::string_view view(const spdlog::memory_buf_t& buffer) { return {buffer.data(), buffer.size()}; }

using Sink = spdlog::sinks::base_sink<std::mutex>;

// Lines as they are drained.
class RingSink final : public Sink {
 public:
  RingSink() : Sink(make_formatter()) {}

  Code drain(char* buffer, uint64_t capacity, uint64_t* needed, Problem& problem) {
    const std::lock_guard lock(mutex_);
    *needed = 0;
    char lost[80];
    const size_t lost_size = lost_line(lost, sizeof lost);
    uint64_t room = capacity;
    while (!ring_.empty()) {
      const uint64_t extra = *needed == 0 ? lost_size : 0;
      const uint64_t size = ring_.oldest().text.size() + extra;
      if (size > room) {
        break;
      }
      std::memcpy(buffer + *needed, lost, extra);
      std::memcpy(buffer + *needed + extra, ring_.oldest().text.data(), size - extra);
      *needed += size;
      room -= size;
      ring_.take();
      ring_.forget_lost();
    }
    if (*needed == 0 && !ring_.empty()) {
      *needed = ring_.oldest().text.size() + lost_size;
      return problem.set(Code::kBuffer, "the oldest line takes %llu bytes, the buffer has %llu",
                         static_cast<unsigned long long>(*needed), static_cast<unsigned long long>(capacity));
    }
    return Code::kOk;
  }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    ring_.push(message.level, view(line));
  }
  void flush_() override {}

  size_t lost_line(char* buffer, size_t size) const {
    if (ring_.lost() == 0) {
      return 0;
    }
    const int written = std::snprintf(buffer, size, "(%llu lines before this were lost)\n",
                                      static_cast<unsigned long long>(ring_.lost()));
    return written < 0 ? 0 : static_cast<size_t>(written);
  }

  LineRing ring_{Log::kLines};
};

// Messages that wait for the host's function, and who that is.
class CallbackSink final : public Sink {
 public:
  CallbackSink() : Sink(make_formatter()) { set_level(spdlog::level::off); }

  struct Call {
    LogFunction function = nullptr;
    void* user = nullptr;
    LineRing::Line line;
  };

  void set_function(LogFunction function, void* user, uint64_t owner) {
    const std::lock_guard lock(mutex_);
    function_ = function;
    user_ = user;
    owner_ = owner;
    ring_.clear();  // lines of before are not the new function's
    waiting_.store(0, std::memory_order_relaxed);
  }
  uint64_t owner() {
    const std::lock_guard lock(mutex_);
    return function_ == nullptr ? 0 : owner_;
  }
  // Relaxed: a line missed now is delivered by a later call.
  size_t waiting() const { return waiting_.load(std::memory_order_relaxed); }

  // The next line and its receiver, if one waits.
  std::optional<Call> next() {
    const std::lock_guard lock(mutex_);
    if (ring_.empty() || function_ == nullptr) {
      return std::nullopt;
    }
    waiting_.store(ring_.size() - 1, std::memory_order_relaxed);
    return Call{function_, user_, ring_.take()};
  }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    ring_.push(message.level, {message.payload.data(), message.payload.size()});
    waiting_.store(ring_.size(), std::memory_order_relaxed);
  }
  void flush_() override {}

  LineRing ring_{Log::kLines};
  LogFunction function_ = nullptr;
  void* user_ = nullptr;
  uint64_t owner_ = 0;
  std::atomic<size_t> waiting_{0};
};

// remora.log. That it cannot be written is counted, and said in the ring once until it can.
class FileSink final : public Sink {
 public:
  FileSink(const base::Directory& directory, Sink& ring, std::atomic<uint64_t>& failures)
      : Sink(make_formatter()), directory_(directory), ring_(ring), failures_(failures) {}

  void configure(const config::FileSettings& settings) {
    const std::lock_guard lock(mutex_);
    settings_ = settings;
    if (!settings.enabled) {
      file_.close();
    }
  }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    if (!settings_.enabled) {
      return;
    }
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    Problem problem;
    const bool written = ok(file_.append(directory_, settings_, view(line), problem));
    if (!written) {
      failures_.fetch_add(1, std::memory_order_relaxed);
      if (!failing_) {
        ring_.log(spdlog::details::log_msg(message.logger_name, spdlog::level::err, problem.text()));
      }
    }
    failing_ = !written;
  }
  void flush_() override {}

  const base::Directory& directory_;
  Sink& ring_;
  std::atomic<uint64_t>& failures_;
  config::FileSettings settings_;
  RotatingFile file_{store::kLogFile, false};
  bool failing_ = false;
};

// One line whatever is in it.
void flatten(char* text, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    if (static_cast<unsigned char>(text[i]) < 0x20 || text[i] == 0x7F) {
      text[i] = ' ';
    }
  }
}

}  // namespace

struct Log::Parts {
  explicit Parts(const base::Directory& directory)
      : ring(std::make_shared<RingSink>()),
        callback(std::make_shared<CallbackSink>()),
        file(std::make_shared<FileSink>(directory, *ring, failures)),
        logger("remora", {ring, callback, file}) {
    logger.set_level(spdlog::level::trace);  // the sinks have levels of their own
    logger.set_error_handler(
        [this](const std::string&) { failures.fetch_add(1, std::memory_order_relaxed); });
  }

  std::atomic<uint64_t> failures{0};
  std::atomic<uint32_t> delivering{0};  // number + 1 of the thread that is inside the callback, or 0
  std::atomic<uint64_t> delivered{0};   // calls of it that have returned
  std::shared_ptr<RingSink> ring;
  std::shared_ptr<CallbackSink> callback;
  std::shared_ptr<FileSink> file;
  spdlog::logger logger;
};

Log::Log(const base::Directory& directory, const config::LogSettings& settings, bool read_only) noexcept
    : directory_(directory), read_only_(read_only), settings_(settings) {
  start();
}

Log::~Log() { delete parts(); }

void Log::configure(const config::LogSettings& settings) noexcept {
  settings_ = settings;
  if (parts() == nullptr) {
    start();
  } else {
    apply_settings();
  }
}

void Log::start() noexcept {
  try {
    // Release pairs with the acquire in parts(): other threads may be about to log.
    parts_.store(new Parts(directory_), std::memory_order_release);
  } catch (...) {
    parts_.store(nullptr, std::memory_order_relaxed);
    return;
  }
  apply_settings();
}

void Log::apply_settings() {
  const config::LogSettings& settings = settings_;
  parts()->ring->set_level(spdlog_level(settings.level));
  parts()->file->set_level(spdlog_level(settings.level));
  config::FileSettings file = settings.file;
  file.enabled = file.enabled && !read_only_;
  parts()->file->configure(file);
  set_lowest();
}

void Log::set_lowest() {
  const auto lowest = std::min(parts()->ring->level(), parts()->callback->level());
  lowest_.store(static_cast<uint8_t>(lowest), std::memory_order_relaxed);
}

void Log::write(Level level, const char* format, ...) noexcept {
  if (!takes(level) || level >= Level::kOff || parts() == nullptr) {
    return;
  }
  char text[kLongestLine + 1];
  va_list arguments;
  va_start(arguments, format);
  const int written = std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  if (written < 0) {
    parts()->failures.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  const size_t size = std::min(static_cast<size_t>(written), sizeof text - 1);
  flatten(text, size);
  try {
    parts()->logger.log(spdlog_level(level), spdlog::string_view_t(text, size));
  } catch (...) {
    parts()->failures.fetch_add(1, std::memory_order_relaxed);
  }
}

void Log::deliver() noexcept {
  if (parts() == nullptr || parts()->callback->waiting() == 0) {
    return;
  }
  base::ThreadContext& thread = base::thread_context();
  uint32_t nobody = 0;
  // Acquire and release: one deliverer sees all of what the one before did, as the host's function may
  // expect.
  if (!parts()->delivering.compare_exchange_strong(nobody, thread.number + 1, std::memory_order_acquire,
                                                   std::memory_order_relaxed)) {
    return;
  }
  // Only as many as wait now: a function whose calls log again would never come to an end.
  for (size_t left = parts()->callback->waiting(); left > 0; --left) {
    const std::optional<CallbackSink::Call> call = parts()->callback->next();
    if (!call) {
      break;
    }
    ++thread.callbacks;
    try {
      call->function(call->user, call->line.level, call->line.text.data(), call->line.text.size());
    } catch (...) {  // the host's; it must not end the process here
      parts()->failures.fetch_add(1, std::memory_order_relaxed);
    }
    --thread.callbacks;
    // Release pairs with the acquire in set_callback.
    parts()->delivered.fetch_add(1, std::memory_order_release);
  }
  parts()->delivering.store(0, std::memory_order_release);
}

Code Log::drain(char* buffer, uint64_t capacity, uint64_t* needed, Problem& problem) noexcept {
  *needed = 0;
  return parts() == nullptr ? Code::kOk : parts()->ring->drain(buffer, capacity, needed, problem);
}

Code Log::set_callback(LogFunction function, void* user, int32_t level, uint64_t owner,
                       Problem& problem) noexcept {
  if (level < 0 || level > static_cast<int32_t>(Level::kCritical)) {
    return problem.set(Code::kInvalid, "level is %d: must be 0 (trace) .. 5 (critical)", level);
  }
  if (parts() == nullptr) {
    return problem.set(Code::kMemory, "there is no memory for the log");
  }
  parts()->callback->set_function(function, user, owner);
  parts()->callback->set_level(function == nullptr ? spdlog::level::off
                                                   : static_cast<spdlog::level::level_enum>(level));
  set_lowest();
  // Whoever is inside may still hold the function of before, for one call at most.
  const uint32_t self = base::thread_context().number + 1;
  const uint64_t delivered = parts()->delivered.load(std::memory_order_acquire);
  const int64_t deadline = base::monotonic_ns() + kCallbackWait;
  for (;;) {
    const uint32_t inside = parts()->delivering.load(std::memory_order_acquire);
    if (inside == 0 || inside == self || parts()->delivered.load(std::memory_order_acquire) != delivered) {
      return Code::kOk;
    }
    if (base::monotonic_ns() >= deadline) {
      return problem.set(
          Code::kBusy,
          "the log callback of before is still running on another thread; it is not called again");
    }
    base::sleep_ns(100 * base::kNanosPerMicrosecond);
  }
}

Code Log::remove_callback(uint64_t owner, Problem& problem) noexcept {
  if (parts() == nullptr || parts()->callback->owner() != owner) {
    return Code::kOk;
  }
  return set_callback(nullptr, nullptr, 0, 0, problem);
}

void Log::after_fork() noexcept {
  // The parts of before are given up, not destroyed: their locks may be held by threads that are not here.
  lowest_.store(static_cast<uint8_t>(Level::kOff), std::memory_order_relaxed);
  start();
}

uint64_t Log::failures() const {
  return parts() == nullptr ? 0 : parts()->failures.load(std::memory_order_relaxed);
}

}  // namespace remora::ops
