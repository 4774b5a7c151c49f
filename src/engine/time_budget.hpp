// The time that a part of housekeeping may take.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/clock.hpp"

namespace remora::engine {

// Half of what is left until a time of base::monotonic_ns(), for a part that would take all of it; INT64_MAX,
// no limit, stays.
inline int64_t half_way_to(int64_t deadline_ns) {
  const int64_t now = base::monotonic_ns();
  return deadline_ns == INT64_MAX ? deadline_ns : now + std::max<int64_t>(deadline_ns - now, 0) / 2;
}

}  // namespace remora::engine
