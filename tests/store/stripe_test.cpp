// Whoever is inside is waited for, as long as the caller has patience, and nobody else is.
#include "store/stripe.hpp"

#include <gtest/gtest.h>

#include <array>
#include <thread>

#include "base/clock.hpp"

namespace remora::store {
namespace {

class Stripes : public testing::Test {
 protected:
  Seat seat(uint32_t thread) { return {stripes_.data(), thread}; }
  bool left(int64_t timeout_ns, const Stripe* own = nullptr) {
    return all_left(stripes_.data(), timeout_ns, own);
  }
  void SetUp() override { base::prepare_fences(); }

  std::array<Stripe, kStripes> stripes_;
};

TEST_F(Stripes, ThatAreEmptyKeepNobodyWaiting) {
  EXPECT_TRUE(left(0));
  EXPECT_TRUE(left(-1));
}

TEST_F(Stripes, SayWhoIsInsideWhateverTheThreadsNumber) {
  for (const uint32_t thread : {0U, kOwnStripes, kOwnStripes + 3, kOwnStripes + kSharedStripes + 3}) {
    seat(thread).enter();
    EXPECT_FALSE(left(0)) << thread;
    EXPECT_FALSE(left(base::kNanosPerMillisecond)) << thread;
    seat(thread).leave();
    EXPECT_TRUE(left(0)) << thread;
  }
}

TEST_F(Stripes, ThatAreSharedCountEveryThread) {
  const Seat one = seat(kOwnStripes + 3);
  const Seat other = seat(kOwnStripes + kSharedStripes + 3);
  ASSERT_EQ(&one.stripe(), &other.stripe());
  one.enter();
  other.enter();
  one.leave();
  EXPECT_FALSE(left(0));
  other.leave();
  EXPECT_TRUE(left(0));
}

TEST_F(Stripes, OfTheCallerItselfDoNotCount) {
  const Seat own = seat(2);
  own.enter();
  EXPECT_TRUE(left(0, &own.stripe()));
  seat(3).enter();
  EXPECT_FALSE(left(0, &own.stripe()));
}

TEST_F(Stripes, AreWaitedForUntilTheLastHasLeft) {
  const Seat inside = seat(5);
  inside.enter();
  std::atomic<bool> gone{false};
  std::thread leaving([&] {
    base::sleep_ns(base::kNanosPerMillisecond);
    gone.store(true);
    inside.leave();
  });
  EXPECT_TRUE(left(-1));
  EXPECT_TRUE(gone.load());
  leaving.join();
}

TEST_F(Stripes, HandOutTheSlotsOfABlockInOrder) {
  for (const uint32_t thread : {0U, kOwnStripes + 3}) {
    const Seat any = seat(thread);
    any.stripe().cursor.store(7 << 16);
    EXPECT_EQ(any.advance(), 7U << 16);
    EXPECT_EQ(any.advance(), (7U << 16) + 1);
  }
}

}  // namespace
}  // namespace remora::store
