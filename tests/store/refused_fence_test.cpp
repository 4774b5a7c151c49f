// A sandbox that came up behind the library's back refuses what tells who is inside: nothing is concluded
// from silence, and a close still ends.
#include <gtest/gtest.h>

#include <array>

#include "store/stripe.hpp"
#include "support/child_process.hpp"
#include "support/failing_system_call.hpp"

namespace remora::store {
namespace {

TEST(RefusedFence, TurnsAwayWhoeverCanBeAndKeepsNobodyForEver) {
  base::prepare_fences();
  if (!base::g_kernel_fences.load()) {
    GTEST_SKIP() << "the kernel never helped";
  }
  EXPECT_EQ(test::in_child([] {
              test::make_fail(SYS_membarrier, EPERM);
              std::array<Stripe, kStripes> empty;
              return !all_left(empty.data(), 0) && all_left(empty.data(), -1) ? 0 : 1;
            }),
            0);
}

}  // namespace
}  // namespace remora::store
