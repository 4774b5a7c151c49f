// Words that count stop where their bits end.
#include "store/words.hpp"

#include <gtest/gtest.h>

namespace remora::store {
namespace {

TEST(ArmWord, CountsInOneEpochAndAsFarAsItsBitsGo) {
  ArmWord arm = ArmWord{}.with(3, true).with(3, false);
  EXPECT_EQ(arm.count, 2U);
  EXPECT_EQ(arm.successes, 1U);
  arm = {3, ArmWord::kLimit, ArmWord::kLimit - 1};
  const ArmWord more = ArmWord::unpack(arm.with(3, true).pack());
  EXPECT_EQ(more.count, ArmWord::kLimit);
  EXPECT_EQ(more.successes, ArmWord::kLimit - 1) << "a success that has no count";
  const ArmWord next = arm.with(4, true);
  EXPECT_EQ(next.epoch, 4U);
  EXPECT_EQ(next.count, 1U);
  EXPECT_EQ(next.successes, 1U);
}

}  // namespace
}  // namespace remora::store
