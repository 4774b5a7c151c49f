#include "ops/event_log.hpp"

#include <algorithm>
#include <charconv>
#include <new>

#include "ops/event_text.hpp"
#include "store/event_ring.hpp"

namespace remora::ops {
namespace {

using base::Code;
using base::Problem;

constexpr size_t kBatchBytes = 16'384;
constexpr size_t kLineBytes = 4'096;  // more than any event takes: names and message, every byte escaped
constexpr std::string_view kLineStart = "{\"sequence\":";

// Sequence that a line of the file begins with; 0 when it is no such line.
uint64_t sequence_of(std::string_view line) {
  if (line.substr(0, kLineStart.size()) != kLineStart) {
    return 0;
  }
  uint64_t sequence = 0;
  std::from_chars(line.data() + kLineStart.size(), line.data() + line.size(), sequence);
  return sequence;
}

// Whether the last line of the file is that very event of the ring: a file may also hold lines of an earlier
// state.
bool is_event(const store::History& history, uint64_t sequence, std::string_view line) {
  store::Event event;
  if (store::read_event(history, sequence, &event) != store::ReadEvent::kRead) {
    return false;
  }
  char buffer[kLineBytes];
  base::Text text(buffer, sizeof buffer);
  append_event_text(history, event, &text);
  return text.view() == line;
}

}  // namespace

// Writes events from *next on, as many as fit a batch, and moves *next behind them.
Code EventLog::append_batch(const store::History& history, const base::Directory& directory,
                            const config::FileSettings& settings, uint64_t* next, bool* more,
                            Problem& problem) {
  char buffer[kBatchBytes];
  base::Text batch(buffer, sizeof buffer);
  uint64_t sequence = *next;
  const uint64_t last = store::last_event(history);
  *more = false;
  for (; sequence <= last; ++sequence) {
    if (batch.length() + kLineBytes >= sizeof buffer) {
      *more = true;
      break;
    }
    store::Event event;
    const store::ReadEvent read = store::read_event(history, sequence, &event);
    if (read == store::ReadEvent::kNotYet) {
      break;
    }
    if (read == store::ReadEvent::kRead) {
      append_event_text(history, event, &batch);
      batch.append('\n');
    }
  }
  if (batch.length() != 0) {
    if (const Code code = file_.append(directory, settings, batch.view(), problem); !ok(code)) {
      return code;
    }
  }
  *next = sequence;
  return Code::kOk;
}

Code EventLog::append_new(const store::History& history, const base::Directory& directory,
                          const config::FileSettings& settings, Problem& problem) {
  store::Word& cursor = history.control->events_written;
  // Relaxed: only the holder of the housekeeping lock reads or writes it.
  const uint64_t written = cursor.load(std::memory_order_relaxed);
  const uint64_t last = store::last_event(history);
  if (written == last) {
    return Code::kOk;
  }
  if (!settings.enabled) {
    cursor.store(last, std::memory_order_relaxed);
    file_.close();
    return Code::kOk;
  }
  try {
    base::String line;
    if (const Code code = file_.last_line(directory, &line, problem); !ok(code)) {
      return code;
    }
    uint64_t next = std::max(written > last ? 0 : written, store::first_event(history) - 1) + 1;
    const uint64_t in_file = sequence_of(line);
    if (in_file >= next && in_file <= last && is_event(history, in_file, line)) {
      next = in_file + 1;
    }
    for (bool more = true; more;) {
      if (const Code code = append_batch(history, directory, settings, &next, &more, problem); !ok(code)) {
        return code;
      }
      cursor.store(next - 1, std::memory_order_relaxed);
    }
  } catch (const std::bad_alloc&) {
    return problem.set(Code::kMemory, "no memory to write %s", store::kEventLog);
  }
  return Code::kOk;
}

}  // namespace remora::ops
