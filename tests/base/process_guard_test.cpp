#include "base/process_guard.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <utility>

#include "support/child_process.hpp"
#include "support/failing_system_call.hpp"
#include "support/status.hpp"

namespace remora::base {
namespace {

using test::in_child;
using test::is_ok;

// Both kinds of cookie promise the same.
class ProcessGuardTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    ASSERT_TRUE(is_ok(
        GetParam() ? ForkCookie::create(&cookie_, problem_) : ForkCookie::create_counting(&cookie_, problem_),
        problem_));
  }

  ForkCookie cookie_;
  Problem problem_;
};

INSTANTIATE_TEST_SUITE_P(Kinds, ProcessGuardTest, testing::Bool(),
                         [](const auto& kind) { return kind.param ? "WipedPage" : "Counter"; });

TEST_P(ProcessGuardTest, TheParentIsNoChild) {
  EXPECT_FALSE(cookie_.in_child());
  EXPECT_EQ(in_child([] { return 0; }), 0);
  EXPECT_FALSE(cookie_.in_child()) << "a fork changes nothing for the parent";
}

TEST_P(ProcessGuardTest, AForkedChildSeesIt) {
  EXPECT_EQ(in_child([&] { return cookie_.in_child() ? 0 : 1; }), 0);
}

TEST_P(ProcessGuardTest, ResetHoldsUntilTheNextFork) {
  EXPECT_EQ(in_child([&] {
              cookie_.reset_in_child();
              if (cookie_.in_child()) {
                return 1;
              }
              return in_child([&] { return cookie_.in_child() ? 0 : 2; }) == 0 && !cookie_.in_child() ? 0 : 3;
            }),
            0);
}

TEST_P(ProcessGuardTest, AGrandchildSeesItWithoutAReset) {
  EXPECT_EQ(in_child([&] { return in_child([&] { return cookie_.in_child() ? 0 : 1; }); }), 0);
}

TEST_P(ProcessGuardTest, MovingKeepsItsMeaning) {
  ForkCookie moved = std::move(cookie_);
  EXPECT_EQ(in_child([&] { return moved.in_child() && !cookie_.in_child() ? 0 : 1; }), 0);
}

TEST(ForkCookieTest, ADefaultMadeOneNeverSaysChild) {
  ForkCookie cookie;
  EXPECT_FALSE(cookie.in_child());
  EXPECT_EQ(in_child([&] {
              cookie.reset_in_child();
              return cookie.in_child() ? 1 : 0;
            }),
            0);
}

TEST(ForkCookieTest, TheWipedPageSeesChildrenMadePastTheCLibrary) {
  ForkCookie cookie;
  Problem problem;
  ASSERT_TRUE(is_ok(ForkCookie::create(&cookie, problem), problem));
  const long child = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
  ASSERT_GE(child, 0);
  if (child == 0) {
    _exit(cookie.in_child() ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(static_cast<pid_t>(child), &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(ForkCookieTest, AnOldKernelGetsTheCounter) {
  EXPECT_EQ(in_child([] {
              test::make_fail(SYS_madvise, EINVAL, test::ArgumentIs{2, 18});
              ForkCookie cookie;
              Problem problem;
              if (!ok(ForkCookie::create(&cookie, problem)) || cookie.in_child()) {
                return 1;
              }
              return in_child([&] { return cookie.in_child() ? 0 : 2; });
            }),
            0);
}

}  // namespace
}  // namespace remora::base
