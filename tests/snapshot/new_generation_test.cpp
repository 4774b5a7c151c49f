// A generation comes in force for all or leaves nothing behind.
#include "snapshot/new_generation.hpp"

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <vector>

#include "base/file_lock.hpp"
#include "snapshot/learned_state.hpp"
#include "support/child_process.hpp"
#include "support/failing_system_call.hpp"

namespace remora::test {
namespace {

using base::Code;
using base::Problem;

struct Told {
  std::vector<std::pair<uint64_t, bool>> calls;
  snapshot::SwitchNotice notice() {
    return {[](void* context, uint64_t generation, bool failed) {
              static_cast<Told*>(context)->calls.emplace_back(generation, failed);
            },
            this};
  }
};

class MadeGeneration : public testing::Test {
 protected:
  Code put_in_force(snapshot::NewGeneration& next) {
    uint64_t before = 0;
    return next.put_in_force(told_.notice(), &before, problem_);
  }

  LearnedState learned_;
  Told told_;
  Problem problem_;
};

TEST_F(MadeGeneration, ComesInForceForAll) {
  const auto other = open_state(learned_.folder().path());
  {
    snapshot::NewGeneration next(learned_.state());
    ASSERT_TRUE(is_ok(next.begin(problem_), problem_));
    EXPECT_EQ(next.number(), 2U);
    EXPECT_TRUE(is_ok(put_in_force(next), problem_));
  }
  EXPECT_EQ(told_.calls, (std::vector<std::pair<uint64_t, bool>>{{2, false}}));
  EXPECT_EQ(other->generation_in_force().number(), 2U);
}

TEST_F(MadeGeneration, ThatWasNeverFinishedLeavesNoFile) {
  {
    snapshot::NewGeneration next(learned_.state());
    ASSERT_TRUE(is_ok(next.begin(problem_), problem_));
  }
  EXPECT_EQ(learned_.generation(), 1U);
  EXPECT_FALSE(learned_.folder().has("generation-00000002.rmap"));
}

TEST_F(MadeGeneration, GivesWayToWhoeverChangesNames) {
  const auto other = open_state(learned_.folder().path());
  base::ByteLock lock;
  {
    snapshot::NewGeneration next(learned_.state());
    ASSERT_TRUE(is_ok(next.begin(problem_), problem_));
    ASSERT_TRUE(is_ok(lock.try_lock(other->locks(), store::kStructureLock, problem_), problem_));
    EXPECT_EQ(put_in_force(next), Code::kBusy);
  }
  EXPECT_TRUE(told_.calls.empty());
  EXPECT_EQ(learned_.generation(), 1U);
  EXPECT_FALSE(learned_.folder().has("generation-00000002.rmap"));
}

TEST_F(MadeGeneration, TellsOfASwitchThatFailed) {
  EXPECT_EQ(
      in_child([&] {
        make_fail(SYS_msync, EIO);
        snapshot::NewGeneration next(learned_.state());
        const bool failed = base::ok(next.begin(problem_)) && put_in_force(next) == Code::kIo;
        return failed && told_.calls == std::vector<std::pair<uint64_t, bool>>{{2, false}, {2, true}} ? 0 : 1;
      }),
      0);
  EXPECT_EQ(learned_.generation(), 1U);
}

}  // namespace
}  // namespace remora::test
