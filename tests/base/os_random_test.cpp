#include "base/os_random.hpp"

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <bit>
#include <cerrno>
#include <set>
#include <vector>

#include "support/child_process.hpp"
#include "support/failing_system_call.hpp"
#include "support/status.hpp"

namespace remora::base {
namespace {

using test::is_ok;

TEST(OsRandomTest, NumbersDiffer) {
  Problem problem;
  std::set<uint64_t> seen;
  int bits = 0;
  for (int i = 0; i < 1000; ++i) {
    uint64_t number = 0;
    ASSERT_TRUE(is_ok(os_random_u64(&number, problem), problem));
    seen.insert(number);
    bits += std::popcount(number);
  }
  EXPECT_EQ(seen.size(), 1000U);
  EXPECT_NEAR(bits, 32'000, 1'200);  // standard deviation 126
}

TEST(OsRandomTest, FillsEveryByte) {
  Problem problem;
  std::vector<std::byte> any(5'000);
  for (int i = 0; i < 10; ++i) {  // a byte stays zero in all ten with a chance of 2^-80
    std::vector<std::byte> bytes(any.size());
    ASSERT_TRUE(is_ok(os_random(bytes, problem), problem));
    for (size_t j = 0; j < any.size(); ++j) {
      any[j] |= bytes[j];
    }
  }
  for (const std::byte byte : any) {
    ASSERT_NE(byte, std::byte{0});
  }
}

TEST(OsRandomTest, AFailureIsReportedWithZero) {
  EXPECT_EQ(test::in_child([] {
              test::make_fail(SYS_getrandom, ENOSYS);
              Problem problem;
              uint64_t number = 5;
              return os_random_u64(&number, problem) == Code::kIo && number == 0 ? 0 : 1;
            }),
            0);
}

}  // namespace
}  // namespace remora::base
