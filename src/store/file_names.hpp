// Every file of a state directory, built and parsed in one place.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string_view>

namespace remora::store {

inline constexpr const char* kLockFile = "lock";
inline constexpr const char* kHistoryFile = "history.rmap";
inline constexpr const char* kConfigFile = "remora.json";
inline constexpr const char* kActiveSnapshot = "active.rsnap";
inline constexpr const char* kSnapshotFolder = "snapshots";
inline constexpr const char* kEventLog = "events.jsonl";
inline constexpr const char* kLogFile = "remora.log";
inline constexpr const char* kTemporarySuffix = ".tmp";

// Bytes of the lock file that processes lock (open file description locks; the file itself stays empty).
inline constexpr uint64_t kStructureLock = 0;     // names, agents, rollouts, a new generation
inline constexpr uint64_t kHousekeepingLock = 1;  // fold, transitions, reclaiming
inline constexpr uint64_t kSnapshotLock = 2;      // writing, retention
inline constexpr uint64_t kLivenessLock = 64;     // + process slot: held as long as the process lives

struct FileName {
  char text[64];
  operator const char*() const { return text; }  // NOLINT(google-explicit-constructor): it is a name
};

inline FileName generation_file(uint64_t number) {
  FileName name;
  std::snprintf(name.text, sizeof name.text, "generation-%08llu.rmap",
                static_cast<unsigned long long>(number));
  return name;
}

// kind is a remora_snapshot_kind. Sorted by name, snapshots are sorted by age.
inline FileName snapshot_file(uint64_t sequence, uint32_t kind) {
  static constexpr const char* kSuffixes[] = {"other", "manual", "hourly", "stage", "restore"};
  FileName name;
  std::snprintf(name.text, sizeof name.text, "%012llu-%s.rsnap", static_cast<unsigned long long>(sequence),
                kSuffixes[kind < 5 ? kind : 0]);  // defensive: kinds are checked where they are read
  return name;
}

// Number of a generation file, or 0 when the name is another.
uint64_t parse_generation_file(std::string_view name);

// Sequence and kind of a snapshot file; false when the name is another.
bool parse_snapshot_file(std::string_view name, uint64_t* sequence, uint32_t* kind);

}  // namespace remora::store
