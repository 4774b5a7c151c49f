// What an operator wants to know, in a ring that all processes write and anyone may read with a cursor.
#pragma once

#include <cstdint>

#include "store/history.hpp"

namespace remora::store {

// Numbered as remora_event_kind.
enum class EventKind : uint32_t {
  kOpened = 1,
  kVariantBlocked = 2,
  kVariantUnblocked = 3,
  kRolloutStarted = 4,
  kStageAdvanced = 5,
  kRolledBack = 6,
  kRolloutComplete = 7,
  kRolloutPaused = 8,
  kRolloutResumed = 9,
  kSnapshotTaken = 10,
  kSnapshotRefused = 11,
  kRestored = 12,
  kConfigReloaded = 13,
  kConfigRefused = 14,
  kControlChanged = 15,
  kTableFull = 16,
  kRecovered = 17,
  kSyncFailed = 18,
  kSnapshotFailed = 19,
  kRewardChanged = 20,
  kRelearned = 21,
  kSeeded = 22,
  kVerdictChanged = 23,
  kOutcomesOverdue = 24,
  kValuesLost = 25,
  kFilesLost = 26,
};

// Numbered as remora_severity.
enum class Severity : uint32_t { kInfo = 1, kWarning = 2, kCritical = 3 };

// Plain copy of an event. Field meanings as remora_event.
struct Event {
  uint64_t sequence = 0;  // from 1, growing by one
  int64_t when_ns = 0;
  EventKind kind = EventKind::kOpened;
  Severity severity = Severity::kInfo;
  uint32_t agent = 0;              // public id, or 0
  uint32_t variant = 0xFFFFFFFFu;  // or REMORA_NONE
  uint32_t rollout = 0;            // public id, or 0
  uint32_t stage = 0;
  int32_t reason = 0;
  double value = 0, threshold = 0;
  uint64_t detail[2] = {0, 0};
};

// Publishes and returns the sequence, which is set here. Never blocks; the oldest event gives way. No lock,
// no system call.
uint64_t publish_event(const History& history, const Event& event);

// kNotYet: no such event yet, or it is being written. kGone: overwritten, or given up.
enum class ReadEvent { kRead, kNotYet, kGone };

// Reads the event of a sequence. A reader goes on with the next one after kRead and kGone, and waits at
// kNotYet.
ReadEvent read_event(const History& history, uint64_t sequence, Event* event);

// Sequences that may be there: first .. last; last < first when there are none.
uint64_t first_event(const History& history);
uint64_t last_event(const History& history);

// What settle_events remembers between two calls in one process.
struct EventMemory {
  uint64_t settled = 0;  // up to here every event is complete or gone
  uint64_t stuck_sequence = 0, stuck_last = 0;
  int64_t stuck_since_ns = 0;
};

// Gives up events that a process began to write five seconds ago and never finished, so that readers get past
// them. Its writer, should it live, publishes anew. Called by tick with a clock that does not go back.
void settle_events(const History& history, int64_t monotonic_ns, EventMemory& memory);

}  // namespace remora::store
