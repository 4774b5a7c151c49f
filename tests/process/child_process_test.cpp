// What tests spawn does not outlive them: a child dies with its parent, however that ends.
#include "support/child_process.hpp"

#include <gtest/gtest.h>
#include <poll.h>

namespace remora::test {
namespace {

TEST(ChildProcess, DiesWithItsParent) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const Signal started;
  Child parent([&] {
    const Child child([&] {
      close(ends[0]);
      alarm(60);
      started.send();
      wait_for_the_end();
      return 0;
    });
    close(ends[1]);
    wait_for_the_end();
    return 0;
  });
  close(ends[1]);
  started.receive();
  ASSERT_EQ(parent.kill(), -SIGKILL);
  // Nobody holds the end to write to any more.
  pollfd hung_up{ends[0], POLLIN, 0};
  EXPECT_EQ(poll(&hung_up, 1, 20'000), 1) << "the child of a killed test lives on";
  EXPECT_NE(hung_up.revents & POLLHUP, 0);
  close(ends[0]);
}

}  // namespace
}  // namespace remora::test
