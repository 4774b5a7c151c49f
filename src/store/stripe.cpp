#include "store/stripe.hpp"

#include "base/clock.hpp"

namespace remora::store {

bool all_left(const Stripe* stripes, int64_t timeout_ns, const Stripe* own) {
  const int64_t deadline = base::monotonic_ns() + timeout_ns;
  if (!base::heavy_fence()) {
    if (timeout_ns >= 0) {
      return false;
    }
    // No store stays in a processor's buffer that long; the only caller that cannot be turned away is a
    // close.
    base::sleep_ns(10 * base::kNanosPerMillisecond);
  }
  for (uint32_t i = 0; i < kStripes; ++i) {
    const uint64_t expected = &stripes[i] == own ? 1 : 0;
    // Each stripe was empty once after the thing was gone: whoever enters later sees that. Acquire pairs with
    // leave.
    while (stripes[i].inside.load(std::memory_order_seq_cst) > expected) {
      if (timeout_ns >= 0 && base::monotonic_ns() >= deadline) {
        return false;
      }
      base::sleep_ns(50 * base::kNanosPerMicrosecond);
    }
  }
  return true;
}

}  // namespace remora::store
