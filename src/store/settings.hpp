// Sizes of a new state directory. They count when the files are made and stand in the files from then on.
#pragma once

#include <cstdint>

namespace remora::store {

inline constexpr uint32_t kMaxVariants = 64;
inline constexpr uint32_t kMaxLabels = 8;
inline constexpr uint32_t kMaxMetrics = 8;
inline constexpr uint32_t kMaxStages = 8;
inline constexpr uint32_t kMaxNameBytes = 96;
inline constexpr uint32_t kMaxProcesses = 256;
inline constexpr uint32_t kNoVariant = 0xFF;  // where a variant is a byte

struct Capacities {
  uint64_t states = 131'072;       // rows of a generation that may be used; one row holds up to 6 variants
  uint32_t ledger_slots = 65'536;  // a power of two, 1,024 .. 1,048,576
  uint32_t names = 8'192;          // of all kinds together
  uint32_t contexts = 4'096;       // sets of labels; a power of two
  uint32_t agents = 256;
  uint32_t variant_chunks = 256;  // of 8 variants each
  uint32_t rollouts = 255;
  uint32_t events = 1'024;      // a power of two
  uint32_t lanes = 16;          // outcome lanes; a power of two
  uint32_t lane_slots = 2'048;  // a power of two
};

}  // namespace remora::store
