// For tests of what happens when memory is short for a moment (heap.hpp: for good).
#pragma once

#include <cstdint>

namespace remora::base {

// The next `count` allocations of the process succeed, the one behind them fails, all later ones succeed.
void fail_one_allocation_after(int64_t count) noexcept;

}  // namespace remora::base
