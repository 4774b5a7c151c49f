// When the next snapshot of the schedule is due.
#pragma once

#include <cstdint>

#include "snapshot/settings.hpp"
#include "store/history.hpp"

namespace remora::snapshot {

// Whether the interval since the last snapshot of any kind (else since the directory was made) is over. A
// clock that was set back by more than the interval does not put it off: then one is due at once, and
// counting starts anew.
inline bool is_due(int64_t last_ns, int64_t now_ns, int64_t interval_ns) {
  if (interval_ns <= 0) {
    return false;
  }
  // Unsigned: a damaged time may lie further off than fits a signed difference.
  const auto now = static_cast<uint64_t>(now_ns), last = static_cast<uint64_t>(last_ns);
  const auto interval = static_cast<uint64_t>(interval_ns);
  return now_ns >= last_ns ? now - last >= interval : last - now > interval;
}

// `patience_ns` longer for a caller that would rather have another one take it.
inline bool snapshot_due(const store::History& history, const Settings& settings, int64_t now_ns,
                         int64_t patience_ns = 0) {
  // Relaxed: a time on its own.
  const auto last = static_cast<int64_t>(history.control->last_snapshot_ns.load(std::memory_order_relaxed));
  const int64_t interval_ns = settings.interval_ns <= 0 ? 0 : settings.interval_ns + patience_ns;
  return is_due(last != 0 ? last : history.identity->created_ns, now_ns, interval_ns);
}

}  // namespace remora::snapshot
