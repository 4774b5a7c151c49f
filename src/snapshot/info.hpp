// What is told of a snapshot without opening it.
#pragma once

#include <cstdint>

namespace remora::snapshot {

// Why a snapshot was taken; numbered as remora_snapshot_kind and SnapshotKind of abi/snapshot.fbs.
enum class Kind : uint32_t {
  kManual = 1,
  kHourly = 2,
  kStage = 3,   // before a rollout changes stage
  kRestore = 4  // what a restore, or learning again, was about to replace
};
inline constexpr uint32_t kLastKind = 4;

inline constexpr uint64_t k53Bits = (1ULL << 53) - 1;  // what a double holds exactly

// Field by field remora_snapshot_info.
struct Info {
  Kind kind = Kind::kManual;
  uint64_t sequence = 0;    // unique within the directory, growing
  int64_t taken_ns = 0;     // since 1970
  uint64_t rows = 0;        // states (of up to 6 variants each)
  uint64_t visits = 0;      // outcomes behind them
  uint64_t bytes = 0;       // of the file
  uint64_t generation = 0;  // generation it was taken from
  uint64_t checksum = 0;    // XXH3-64 of the content, cut to 53 bits
  uint64_t key_id = 0;      // of the key that it is signed with; 0 = it is not signed
};

}  // namespace remora::snapshot
